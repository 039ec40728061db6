"""Tell the scanned pages of a PDF from the typeset ones."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

from deepzine_gui.pages.objects import OpenPage, object_types, page_size
from deepzine_gui.pages.raw_pages import MOST_SOURCE_PIXELS, BrokenPageError

_MOSTLY_IMAGE = 0.6
"""A page is taken for a scan when images cover this share of it."""

_OBJECTS_LOOKED_AT = 16
"""A scan's images are among the first or the last objects of its page."""

_FINE = 1_000_000
"""PDFium tells places on a page in whole units: so many a side."""

_INVISIBLE = raw.FPDF_TEXTRENDERMODE_INVISIBLE


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned on a page.

    Attributes:
        original_px: its shorter side in pixels.
        only: PDFium's image object if the page shows nothing else, else None.
    """

    original_px: int
    only: Any = None


@dataclass(frozen=True, slots=True)
class _Image:
    item: Any
    width_px: int
    height_px: int
    area: float


def find_scan(page: OpenPage, page_area: float) -> Scan | None:
    """Return the scan that `page` (`page_area` in square points) consists of; None if typeset.

    The images of a scan may be one, several of different depth (mixed raster content), or strips
    that together make up the page.

    Raises:
        BrokenPageError: an image has too many pixels to be decoded safely.
    """
    count = raw.FPDFPage_CountObjects(page)
    images = list(_images(page, count))
    whole = [image for image in images if image.area >= _MOSTLY_IMAGE * page_area]
    if whole:
        shorter = max(min(image.width_px, image.height_px) for image in whole)
        alone = len(images) == 1 and _shows_nothing_else(page, count)
        return Scan(shorter, whole[0].item if alone else None)
    if sum(image.area for image in images) >= _MOSTLY_IMAGE * page_area:
        finest = max(image.width_px * image.height_px / image.area for image in images)
        return Scan(round(min(page_size(page)) * math.sqrt(finest)))
    return None


def _images(page: OpenPage, count: int) -> Iterator[_Image]:
    first, last = min(count, _OBJECTS_LOOKED_AT), max(0, count - _OBJECTS_LOOKED_AT)
    indices = [*range(first), *range(max(first, last), count)]
    for index, kind in zip(indices, object_types(page, indices), strict=True):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            item = raw.FPDFPage_GetObject(page, index)
            yield _measured(item, item)
        elif kind == raw.FPDF_PAGEOBJ_FORM and count <= _OBJECTS_LOOKED_AT:
            yield from _images_of_form(raw.FPDFPage_GetObject(page, index))


def _images_of_form(form: Any) -> Iterator[_Image]:
    """Yield the image that a form consists of, as some writers wrap their scans."""
    if raw.FPDFFormObj_CountObjects(form) == 1:
        item = raw.FPDFFormObj_GetObject(form, 0)
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_IMAGE:
            yield _measured(item, form)


def _measured(image: Any, placed: Any) -> _Image:
    """Measure an image and the area that it, or the form around it, takes."""
    across, down = ctypes.c_uint(), ctypes.c_uint()
    raw.FPDFImageObj_GetImagePixelSize(image, across, down)
    if across.value * down.value > MOST_SOURCE_PIXELS:
        raise BrokenPageError("it holds a picture with far too many pixels")
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(placed, left, bottom, right, top)
    area = (right.value - left.value) * (top.value - bottom.value)
    own = image if image is placed else None
    return _Image(own, across.value, down.value, max(area, 1e-9) if area == area else 1e-9)


def _shows_nothing_else(page: OpenPage, count: int) -> bool:
    """Whether all objects but one image are text for searching, which is not drawn."""
    if raw.FPDFPage_GetAnnotCount(page):
        return False
    for index in range(count):
        item = raw.FPDFPage_GetObject(page, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            continue
        if kind != raw.FPDF_PAGEOBJ_TEXT or raw.FPDFTextObj_GetTextRenderMode(item) != _INVISIBLE:
            return False
    return True


def on_page(page: OpenPage, x: float, y: float) -> tuple[float, float]:
    """Return a point of the page's own space as shares of the upright page, from left and top."""
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, across, down)
    return across.value / _FINE, down.value / _FINE

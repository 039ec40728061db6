"""Render the pages of a PDF with PDFium, straight at the size they are wanted."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages.fitting import fit_page, make_square
from deepzine_gui.pages.settings import PageSettings
from deepzine_gui.pages.values import BadPage, Page

_MOSTLY_IMAGE = 0.6
"""A page is taken for a scan when one image covers this share of it."""

_OBJECTS_LOOKED_AT = 32
"""A scan's image is among the first or the last objects of its page."""


def count_pdf_pages(path: Path) -> int:
    """Return the number of pages; raises as `render_pdf`."""
    with _opened(path) as pdf:
        return len(pdf)


def render_pdf(path: Path, settings: PageSettings) -> Iterator[Page | BadPage]:
    """Yield every page of the PDF `path`, those that fail as `BadPage`.

    Raises:
        DocumentError: the file cannot be opened: locked, damaged, empty or no PDF at all.
    """
    with _opened(path) as pdf:
        for index in range(len(pdf)):
            try:
                with contextlib.closing(pdf[index]) as page:
                    rendered = _render(page, index + 1, settings)
            except pypdfium2.PdfiumError:
                rendered = BadPage(index + 1, "the page is damaged")
            yield rendered


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    # by hand, because for a PDF without pages PDFium still tells the error of an earlier one
    handle = raw.FPDF_LoadDocument(os.fsencode(path) + b"\0", None)
    if not handle:
        raise DocumentError(_why_not(path, raw.FPDF_GetLastError()))
    if raw.FPDF_GetPageCount(handle) < 1:
        raw.FPDF_CloseDocument(handle)
        raise DocumentError(f"{path} has no pages.")
    pdf = pypdfium2.PdfDocument(handle)
    try:
        yield pdf
    finally:
        pdf.close()


def _why_not(path: Path, code: int) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    if not head:
        return f"{path} is an empty file: download or copy it again."
    if b"%PDF-" not in head:
        return f"{path} is not a PDF, whatever its name says."
    if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return f"{path} is locked with a password: save an unlocked copy and add that."
    return f"{path} is damaged or incomplete: download or copy it again."


def _render(page: pypdfium2.PdfPage, number: int, settings: PageSettings) -> Page | BadPage:
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        return BadPage(number, "the page has no size")
    fit = fit_page(width, height, resolution=settings.resolution, fit=settings.fit)
    k = 1 if _is_scan(page, width * height) else supersampling(settings.resolution)
    across, down = fit.seen
    bitmap = pypdfium2.PdfBitmap.new_native(
        across * k,
        down * k,
        raw.FPDFBitmap_Gray if settings.colour == "grey" else raw.FPDFBitmap_BGRx,
        rev_byteorder=settings.colour == "rgb",
    )
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, across * k, down * k)
        flags = raw.FPDF_ANNOT
        flags |= raw.FPDF_GRAYSCALE if settings.colour == "grey" else raw.FPDF_REVERSE_BYTE_ORDER
        left, top = min(0, fit.left) * k, min(0, fit.top) * k
        raw.FPDF_RenderPageBitmap(bitmap, page, left, top, fit.width * k, fit.height * k, 0, flags)
        seen = _reduced(bitmap, k)
    finally:
        bitmap.close()
    return Page(number, make_square(seen, fit), width / height)


def supersampling(resolution: int) -> int:
    """Return the exact integer factor at which a typeset page is rendered before area reduction."""
    if resolution > 512:
        return 2
    return max(4, 256 // resolution)


def _reduced(bitmap: pypdfium2.PdfBitmap, k: int) -> NDArray[np.uint8]:
    """Return the bitmap as (H, W, C), each pixel the mean of k × k."""
    image = bitmap.to_pil()
    if image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    pixels = np.asarray(image.reduce(k) if k > 1 else image)
    return pixels[:, :, None].copy() if pixels.ndim == 2 else pixels.copy()


def _is_scan(page: pypdfium2.PdfPage, page_area: float) -> bool:
    count = raw.FPDFPage_CountObjects(page)
    first, last = min(count, _OBJECTS_LOOKED_AT), max(0, count - _OBJECTS_LOOKED_AT)
    for index in {*range(first), *range(last, count)}:
        item = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_IMAGE:
            wrapped = pypdfium2.PdfObject(item, page=page, pdf=page.pdf)
            left, bottom, right, top = wrapped.get_bounds()
            if (right - left) * (top - bottom) >= _MOSTLY_IMAGE * page_area:
                return True
    return False

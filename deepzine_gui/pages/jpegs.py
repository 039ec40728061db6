"""Decode the one JPEG that a page consists of at reduced size, past PDFium's full decode.

Only what is certain to look the same is taken: anything unusual (masks, decode arrays, profiles,
clipping, transparency, tilt) is left to PDFium.
"""

import contextlib
import ctypes
import io
import math
import mmap
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pypdfium2 import raw

from deepzine_gui.pages.drawing import draw
from deepzine_gui.pages.objects import OpenPage, page_size
from deepzine_gui.pages.raw_pages import Colour, ScannedPage
from deepzine_gui.pages.scans import Scan, on_page

_UNUSUAL = re.compile(rb"#|/(Decode|DecodeParms|ImageMask|Mask|Matte|OC|SMask|SMaskInData)\b")
_HARMLESS = {
    "L": re.compile(rb"/DecodeParms\s*<<\s*/ColorTransform\s+[01]\s*>>"),
    "RGB": re.compile(rb"/DecodeParms\s*<<\s*/ColorTransform\s+1\s*>>"),
}
"""Decoding parameters that say what holds without them."""

_LONGEST_DICTIONARY = 4096
_PLUMB = 0.002
"""An image whose corners are off by more, as a share of its side, is tilted."""

_SQUARE = 1.01

_MODES = {raw.FPDF_COLORSPACE_DEVICEGRAY: "L", raw.FPDF_COLORSPACE_DEVICERGB: "RGB"}


class Jpegs:
    """The JPEG streams in a PDF file; a context manager that closes the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stack = contextlib.ExitStack()
        self._bytes: mmap.mmap | None = None
        self._from = 0

    def __enter__(self) -> "Jpegs":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def decoded(
        self, page: OpenPage, scan: Scan, across: int, down: int, colour: Colour
    ) -> NDArray[np.uint8] | None:
        """Return the page as `raw_pages.RawPage.render` does, None where PDFium must draw it."""
        if scan.only is None or not _is_plain(scan.only):
            return None
        mode = _mode(page, scan.only)
        place = _place(page, scan.only)
        stream = _stream(scan.only)
        if (
            mode == ""
            or place is None
            or stream is None
            or not self._is_plain_in_file(stream, mode)
        ):
            return None
        # what the picture covers of the page, in the pixels wanted
        wanted = across * (place.right - place.left), down * (place.bottom - place.top)
        picture = _decoded(
            stream, scan.only, mode, wanted[::-1] if place.turned else wanted, colour
        )
        return None if picture is None else _square_pixels(place.laid(picture), across / down)

    def _is_plain_in_file(self, stream: bytes, mode: str) -> bool:
        """Whether the stream's dictionary, which stands before it in the file, is ordinary."""
        data = self._mapped()
        for start in (self._from, 0):
            at = data.find(stream[:1024], start)
            if at >= 0 and data[at : at + len(stream)] == stream:
                self._from = at + len(stream)
                before = data[max(0, at - _LONGEST_DICTIONARY) : at]
                dictionary = before[before.rfind(b"obj") :] if b"obj" in before else b"#"
                return _UNUSUAL.search(_HARMLESS[mode].sub(b"", dictionary)) is None
        return False

    def _mapped(self) -> mmap.mmap:
        if self._bytes is None:
            file = self._stack.enter_context(self._path.open("rb"))
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._bytes = self._stack.enter_context(mapped)
        return self._bytes


class PdfScannedPage(ScannedPage):
    """One open page of a PDF that is a scan; see `raw_pages.ScannedPage`."""

    def __init__(self, page: OpenPage, scan: Scan, jpegs: Jpegs) -> None:
        self.handle = page
        self._scan = scan
        self._jpegs = jpegs
        self.width, self.height = page_size(page)
        self.original_px = scan.original_px

    def render(self, across: int, down: int, colour: Colour) -> NDArray[np.uint8]:
        """Return the page in pixels; see `raw_pages.ScannedPage.render`."""
        picture = self._jpegs.decoded(self.handle, self._scan, across, down, colour)
        if picture is not None:
            return picture
        own = min(1.0, self.original_px / min(across, down))
        return draw(self.handle, max(1, round(across * own)), max(1, round(down * own)), colour)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a picture lies, as shares of the page from its left and top, and how it is turned.

    `turned` swaps rows and columns first; then the picture is mirrored left to right, or upside
    down.
    """

    left: float
    top: float
    right: float
    bottom: float
    turned: bool
    mirrored: bool
    upended: bool

    def laid(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the page (H, W[, 3]): the picture in its place on white."""
        if self.turned:
            picture = picture.swapaxes(0, 1)
        if self.mirrored:
            picture = picture[:, ::-1]
        if self.upended:
            picture = picture[::-1]
        height, width = picture.shape[:2]
        across = round(width / (self.right - self.left))
        down = round(height / (self.bottom - self.top))
        left, top = round(self.left * across), round(self.top * down)
        if (across, down, left, top) == (width, height, 0, 0):
            return np.ascontiguousarray(picture)
        page = np.full((down, across, *picture.shape[2:]), 255, np.uint8)
        on_page = page[max(0, top) : top + height, max(0, left) : left + width]
        on_page[:] = picture[max(0, -top) :, max(0, -left) :][: len(on_page), : on_page.shape[1]]
        return page


def _square_pixels(page: NDArray[np.uint8], aspect: float) -> NDArray[np.uint8]:
    """Return a page of pixels that were not square, as those of a fax, in its true proportions."""
    height, width = page.shape[:2]
    wide = width / height / aspect
    if 1 / _SQUARE < wide < _SQUARE:
        return page
    size = (round(height * aspect), height) if wide > 1 else (width, round(width / aspect))
    return np.asarray(Image.fromarray(page).resize(size, Image.Resampling.HAMMING))


def _is_plain(image: Any) -> bool:
    """Whether the image is drawn as it is: unclipped, opaque, in no layer that can be hidden."""
    clip = raw.FPDFPageObj_GetClipPath(image)
    return (
        raw.FPDFClipPath_CountPaths(clip) <= 0
        and not raw.FPDFPageObj_HasTransparency(image)
        and raw.FPDFPageObj_CountMarks(image) <= 0
    )


def _mode(page: OpenPage, image: Any) -> str:
    """Return Pillow's mode for the image's colour space; "" for one that needs conversion."""
    facts = raw.FPDF_IMAGEOBJ_METADATA()
    if not raw.FPDFImageObj_GetImageMetadata(image, page, facts) or facts.bits_per_pixel not in (
        8,
        24,
    ):
        return ""
    if facts.colorspace == raw.FPDF_COLORSPACE_ICCBASED and _is_srgb(page, image):
        return "RGB"
    return _MODES.get(facts.colorspace, "")


def _is_srgb(page: OpenPage, image: Any) -> bool:
    length = ctypes.c_size_t()
    raw.FPDFImageObj_GetIccProfileDataDecoded(image, page, None, 0, length)
    profile = (ctypes.c_uint8 * length.value)()
    raw.FPDFImageObj_GetIccProfileDataDecoded(image, page, profile, length.value, length)
    # the name is ASCII in profiles of version 2, UTF-16 in those of version 4
    return b"sRGB" in bytes(profile).replace(b"\0", b"")


def _stream(image: Any) -> bytes | None:
    """Return the image's JPEG file; None if it is stored in another way."""
    if raw.FPDFImageObj_GetImageFilterCount(image) != 1:
        return None
    name = ctypes.create_string_buffer(16)
    raw.FPDFImageObj_GetImageFilter(image, 0, name, len(name))
    if name.value not in (b"DCTDecode", b"DCT"):
        return None
    length = raw.FPDFImageObj_GetImageDataRaw(image, None, 0)
    stream = ctypes.create_string_buffer(length)
    raw.FPDFImageObj_GetImageDataRaw(image, stream, length)
    return stream.raw


def _place(page: OpenPage, image: Any) -> _Place | None:
    """Return where the image lies; None if it is tilted, skewed or has no size."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(image, matrix):
        return None
    a, b, c, d, e, f = matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f
    if not all(map(math.isfinite, (a, b, c, d, e, f))):
        return None
    left_top = on_page(page, c + e, d + f)
    right_top = on_page(page, a + c + e, b + d + f)
    left_bottom = on_page(page, e, f)
    along = right_top[0] - left_top[0], right_top[1] - left_top[1]
    downward = left_bottom[0] - left_top[0], left_bottom[1] - left_top[1]
    turned = abs(along[1]) > abs(along[0])
    if turned:
        along, downward = downward, along
    if abs(along[1]) > _PLUMB * abs(along[0]) or abs(downward[0]) > _PLUMB * abs(downward[1]):
        return None
    if not (along[0] and downward[1]):
        return None
    x = sorted((left_top[0], left_top[0] + along[0]))
    y = sorted((left_top[1], left_top[1] + downward[1]))
    return _Place(x[0], y[0], x[1], y[1], turned, along[0] < 0, downward[1] < 0)


def _decoded(
    stream: bytes, image: Any, mode: str, wanted: tuple[float, float], colour: Colour
) -> NDArray[np.uint8] | None:
    """Decode a JPEG at the smallest of its sizes that is as large as `wanted` (width, height)."""
    across, down = ctypes.c_uint(), ctypes.c_uint()
    raw.FPDFImageObj_GetImagePixelSize(image, across, down)
    target = "L" if colour == "grey" else "RGB"
    with contextlib.suppress(OSError, ValueError, SyntaxError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(stream), formats=["JPEG"]) as picture:
            if picture.mode != mode or picture.size != (across.value, down.value):
                return None
            picture.draft(target, (math.ceil(wanted[0]), math.ceil(wanted[1])))
            return np.asarray(picture if picture.mode == target else picture.convert(target))
    return None

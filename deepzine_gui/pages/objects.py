"""What lies on a page of a PDF, asked of PDFium by plain addresses.

pypdfium2 makes an object of each pointer that PDFium returns. A page has hundreds of objects, and
asking where each lies would cost as much as drawing them: without those it costs half.
"""

import ctypes
from collections import deque
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

_POINTER = ctypes.c_void_p


def _lean(function: Any, result: Any, *arguments: Any) -> Any:
    """Return one of PDFium's functions on plain addresses; it keeps Python's lock."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, _POINTER).value or 0)


_get_object = _lean(raw.FPDFPage_GetObject, _POINTER, _POINTER, ctypes.c_int)
_get_type = _lean(raw.FPDFPageObj_GetType, ctypes.c_int, _POINTER)
_get_bounds = _lean(raw.FPDFPageObj_GetBounds, ctypes.c_int, *[_POINTER] * 5)
_get_note = _lean(raw.FPDFPage_GetAnnot, _POINTER, _POINTER, ctypes.c_int)
_get_rect = _lean(raw.FPDFAnnot_GetRect, ctypes.c_int, _POINTER, _POINTER)
_close_note = _lean(raw.FPDFPage_CloseAnnot, None, _POINTER)


def object_types(page: pypdfium2.PdfPage, indices: list[int]) -> list[int]:
    """Return PDFium's ``FPDF_PAGEOBJ_*`` of some of the objects of an open page."""
    handle = _address(page)
    return [_get_type(_get_object(handle, index)) for index in indices]


def object_bounds(page: pypdfium2.PdfPage, count: int) -> NDArray[np.float32]:
    """Return left, bottom, right and top of the first objects, (N, 4), in points of the page."""
    bounds = np.zeros((count, 4), np.float32)
    start, end = bounds.ctypes.data, bounds.ctypes.data + bounds.nbytes
    sides = [range(start + at, end + at, bounds.strides[0]) for at in (0, 4, 8, 12)]
    handles = map(_get_object, repeat(_address(page)), range(count))
    # no step of this loop is Python's
    deque(map(_get_bounds, handles, *sides), maxlen=0)
    return bounds


def note_bounds(page: pypdfium2.PdfPage, count: int) -> NDArray[np.float32]:
    """Return left, bottom, right and top of the first annotations, (N, 4), as `object_bounds`."""
    rects = np.zeros((count, 4), np.float32)
    if not count:
        return rects
    handle, start = _address(page), rects.ctypes.data
    for index in range(count):
        note = _get_note(handle, index)
        _get_rect(note, start + 16 * index)
        _close_note(note)
    # PDFium's rectangle is left, top, right, bottom
    x, y = np.sort(rects[:, 0::2], axis=1), np.sort(rects[:, 1::2], axis=1)
    return np.stack([x[:, 0], y[:, 0], x[:, 1], y[:, 1]], axis=1)


def _address(page: pypdfium2.PdfPage) -> int | None:
    return ctypes.cast(page.raw, _POINTER).value

"""What lies on a page of a PDF, asked of PDFium by plain addresses.

A page has hundreds of objects. To ask where each lies with all that pypdfium2 and ctypes offer, an
object for each pointer and a check of each argument, would cost as much as drawing them; like this
it costs a quarter.
"""

import ctypes
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import pairwise, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

OpenPage = Any
"""PDFium's handle of an open page."""

_SIDES = 4
_WHITE = 255
_CORNERS = 4, 5
"""Of a rectangle, the first one perhaps twice."""


class _Address(ctypes.c_void_p):
    """An address that ctypes passes on unchecked, which it does not do with bare numbers."""


def _lean(function: Any, result: Any) -> Any:
    """Return one of PDFium's functions that takes addresses as they are, and Python's lock."""
    return ctypes.PYFUNCTYPE(result)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_get_object = _lean(raw.FPDFPage_GetObject, _Address)
_get_type = _lean(raw.FPDFPageObj_GetType, ctypes.c_int)
_get_bounds = _lean(raw.FPDFPageObj_GetBounds, ctypes.c_int)
_get_note = _lean(raw.FPDFPage_GetAnnot, _Address)
_get_rect = _lean(raw.FPDFAnnot_GetRect, ctypes.c_int)
_close_note = _lean(raw.FPDFPage_CloseAnnot, None)


class _Room(threading.local):
    """Where PDFium writes the sides of objects, and references to each place, made but once."""

    def __init__(self) -> None:
        self._make(1)

    def sides(self, count: int) -> NDArray[np.float32]:
        """Return room for so many objects, (4, N), empty."""
        if count > self._sides.shape[1]:
            self._make(1 << count.bit_length())
        sides: NDArray[np.float32] = self._sides[:, :count]
        sides[:] = 0
        return sides

    def _make(self, count: int) -> None:
        floats = (ctypes.c_float * (_SIDES * count))()
        self._sides = np.ctypeslib.as_array(floats).reshape(_SIDES, count)
        self.places = [
            [ctypes.byref(floats, 4 * place) for place in range(first, first + count)]
            for first in range(0, len(floats), count)
        ]


_room = _Room()


def page_size(page: OpenPage) -> tuple[float, float]:
    """Return width and height of an open page, upright, in points."""
    return raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)


def object_types(page: OpenPage, indices: list[int]) -> list[int]:
    """Return PDFium's ``FPDF_PAGEOBJ_*`` of some of the objects of an open page."""
    return list(map(_get_type, map(_get_object, repeat(page), indices)))


def object_bounds(page: OpenPage, count: int) -> NDArray[np.float32]:
    """Return left, bottom, right and top of the first objects, (4, N), in points of the page."""
    sides = _room.sides(count)
    # no step of this loop is Python's
    objects = map(_get_object, repeat(page), range(count))
    deque(map(_get_bounds, objects, *_room.places), maxlen=0)
    return sides.copy()


def is_ground(page: OpenPage, index: int) -> bool:
    """Whether an object of an open page may be paper: a plain rectangle without an outline.

    It is white, or of any colour if nothing lies below.
    """
    item = raw.FPDFPage_GetObject(page, index)
    if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_PATH:
        return False
    filled, outlined = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(item, filled, outlined) or outlined.value or not filled.value:
        return False
    if not _is_upright_rectangle(item) or not _is_clipped_upright(item):
        return False
    if index == 0:
        return True
    colour = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(item, *colour)
    return all(channel.value == _WHITE for channel in colour)


def _is_upright_rectangle(path: Any) -> bool:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(path, matrix):
        return False
    if (matrix.b or matrix.c) and (matrix.a or matrix.d):
        return False
    count = raw.FPDFPath_CountSegments(path)
    return _are_of_rectangle(count, partial(raw.FPDFPath_GetPathSegment, path))


def _is_clipped_upright(item: Any) -> bool:
    """Whether only rectangles cut an object off, if anything does: what is left is one too."""
    clip = raw.FPDFPageObj_GetClipPath(item)
    return all(
        _are_of_rectangle(
            raw.FPDFClipPath_CountPathSegments(clip, index),
            partial(raw.FPDFClipPath_GetPathSegment, clip, index),
        )
        for index in range(raw.FPDFClipPath_CountPaths(clip))
    )


def _are_of_rectangle(count: int, segment_at: Callable[[int], Any]) -> bool:
    """Whether so many segments of a path are the sides of an upright rectangle."""
    if count not in _CORNERS:
        return False
    points = []
    for index in range(count):
        segment = segment_at(index)
        wanted = raw.FPDF_SEGMENT_LINETO if index else raw.FPDF_SEGMENT_MOVETO
        x, y = ctypes.c_float(), ctypes.c_float()
        if raw.FPDFPathSegment_GetType(segment) != wanted:
            return False
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        points.append((x.value, y.value))
    return all((a == c) != (b == d) for (a, b), (c, d) in pairwise(points[:4]))


def note_bounds(page: OpenPage, count: int) -> NDArray[np.float32]:
    """Return left, bottom, right and top of the first annotations, (4, N), as `object_bounds`."""
    rects = (raw.FS_RECTF * count)()
    for index, rect in enumerate(rects):
        note = _get_note(page, index)
        _get_rect(note, ctypes.byref(rect))
        _close_note(note)
    # left, top, right and bottom of each
    sides = np.frombuffer(rects, np.float32).reshape(count, _SIDES).T
    return np.concatenate([np.minimum(sides[:2], sides[2:]), np.maximum(sides[:2], sides[2:])])

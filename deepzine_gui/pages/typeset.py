"""Typeset pages of a PDF."""

import math

import numpy as np
from numpy.typing import NDArray
from pypdfium2 import raw

from deepzine_gui.pages.drawing import draw
from deepzine_gui.pages.objects import OpenPage, is_ground, note_bounds, object_bounds
from deepzine_gui.pages.raw_pages import WHOLE, Box, Colour, TypesetPage
from deepzine_gui.pages.scans import on_page

_MOST_OBJECTS = 10_000
"""A page of more objects is taken to be full, until it is drawn.

To look at each costs a fifth of drawing it, and of 37 pages with more than 1000 objects 35 had
margins: found only on what was drawn, they have the page drawn twice.
"""

_TINY = 1e-3

_GROUND = 0.98
"""What takes so much of the width and height of all that is drawn may be a ground of it."""

_MOST_GROUNDS = 4

_AT_EDGE = 0.02
"""What ends so close to the page's edges, as a share of the page, may be a ground."""


class PdfTypesetPage(TypesetPage):
    """One open page of a PDF; see `raw_pages.TypesetPage`."""

    def __init__(self, page: OpenPage, width: float, height: float) -> None:
        self.handle = page
        self.width, self.height = width, height

    def content(self) -> Box:
        """Return a box around all objects; see `raw_pages.TypesetPage.content`."""
        page, objects = self.handle, raw.FPDFPage_CountObjects(self.handle)
        notes = raw.FPDFPage_GetAnnotCount(page)
        if not 0 < objects + notes <= _MOST_OBJECTS:
            return WHOLE
        sides = object_bounds(page, objects)  # (4, N)
        if notes:
            sides = np.concatenate([sides, note_bounds(page, notes)], axis=1)
        found = self._around(sides)
        if max(found[0], found[1], 1 - found[2], 1 - found[3]) < _AT_EDGE:
            found = self._around(_without_grounds(page, sides, objects))
        return found

    def _around(self, sides: NDArray[np.float32]) -> Box:
        """Return the box around objects, (4, N) in points of the page, as shares of the page."""
        least, most = sides[:2].min(1).tolist(), sides[2:].max(1).tolist()
        if not all(map(math.isfinite, (*least, *most))):
            return WHOLE
        corners = on_page(self.handle, *least), on_page(self.handle, *most)
        (x0, x1), (y0, y1) = (
            sorted(min(max(place, 0.0), 1.0) for place in places)
            for places in zip(*corners, strict=True)
        )
        return (x0, y0, x1, y1) if x1 - x0 > _TINY and y1 - y0 > _TINY else WHOLE

    def render(self, box: Box, across: int, down: int, colour: Colour) -> NDArray[np.uint8]:
        """Return a part of the page in pixels; see `raw_pages.TypesetPage.render`."""
        return draw(self.handle, across, down, colour, box)


def _without_grounds(
    page: OpenPage, sides: NDArray[np.float32], objects: int
) -> NDArray[np.float32]:
    """Leave out the grounds that all else lies on, (4, N), unless there is nothing else.

    `objects` is how many of the first are objects of the page.
    """
    lengths = sides[2:, :objects] - sides[:2, :objects]
    whole = sides[2:].max(1) - sides[:2].min(1)
    large = np.flatnonzero((lengths >= _GROUND * whole[:, None]).all(0))
    grounds = [index for index in large[:_MOST_GROUNDS].tolist() if is_ground(page, index)]
    return np.delete(sides, grounds, axis=1) if 0 < len(grounds) < sides.shape[1] else sides

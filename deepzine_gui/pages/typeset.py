"""Typeset pages of a PDF."""

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from deepzine_gui.pages.drawing import draw
from deepzine_gui.pages.objects import note_bounds, object_bounds
from deepzine_gui.pages.raw_pages import WHOLE, Box, Colour, TypesetPage
from deepzine_gui.pages.scans import on_page

_MOST_OBJECTS = 1000
"""A page of more objects is taken to be full: looking at each would cost as much as drawing it."""

_TINY = 1e-3


class PdfTypesetPage(TypesetPage):
    """One open page of a PDF; see `raw_pages.TypesetPage`."""

    def __init__(self, page: pypdfium2.PdfPage, width: float, height: float) -> None:
        self._page = page
        self.width, self.height = width, height

    def content(self) -> Box:
        """Return a box around all objects; see `raw_pages.TypesetPage.content`."""
        page, objects = self._page, raw.FPDFPage_CountObjects(self._page)
        notes = raw.FPDFPage_GetAnnotCount(page)
        if not 0 < objects + notes <= _MOST_OBJECTS:
            return WHOLE
        sides = np.concatenate([object_bounds(page, objects), note_bounds(page, notes)])  # (N, 4)
        if not np.isfinite(sides).all():
            return WHOLE
        corners = [
            on_page(page, *x_and_y) for x_and_y in (sides[:, :2].min(0), sides[:, 2:].max(0))
        ]
        (x0, y0), (x1, y1) = np.sort(np.clip(corners, 0, 1), axis=0).tolist()
        return (x0, y0, x1, y1) if x1 - x0 > _TINY and y1 - y0 > _TINY else WHOLE

    def render(self, box: Box, across: int, down: int, colour: Colour) -> NDArray[np.uint8]:
        """Return a part of the page in pixels; see `raw_pages.TypesetPage.render`."""
        return draw(self._page, across, down, colour, box)

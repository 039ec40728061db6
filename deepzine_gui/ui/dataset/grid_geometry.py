"""Where pages lie in a grid: as many columns as there is room for, in the middle."""

from dataclasses import dataclass

import numpy as np

from deepzine_gui.ui.dataset.table import Indices
from deepzine_gui.ui.theme import GRID


@dataclass(frozen=True, slots=True)
class Geometry:
    """`count` pages of `side` pixels in a view of `width`; all in pixels of the content.

    A page is named by its position, from 0.
    """

    count: int
    side: int
    width: int

    @property
    def cell(self) -> int:
        """From one page to the next."""
        return self.side + GRID

    @property
    def columns(self) -> int:
        """Pages in a row."""
        return max(1, (self.width - GRID) // self.cell)

    @property
    def left(self) -> int:
        """Where the first column begins."""
        return max(GRID, (self.width - self.columns * self.cell + GRID) // 2)

    @property
    def rows(self) -> int:
        """Rows of all pages."""
        return -(-self.count // self.columns)

    @property
    def height(self) -> int:
        """Height of all rows, with a margin above and below."""
        return self.rows * self.cell + GRID

    def corner(self, position: int) -> tuple[int, int]:
        """Left and top of a page."""
        row, column = divmod(position, self.columns)
        return self.left + column * self.cell, GRID + row * self.cell

    def at(self, x: int, y: int) -> int | None:
        """The page under a point, None between pages."""
        column, right = divmod(x - self.left, self.cell)
        row, below = divmod(y - GRID, self.cell)
        position = row * self.columns + column
        if not 0 <= column < self.columns or row < 0 or position >= self.count:
            return None
        return position if right < self.side and below < self.side else None

    def rows_between(self, top: int, bottom: int) -> range:
        """Positions of the rows that `top` to `bottom` touches."""
        first = max(0, (top - GRID) // self.cell)
        last = max(first, -(-(bottom - GRID) // self.cell))
        return range(min(self.count, first * self.columns), min(self.count, last * self.columns))

    def within(self, left: int, top: int, right: int, bottom: int) -> Indices:
        """Positions of the pages that a rectangle touches."""
        across = np.arange(self.columns) * self.cell + self.left
        touched = np.flatnonzero((across + self.side > left) & (across < right))
        first = max(0, -(-(top - GRID - self.side + 1) // self.cell))
        last = min(self.rows - 1, (bottom - GRID - 1) // self.cell)
        rows = np.arange(first, last + 1)
        positions = (rows[:, None] * self.columns + touched[None, :]).ravel()
        return positions[positions < self.count].astype(np.intp)

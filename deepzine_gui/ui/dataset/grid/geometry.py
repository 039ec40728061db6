"""Where pages lie in a grid: as many columns as there is room for, in the middle."""

import numpy as np

from deepzine_gui.ui.dataset.table import Indices
from deepzine_gui.ui.theme import GRID

_LEAST = 4 * GRID


def fitting_side(side: int, height: int) -> int:
    """The side closest to `side` at which whole rows fill a view of `height`; all in pixels.

    It is `side` itself in a view too low even for a row of very small pages.
    """
    room = height - GRID
    rows = room // (side + GRID)
    sides = [room // number - GRID for number in (rows, rows + 1) if number > 0]
    closest = min(sides, key=lambda one: max(one / side, side / max(1, one)))
    return closest if closest >= _LEAST else side


class Geometry:
    """`count` pages of `side` pixels in a view of `width`; all in pixels of the content.

    A page is named by its position, from 0. Worked out once: every page that is drawn asks.

    Attributes:
        cell: from one page to the next.
        columns: pages in a row.
        left: where the first column begins.
        rows: rows of all pages.
        height: of all rows, with a margin above and below.
    """

    __slots__ = "cell", "columns", "count", "height", "left", "rows", "side", "width"

    def __init__(self, count: int, side: int, width: int) -> None:
        self.count, self.side, self.width = count, side, width
        self.cell = side + GRID
        self.columns = max(1, (width - GRID) // self.cell)
        self.left = max(GRID, (width - self.columns * self.cell + GRID) // 2)
        self.rows = -(-count // self.columns)
        self.height = self.rows * self.cell + GRID

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

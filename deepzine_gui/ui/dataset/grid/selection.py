"""Which pages of a grid are selected: the habits of every list, without a widget."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.ui.dataset.table import Indices

Mode = Literal["replace", "extend", "only move"]


class Selection:
    """Selected positions of a grid of `count` pages, and the current one, which keys move.

    Attributes:
        chosen: bool (count,).
        current: the current position, -1 where there is none.
    """

    def __init__(self, count: int = 0) -> None:
        self.chosen: NDArray[np.bool_] = np.zeros(count, bool)
        self.current = -1
        self._anchor = -1

    @property
    def count(self) -> int:
        """Pages there are."""
        return len(self.chosen)

    def positions(self) -> Indices:
        """The selected positions, in order."""
        return np.flatnonzero(self.chosen)

    def move(self, position: int, mode: Mode = "replace") -> None:
        """Make a position (cut to what there is) the current one.

        `replace` selects it alone, `extend` all from where the last selection began, `only move`
        leaves the selection as it is.
        """
        if not self.count:
            return
        position = min(max(position, 0), self.count - 1)
        if mode == "replace" or self._anchor < 0:
            self._anchor = position
        if mode == "only move":
            self._anchor = position
        else:
            low, high = sorted((self._anchor, position))
            self.chosen[:] = False
            self.chosen[low : high + 1] = True
        self.current = position

    def toggle(self, position: int) -> None:
        """Select a position, or no longer; it becomes the current one."""
        if 0 <= position < self.count:
            self.chosen[position] ^= True
            self.current = self._anchor = position

    def take(self, chosen: NDArray[np.bool_], current: int) -> None:
        """Select these positions, (count,), and make one of them, or -1, the current one."""
        self.chosen = chosen
        self.current = self._anchor = current

    def select_all(self) -> None:
        """Select every page."""
        self.chosen[:] = True
        if self.current < 0 and self.count:
            self.current = self._anchor = 0

    def clear(self) -> None:
        """Select none; the current page stays."""
        self.chosen[:] = False

    def band(self, positions: Indices, base: NDArray[np.bool_]) -> None:
        """Select what a rubber band touches, and what `base` (count,) holds."""
        self.chosen = base.copy()
        self.chosen[positions] = True
        if len(positions):
            self.current = self._anchor = int(positions[-1])

    def carry_over(self, before: Indices, after: Indices) -> None:
        """Other pages are shown: `before` and `after` name the pages by row, in their order.

        What is still there stays selected. Where the current page has gone, the next one that
        stays takes its place, so that a person can go on.
        """
        selected = before[self.chosen]
        heir = _heir(before, after, self.current)
        self.chosen = _among(after, selected)
        self.current = self._anchor = heir
        if heir >= 0 and not self.chosen.any():
            self.chosen[heir] = True


def _heir(before: Indices, after: Indices, current: int) -> int:
    """The position in `after` of the current page, or of one near it."""
    if current < 0 or not len(after):
        return -1
    stays = _among(before, after)
    following = np.flatnonzero(stays[current:])
    if len(following):
        page = before[current + following[0]]
    elif stays.any():
        page = before[np.flatnonzero(stays)[-1]]
    else:
        return 0
    return int(np.flatnonzero(after == page)[0])


def _among(pages: Indices, others: Indices) -> NDArray[np.bool_]:
    """Which of `pages` are in `others`; faster than `np.isin`, as pages are small numbers."""
    last = max(int(some.max()) if len(some) else 0 for some in (pages, others))
    there = np.zeros(last + 1, bool)
    there[others] = True
    return there[pages]

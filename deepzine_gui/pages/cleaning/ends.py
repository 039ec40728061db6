"""Where the paper ends above and below: ground, black bars, blots."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.lines import LIGHTER
from deepzine_gui.pages.cleaning.masks import counts, opened, widened
from deepzine_gui.pages.cleaning.survey import Survey

_PRINT = 0.08
"""Rows with this share of dark pixels may hold print, and are no bare ground."""

_STRAY_PRINT = 0.003
"""So small a share of all print may be lost between blots."""

_BLOT = 5
"""A blot that grows in from the rim is at least so wide."""


def ground(seen: Survey, left: int, right: int) -> tuple[int, int]:
    """Return the first and the end row of the paper between two columns."""
    height = len(seen.grey)
    width = right - left
    dark = counts(seen.ink[:, left:right] >= seen.faint, 1) / width
    light = counts(seen.light[:, left:right] >= LIGHTER, 1) / width * (dark < _PRINT)
    bright = counts(seen.light[:, left:right] >= 2 * LIGHTER, 1) / width
    other = (dark >= 0.85) | (bright >= 0.5)
    top = _strip(other, light)
    bottom = height - _strip(other[::-1], light[::-1])
    return (top, bottom) if bottom - top > height // 4 else (0, height)


def _strip(other: NDArray[np.bool_], light: NDArray[np.float64]) -> int:
    """Return how many rows from the start are no paper, but border or ground.

    Args:
        other: rows nearly all dark, or mostly much lighter than paper.
        light: the share of each row that is a little lighter than paper.
    """
    full = other | (light >= 0.5)
    begins = np.flatnonzero(full[: max(3, len(full) // 25)])
    if not len(begins):
        return 0
    start = int(begins[-1])
    for inside, most in ((full | (light >= 0.15), 20), (full, 8), (other, 1)):
        over = np.flatnonzero(~inside[start : len(full) // most])
        if len(over):
            return start + int(over[0])
    return 0


def blots(black: NDArray[np.bool_], dark: NDArray[np.bool_], *, least: int, most: float) -> int:
    """Return how many rows from the start hold blots that grow in from there, and no print.

    Args:
        black: nearly black pixels of the paper, (h, w).
        dark: pixels that are print or border.
        least: what reaches fewer rows deep is print.
        most: share of the rows to which a blot may reach.
    """
    limit = round(most * len(black))
    if limit < 3 or not black[:3].any():
        return 0
    rim = opened(black[:limit], _BLOT, 1)
    rim[0] |= rim[1] | rim[2]
    rim[1] |= rim[2]
    grown = np.logical_and.accumulate(rim, axis=0)
    depths = counts(grown, 0)
    deepest = int(depths[depths < limit].max(initial=0))
    if deepest < least:
        return 0
    print_before = np.cumsum(counts(dark[:limit] & ~widened(grown, 3, 1), 1))
    free = int(np.searchsorted(print_before, _STRAY_PRINT * dark.sum(), side="right"))
    return min(deepest + 1, free)

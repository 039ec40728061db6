"""Where the paper ends above and below: ground, black bars, blots."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.lines import LIGHTER
from deepzine_gui.pages.cleaning.masks import (
    Mask,
    counts,
    from_sides,
    opened,
    sums,
    widened,
    without_specks,
)
from deepzine_gui.pages.cleaning.survey import SHADOW, Survey

_PRINT = 0.08
"""Rows with this share of dark pixels may hold print, and are no bare ground."""

_TITLE = 2
"""So many rows of bare paper and so many of print before a dark row: it is a printer's rule …"""

_WORDS = 1 / 8
"""… if that share of each row is dark."""

_LETTERS = 5
"""A row through a line of print has at least so many dark pixels in it."""

_LINE = 1 / 24
"""A line of print is at most that share of the height high."""

_STRAY_PRINT = 0.003
"""So small a share of all print may be lost between blots."""

_BLOT = 5
"""A blot that grows in from the rim is at least so wide."""


def ground(seen: Survey, left: int, right: int) -> tuple[int, int]:
    """Return the first and the end row of the paper between two columns."""
    height = len(seen.grey)
    width = right - left
    dark = counts(seen.dark.part((left, 0, right, height)), 1) / width
    light = bright = np.zeros(height)
    if seen.light is not None:
        lighter = seen.light[:, left:right]
        light = sums(lighter >= LIGHTER, 1) / width * (dark < _PRINT)
        bright = sums(lighter >= 2 * LIGHTER, 1) / width
    other = (dark >= 0.85) | (bright >= 0.5)
    bare = (dark < _PRINT) & (light < 0.15)
    grey = seen.grey[:, left:right]
    top = _cut(other, light, bare, grey, seen)
    bottom = height - _cut(other[::-1], light[::-1], bare[::-1], grey[::-1], seen)
    return (top, bottom) if bottom - top > height // 4 else (0, height)


def _cut(
    other: NDArray[np.bool_],
    light: NDArray[np.float64],
    bare: NDArray[np.bool_],
    grey: NDArray[np.uint8],
    seen: Survey,
) -> int:
    """Return how many rows from the start are no paper, but border or ground, and hold no print.

    Args:
        other: rows nearly all dark, or mostly much lighter than paper.
        light: the share of each row that is a little lighter than paper.
        bare: rows that are nearly all paper.
        grey: the rows themselves, (h, w).
        seen: the survey they belong to.
    """
    full = other | (light >= 0.5)
    near = full[: max(3, len(full) // 25)]
    if not near.any():
        return 0
    words = _print(grey[: len(near)], seen) >= _WORDS * grey.shape[1]
    title = (np.cumsum(bare[: len(near)]) >= _TITLE) & (np.cumsum(words) >= _TITLE)
    begins = np.flatnonzero(near & ~title)
    if not len(begins):
        return 0
    cut = _strip(full, other, light, int(begins[-1]))
    first = max(0, cut - round(_LINE * len(grey)))
    clear = np.flatnonzero(_print(grey[first : cut + 1], seen)[:-1] < _LETTERS)
    through_print = len(clear) and clear[-1] < cut - 1 - first
    return first + int(clear[-1]) if through_print else cut


def _strip(
    full: NDArray[np.bool_], other: NDArray[np.bool_], light: NDArray[np.float64], start: int
) -> int:
    """Return how many rows from the start on belong to the border."""
    for inside, most in ((full | (light >= 0.15), 20), (full, 8), (other, 1)):
        over = np.flatnonzero(~inside[start : len(full) // most])
        if len(over):
            return start + int(over[0])
    return 0


def _print(rows: NDArray[np.uint8], seen: Survey) -> NDArray[np.int64]:
    """Return how many pixels of each row are print: darker than its paper, be it in shadow.

    What comes from a side, is a line or a speck is none.
    """
    if min(rows.shape) < _LETTERS - 2:
        return np.zeros(len(rows), np.int64)
    rank = rows.shape[1] * 4 // 5
    tone = np.partition(rows, rank, axis=1)[:, rank, None]
    dark = Mask.of((tone >= SHADOW * seen.paper) & (rows < tone - np.minimum(tone, seen.faint)))
    dark &= ~from_sides(widened(dark, 1, 1), 1) & ~opened(dark, rows.shape[1] // 8, 1)
    return counts(without_specks(dark), 1)


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
    rim = opened(Mask.of(black[:limit]), _BLOT, 1).array()
    rim[0] |= rim[1] | rim[2]
    rim[1] |= rim[2]
    grown = np.logical_and.accumulate(rim, axis=0)
    depths = sums(grown, 0)
    deepest = int(depths[depths < limit].max(initial=0))
    if deepest < least:
        return 0
    print_left = Mask.of(dark[:limit]) & ~widened(Mask.of(grown), 3, 1)
    most_lost = _STRAY_PRINT * np.count_nonzero(dark)
    free = int(np.searchsorted(np.cumsum(counts(print_left, 1)), most_lost, side="right"))
    return min(deepest + 1, free)

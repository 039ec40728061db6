"""Where the paper ends above and below: ground, black bars, stray lines, blots."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.lines import LIGHTER, extent, level_lines, runs
from deepzine_gui.pages.cleaning.masks import opened, widened
from deepzine_gui.pages.cleaning.survey import Box, Survey

_PRINT = 0.08
"""Rows with this share of dark pixels may hold print, and are no bare ground."""

_STRAY_PRINT = 0.003
"""So small a share of all print may be lost outside a stray line or between blots."""

_ACROSS = 0.4
"""A stray line is at least this share of the width long."""

_THICK = 6
"""A stray line and its rim are at most so many rows thick; what is thicker is an ornament."""

_OUTER = 0.4
"""A stray line lies in this share of the height from either end."""

_GAP = 0.02
"""Rows with this share of a line's ink are the paper after it; a picture's frame has none."""

_BLOT = 5
"""A blot that grows in from the rim is at least so wide."""


def ground(seen: Survey, left: int, right: int) -> tuple[int, int]:
    """Return the first and the end row of the paper between two columns."""
    height = len(seen.grey)
    dark = (seen.ink[:, left:right] >= seen.faint).mean(1)
    light = (seen.light[:, left:right] >= LIGHTER).mean(1) * (dark < _PRINT)
    bright = (seen.light[:, left:right] >= 2 * LIGHTER).mean(1)
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


def stray_lines(seen: Survey, paper: Box) -> tuple[int, int]:
    """Return how many rows to cut from top and bottom to lose lines with nothing beyond them."""
    left, top, right, bottom = paper
    ink = seen.ink[top:bottom, left:right]
    ink = ink[:, extent((ink >= seen.faint).sum(0))]
    width = ink.shape[1]
    black = 2 * seen.faint
    if min(ink.shape) < 16 or (ink >= black).sum(1).max() < _ACROSS * width:
        return 0, 0
    lines = widened(level_lines(ink, black, max(8, width // 6)), 1, 0)
    across = lines.sum(1) >= _ACROSS * width
    dark = (ink >= seen.faint).sum(1)
    return _after_line(across, dark), _after_line(across[::-1], dark[::-1])


def _after_line(across: NDArray[np.bool_], dark: NDArray[np.int64]) -> int:
    """Return the end of the innermost thin line with hardly any print before it, and a gap after.

    Args:
        across: rows that are mostly one line.
        dark: dark pixels of each row.
    """
    before = np.cumsum(dark) - dark
    for start, end in reversed(runs(across)):
        alone = before[max(0, start - 1)] <= _STRAY_PRINT * before[-1]
        gap = dark[end : end + 5].min(initial=dark[start]) <= _GAP * dark[start]
        if end - start <= _THICK and end < _OUTER * len(across) and alone and gap:
            return end + 1
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
    depths = grown.sum(0)
    deepest = int(depths[depths < limit].max(initial=0))
    if deepest < least:
        return 0
    print_before = np.cumsum((dark[:limit] & ~widened(grown, 3, 1)).sum(1))
    free = int(np.searchsorted(print_before, _STRAY_PRINT * dark.sum(), side="right"))
    return min(deepest + 1, free)

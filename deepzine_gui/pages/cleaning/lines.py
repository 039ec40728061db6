"""Straight lines on a page that no printer set: edges of paper, of shadows, of the scanner."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.masks import closed, mean_along, opened
from deepzine_gui.pages.cleaning.survey import Survey

LIGHTER = 10
"""The ground around the paper is by so much lighter than it, if it is not darker."""

_LONG = 0.1
"""A line down the page is at least this share of its height long."""

_EVENNESS = 0.7
"""Along a line the ink falls nowhere below this share of its mean, as it does between words."""


def upright_lines(seen: Survey) -> NDArray[np.bool_]:
    """Return where long even lines, or whole dark or light areas, run down the page: (h, w)."""
    long = max(6, round(_LONG * len(seen.ink)))
    ink = np.minimum(seen.ink, 3 * seen.faint)
    even = ink >= _EVENNESS * mean_along(ink, 0)
    lines = opened(even & (ink >= seen.faint), long, 0)
    lines |= opened(even & closed(ink >= 2 * seen.faint, 3, 0), long, 0)
    lines &= ~_drawn(seen.ink, lines, long, 0) | _from_edge(seen.ink >= seen.faint)
    return lines | opened(seen.light >= LIGHTER, 2 * long, 0)


def level_lines(ink: NDArray[np.uint8], least: int, long: int) -> NDArray[np.bool_]:
    """Return where lines of `long` pixels and ink of at least `least` run across: (h, w)."""
    lines = opened((ink >= least) & (ink >= _EVENNESS * mean_along(ink, 1)), long, 1)
    return lines & ~_drawn(ink, lines, long, 1)


def extent(profile: NDArray[np.integer[Any]]) -> slice:
    """Return where 98 % of the profile lie; everything where it is empty."""
    total = np.cumsum(profile)
    if total[-1] == 0:
        return slice(0, len(profile))
    first, last = np.searchsorted(total, [0.01 * total[-1], 0.99 * total[-1]])
    return slice(int(first), int(last) + 1)


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the start and end of every run of true values, in order."""
    turns = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return [(int(start), int(end)) for start, end in turns.reshape(-1, 2)]


def _drawn(
    ink: NDArray[np.uint8], lines: NDArray[np.bool_], long: int, axis: int
) -> NDArray[np.bool_]:
    """Return where lines along `axis` are too even for a scan: drawn by a computer."""
    even = lines.copy()
    along, tones = (even, ink) if axis == 0 else (even.T, ink.T)
    along[1:] &= np.maximum(tones[1:], tones[:-1]) - np.minimum(tones[1:], tones[:-1]) <= 1
    return opened(even, long, axis)


def _from_edge(dark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what is dark all the way to the left or right edge."""
    left = np.logical_and.accumulate(dark, axis=1)
    return left | np.logical_and.accumulate(dark[:, ::-1], axis=1)[:, ::-1]

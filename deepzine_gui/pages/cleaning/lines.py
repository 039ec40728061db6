"""Straight lines on a page that no printer set: edges of paper, of shadows, of the scanner."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.masks import closed, mean_along, opened, widened
from deepzine_gui.pages.cleaning.survey import Survey

LIGHTER = 10
"""The ground around the paper is by so much lighter than it, if it is not darker."""

_LONG = 0.1
"""A line down the page is at least this share of its height long."""

EVENNESS = 0.7
"""Along a line the ink falls nowhere below this share of its mean, as it does between words."""


def upright_lines(seen: Survey) -> NDArray[np.bool_]:
    """Return where long even lines, or whole dark or light areas, run down the page: (h, w)."""
    long = max(6, round(_LONG * len(seen.ink)))
    ink = np.minimum(seen.ink, 3 * seen.faint)
    even = ink >= EVENNESS * mean_along(ink, 0)
    lines = opened(even & (ink >= seen.faint), long, 0)
    lines |= opened(even & closed(ink >= 2 * seen.faint, 3, 0), long, 0)
    computed = drawn(seen.ink, lines, long, 0)
    if computed.any():
        lines &= ~computed | from_sides(seen.ink >= seen.faint)
    light = seen.light >= LIGHTER
    return lines | opened(light, 2 * long, 0) if light.any() else lines


def from_sides(dark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what is dark all the way to the left or right side."""
    return from_left(dark) | from_left(dark[:, ::-1])[:, ::-1]


def from_left(dark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what is dark all the way to the left side, as far as a sixth of the width."""
    reach = -(-dark.shape[1] // 6)
    near = dark[:, :reach]
    first = np.where(near.all(1), reach, near.argmin(1))
    found = np.zeros_like(dark)
    found[:, :reach] = np.arange(reach) < first[:, None]
    return found


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the start and end of every run of true values, in order."""
    turns = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return [(int(start), int(end)) for start, end in turns.reshape(-1, 2)]


def drawn(
    ink: NDArray[np.uint8], lines: NDArray[np.bool_], long: int, axis: int, rim: int = 0
) -> NDArray[np.bool_]:
    """Return where lines along `axis` are too even for a scan: drawn by a computer.

    With a `rim`, the edges of a line so near must be as even: those of a scan are ragged.
    """
    changes = np.zeros_like(lines)
    along, tones = (changes, ink) if axis == 0 else (changes.T, ink.T)
    along[1:] = np.maximum(tones[1:], tones[:-1]) - np.minimum(tones[1:], tones[:-1]) > 1
    return opened(lines & ~widened(changes, rim, 1 - axis), long, axis)

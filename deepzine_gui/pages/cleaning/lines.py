"""Straight lines on a page that no printer set: edges of paper, of shadows, of the scanner."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.masks import (
    Mask,
    closed,
    counts,
    from_sides,
    mean_along,
    opened,
    widened,
)
from deepzine_gui.pages.cleaning.survey import Survey

LIGHTER = 10
"""The ground around the paper is by so much lighter than it, if it is not darker."""

_LONG = 0.1
"""A line down the page is at least this share of its height long."""

EVENNESS = 0.7
"""Along a line the ink falls nowhere below this share of its mean, as it does between words."""


def upright_lines(seen: Survey) -> Mask:
    """Return where long even lines, or whole dark or light areas, run down the page: (h, w)."""
    long = max(6, round(_LONG * len(seen.ink)))
    black = closed(Mask.of(seen.ink >= 2 * seen.faint), 3, 0)
    found = opened(seen.dark, long, 0) | opened(black, long, 0)
    even = _even(np.minimum(seen.ink, 3 * seen.faint), found, 0)
    lines = opened(even & seen.dark, long, 0) | opened(even & black, long, 0)
    computed = drawn(seen.ink, lines, long, 0)
    if computed:
        lines &= ~computed | from_sides(seen.dark, 1)
    if seen.light is not None:
        lines |= opened(Mask.of(seen.light >= LIGHTER), 2 * long, 0)
    return lines


def level_lines(seen: Survey, long: int) -> Mask:
    """Return where even lines of that length run across the page, (h, w)."""
    found = opened(seen.dark, long, 1)
    return opened(_even(seen.ink, found, 1) & found, long, 1)


def _even(ink: NDArray[np.uint8], found: Mask, axis: int) -> Mask:
    """Return where ink is even along `axis`, in those columns (axis 0) or rows with any `found`."""
    if not found:
        return found
    even = np.zeros(ink.shape, np.bool_)
    at = np.flatnonzero(counts(found, axis))
    part = np.s_[:, at] if axis == 0 else np.s_[at]
    some = ink[part]
    even[part] = some >= EVENNESS * mean_along(some, axis)
    return Mask.of(even)


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the start and end of every run of true values, in order."""
    turns = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return [(int(start), int(end)) for start, end in turns.reshape(-1, 2)]


def drawn(ink: NDArray[np.uint8], lines: Mask, long: int, axis: int, rim: int = 0) -> Mask:
    """Return where lines along `axis` are too even for a scan: drawn by a computer.

    With a `rim`, the edges of a line so near must be as even: those of a scan are ragged.
    """
    lines = opened(lines, long, axis)
    if not lines:
        return lines
    changes = np.zeros(ink.shape, np.bool_)
    along, tones = (changes, ink) if axis == 0 else (changes.T, ink.T)
    along[1:] = np.maximum(tones[1:], tones[:-1]) - np.minimum(tones[1:], tones[:-1]) > 1
    return opened(lines & ~widened(Mask.of(changes), rim, 1 - axis), long, axis)

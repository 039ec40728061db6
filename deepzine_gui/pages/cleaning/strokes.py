"""Thin strokes on a page, found once: outlines are cut along them, stray lines painted over."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.lines import EVENNESS, drawn, from_left, from_sides
from deepzine_gui.pages.cleaning.masks import closed, counts, mean_along, opened, widened
from deepzine_gui.pages.cleaning.survey import Survey

LEAST = 16
"""Paper smaller than that is left alone."""

_TALL = 1 / 24
"""A stroke is at least that share of the height long: letters are not …"""

_THICK = 7
"""… and thinner than that, …"""

_CLOSE = 4
"""… with no print nearer than that."""

_RIM = 2
"""Edges of a thin stroke are no further from its middle."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """Thin strokes on a page, and what else is dark, all masks of the same shape (h, w).

    Attributes:
        dark: print, borders and lines.
        upright: thin strokes taller than letters that run down, away from any print.
        level: thin even lines longer than words that run across, away from any print.
    """

    dark: Mask
    upright: Mask
    level: Mask


def strokes(seen: Survey) -> Strokes:
    """Return the thin strokes of a page."""
    dark = seen.ink >= seen.faint
    return Strokes(dark, _upright(seen, dark), _level(seen, dark))


def lone(dark: Mask, axis: int) -> Mask:
    """Return what is dark and thin along `axis`, together with what lies close to it."""
    return dark & ~opened(closed(dark, _CLOSE, axis), _THICK, axis)


def tall(narrow: Mask, length: int) -> Mask:
    """Return what runs down in strokes of that length, be they ragged."""
    return opened(closed(widened(narrow, 1, 1), 3, 0), length, 0)


def thin_growths(dark: Mask, *, left: bool, right: bool) -> Mask:
    """Return what is dark and thin and grows in from these sides."""
    grown = np.zeros_like(dark)
    if left or right:
        joined = closed(dark, _CLOSE, 1)
        if left:
            grown |= from_left(joined)
        if right:
            grown |= from_left(joined[:, ::-1])[:, ::-1]
        grown &= lone(dark, 0)
    return grown


def off_the_rim(dark: Mask) -> Mask:
    """Return what is dark and reaches none of the four sides."""
    return dark & ~from_sides(dark) & ~from_sides(dark.T).T


def extent(profile: NDArray[np.integer[Any]]) -> slice:
    """Return where 98 % of the profile lie; everything where it is empty."""
    total = np.cumsum(profile)
    if total[-1] == 0:
        return slice(0, len(profile))
    first, last = np.searchsorted(total, [0.01 * total[-1], 0.99 * total[-1]])
    return slice(int(first), int(last) + 1)


def _upright(seen: Survey, dark: Mask) -> Mask:
    narrow = lone(dark, 1)
    found = tall(narrow, round(_TALL * len(narrow))) & narrow
    long = len(found) // 4
    if counts(found, 0).max() < long:
        return found
    return found & ~drawn(seen.ink, found, long, 0, _RIM)


def _level(seen: Survey, dark: Mask) -> Mask:
    long = max(8, dark.shape[1] // 6)
    found = opened(dark & (seen.ink >= EVENNESS * mean_along(seen.ink, 1)), long, 1)
    if not found.any():
        return found
    return found & ~drawn(seen.ink, found, long, 1, _RIM) & lone(dark, 0)

"""Thin strokes on a page, found once: outlines are cut along them, stray lines painted over."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.lines import drawn, level_lines
from deepzine_gui.pages.cleaning.masks import (
    Mask,
    closed,
    from_side,
    from_sides,
    opened,
    widened,
)
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


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """Thin strokes on a page, masks of the same shape (h, w).

    Attributes:
        upright: thin strokes taller than letters that run down, away from any print.
        level: thin even lines longer than words that run across, away from any print.
    """

    upright: Mask
    level: Mask


def strokes(seen: Survey) -> Strokes:
    """Return the thin strokes of a page."""
    return Strokes(_upright(seen), _level(seen))


def lone(dark: Mask, axis: int) -> Mask:
    """Return what is dark and thin along `axis`, together with what lies close to it."""
    return dark & ~opened(closed(dark, _CLOSE, axis), _THICK, axis)


def tall(narrow: Mask, length: int, axis: int = 0) -> Mask:
    """Return what runs along `axis` in strokes of that length, be they ragged."""
    return opened(closed(widened(narrow, 1, 1 - axis), 3, axis), length, axis)


def thin_growths(dark: Mask, *, left: bool, right: bool) -> Mask:
    """Return what is dark and thin and grows in from these sides."""
    grown = dark.empty()
    if left or right:
        near = closed(dark, _CLOSE, 1)
        if left:
            grown |= from_side(near, 1)
        if right:
            grown |= from_side(near, 1, last=True)
    return grown & lone(dark, 0) if grown else grown


def off_the_rim(dark: Mask) -> Mask:
    """Return what is dark and reaches none of the four sides."""
    return dark & ~(from_sides(dark, 1) | from_sides(dark, 0))


def extent(profile: NDArray[np.integer[Any]]) -> slice:
    """Return where 98 % of the profile lie; everything where it is empty."""
    total = np.cumsum(profile)
    if total[-1] == 0:
        return slice(0, len(profile))
    first, last = np.searchsorted(total, [0.01 * total[-1], 0.99 * total[-1]])
    return slice(int(first), int(last) + 1)


def _upright(seen: Survey) -> Mask:
    height = len(seen.ink)
    narrow = lone(seen.dark, 1)
    found = tall(narrow, round(_TALL * height)) & narrow
    return found & ~drawn(seen.ink, found, height // 4, 0, _RIM)


def _level(seen: Survey) -> Mask:
    long = max(8, seen.ink.shape[1] // 6)
    found = level_lines(seen, long)
    return found & ~drawn(seen.ink, found, long, 1, _RIM) & lone(seen.dark, 0) if found else found

"""Straight lines on a page that no printer set: edges of paper, of shadows, of the scanner."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.masks import closed, counts, mean_along, opened, widened
from deepzine_gui.pages.cleaning.survey import Survey

LIGHTER = 10
"""The ground around the paper is by so much lighter than it, if it is not darker."""

_LONG = 0.1
"""A line down the page is at least this share of its height long."""

_TALL = 1 / 24
"""A stroke is at least that share of the height long: letters are not …"""

_THICK = 7
"""… and thinner than that, …"""

_CLOSE = 4
"""… with no print nearer than that."""

_RIM = 2
"""Edges of a thin stroke are no further from its middle."""

_EVENNESS = 0.7
"""Along a line the ink falls nowhere below this share of its mean, as it does between words."""


def upright_lines(seen: Survey) -> NDArray[np.bool_]:
    """Return where long even lines, or whole dark or light areas, run down the page: (h, w)."""
    long = max(6, round(_LONG * len(seen.ink)))
    ink = np.minimum(seen.ink, 3 * seen.faint)
    even = ink >= _EVENNESS * mean_along(ink, 0)
    lines = opened(even & (ink >= seen.faint), long, 0)
    lines |= opened(even & closed(ink >= 2 * seen.faint, 3, 0), long, 0)
    drawn = _drawn(seen.ink, lines, long, 0)
    if drawn.any():
        lines &= ~drawn | from_sides(seen.ink >= seen.faint)
    light = seen.light >= LIGHTER
    return lines | opened(light, 2 * long, 0) if light.any() else lines


def upright_strokes(seen: Survey) -> NDArray[np.bool_]:
    """Return where thin strokes taller than letters run down the page, away from any print."""
    alone = lone(seen.ink >= seen.faint, 1)
    strokes = opened(closed(widened(alone, 1, 1), 3, 0), round(_TALL * len(alone)), 0) & alone
    long = len(strokes) // 4
    if counts(strokes, 0).max() < long:
        return strokes
    return strokes & ~_drawn(seen.ink, strokes, long, 0, _RIM)


def level_strokes(seen: Survey) -> NDArray[np.bool_]:
    """Return where thin even lines longer than words run across the page, away from any print."""
    long = max(8, seen.ink.shape[1] // 6)
    dark = seen.ink >= seen.faint
    lines = opened(dark & (seen.ink >= _EVENNESS * mean_along(seen.ink, 1)), long, 1)
    if not lines.any():
        return lines
    return lines & ~_drawn(seen.ink, lines, long, 1, _RIM) & lone(dark, 0)


def thin_growths(dark: NDArray[np.bool_], *, left: bool, right: bool) -> NDArray[np.bool_]:
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


def lone(dark: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    """Return what is dark and thin along `axis`, together with what lies close to it."""
    return dark & ~opened(closed(dark, _CLOSE, axis), _THICK, axis)


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
    ink: NDArray[np.uint8], lines: NDArray[np.bool_], long: int, axis: int, rim: int = 0
) -> NDArray[np.bool_]:
    """Return where lines along `axis` are too even for a scan: drawn by a computer.

    With a `rim`, the edges of a line so near must be as even: those of a scan are ragged.
    """
    changes = np.zeros_like(lines)
    along, tones = (changes, ink) if axis == 0 else (changes.T, ink.T)
    along[1:] = np.maximum(tones[1:], tones[:-1]) - np.minimum(tones[1:], tones[:-1]) > 1
    return opened(lines & ~widened(changes, rim, 1 - axis), long, axis)

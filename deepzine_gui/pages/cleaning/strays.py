"""Stray lines around the print, and ground at the rim, that no cut takes away: painted over."""

import math

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.broken import broken_across, broken_beside
from deepzine_gui.pages.cleaning.masks import (
    Mask,
    closed,
    counts,
    from_sides,
    opened,
    runs_with,
    spread,
    widened,
    without_specks,
)
from deepzine_gui.pages.cleaning.strokes import LEAST, Strokes, lone, off_the_rim, tall
from deepzine_gui.pages.cleaning.survey import SHADOW, WHITE, Box, Survey

_SIDES = 0.01
"""So small a share of all print may lie left or right of a stray line, …"""

_ENDS = 0.001
"""… or above or below it, else it is a printer's."""

_PIECE = 1 / 32
"""A piece of it is at least so long …"""

_TALL = 1 / 9
"""A stray line is at least that share of the paper long, …"""

_GAP = 12
"""… with shorter gaps."""

_THIN = 3
"""A ragged level line is thinner than letters are high."""

_LOW = 0.25
"""… where less than that share of the print is as thin."""

_CLEAR = 6
"""Near a printer's upright line there is print, and his lines across end near it."""

_LONG = 4
"""A line that ends beside the print, or ground above it, is one part of the paper in so many."""

_APART = 16
"""Pieces of a line are no further apart than one part of the paper in so many."""

_TURNS = 3
"""A stroke has hardly more steps where it slants."""

_REACH = 3
"""What is joined to a stray line belongs to it as far as that."""

_BLOT = 5
"""A blot is so high and twice as wide, and no letter stands so far outside."""


def strays(seen: Survey, strokes: Strokes, paper: Box) -> Mask:
    """Return where stray lines, and ground at the rim, lie around the print: (h, w)."""
    left, top, right, bottom = paper
    if min(right - left, bottom - top) < LEAST:
        return seen.dark.empty()
    dark, cut = seen.dark.part(paper), right - left < seen.ink.shape[1]
    if seen.paper >= WHITE:  # nothing lies in shadow, and what is faint is a line, too
        dark = Mask.of(seen.ink >= seen.faint // 2).part(paper)
    low, narrow = lone(dark, 0), lone(dark, 1)
    upright, level = _upright(narrow), dark.empty()
    if upright or cut:  # else it may be a printer's rule
        level = strokes.level.part(paper) | _level(low)
    blackness = max(2 * seen.faint, math.ceil((1 - SHADOW) * seen.paper))
    black = Mask.of(seen.ink >= blackness).part(paper)
    sides, ends = _ground(black, _TALL, 0), _ground(black, 1 / _LONG, 1)
    pieces = broken_beside(narrow, dark)
    pieces |= broken_across(low, dark & ~pieces)
    drawn = upright | pieces | level | sides | ends
    if not drawn:
        return seen.dark.empty()
    rest = dark & ~spread(_grown(drawn, low | narrow))
    beside, beyond = _outside(rest)
    lines = beside & _joined(upright, upright & beyond | _free(upright, rest), 0)
    if lines or cut:
        away = ~widened(~beside, _CLEAR, 1)
        lines |= beyond & _joined(level, level & away, 1)
    lines |= opened(opened(black, _BLOT, 0), 2 * _BLOT, 1) & beside & beyond
    lines |= _bounded(sides, dark, beside, 1) | _bounded(ends, dark, beyond, 0)
    if lines:
        lines = _grown(lines, (low | narrow) & (beside | beyond))
    lines |= pieces
    return (lines | spread(lines) & ~dark).back(paper, seen.dark)


def _upright(thin: Mask) -> Mask:
    """Return thin strokes taller than letters, be they broken, that run down."""
    height = thin.frame.height
    pieces = tall(thin, round(_PIECE * height))
    if not pieces:
        return pieces
    return opened(closed(pieces, _GAP, 0), round(_TALL * height), 0) & thin


def _level(thin: Mask) -> Mask:
    """Return ragged strokes that run across, thinner than letters are high."""
    low = thin & ~opened(thin, _THIN, 0)
    long = opened(low, round(_TALL * thin.frame.width), 1)
    return long if low.count() <= _LOW * thin.count() else thin.empty()


def _ground(dark: Mask, share: float, axis: int) -> Mask:
    """Return what is dark in from the first or last pixel across `axis`, over this share of it."""
    return opened(from_sides(dark, 1 - axis), round(share * dark.frame.shape[axis]), axis)


def _bounded(ground: Mask, dark: Mask, outside: Mask, axis: int) -> Mask:
    """Return the ground of those lines along `axis` in which it ends outside the print."""
    if not ground:
        return ground
    deep = counts(from_sides(dark, axis) & ~outside, axis) > 0
    return ground & outside & ~ground.lines(deep, 1 - axis)


def _free(strokes: Mask, rest: Mask) -> Mask:
    """Return long parts of strokes down the page that nothing else comes near to."""
    alone = strokes & ~widened(rest, _CLEAR, 1)
    return opened(closed(alone, _GAP, 0), strokes.frame.height // _LONG, 0) & alone


def _joined(strokes: Mask, part: Mask, axis: int) -> Mask:
    """Return those strokes along `axis` that `part` of them belongs to."""
    if not part:
        return part
    whole = closed(widened(strokes, 1, 1 - axis), strokes.frame.shape[axis] // _APART, axis)
    for _ in range(_TURNS):
        before = part
        part = runs_with(runs_with(part, whole, axis), whole, 1 - axis)
        if part.bits == before.bits:
            break
    return part & strokes


def _grown(lines: Mask, thin: Mask) -> Mask:
    """Return lines together with what is thin and joined to them."""
    for _ in range(_REACH):
        lines |= spread(lines) & thin
    return lines


def _outside(rest: Mask) -> tuple[Mask, Mask]:
    """Return what is left or right, and what is above or below of nearly all print: (h, w)."""
    print_like = without_specks(rest) & off_the_rim(rest)
    beside = rest.lines(_beyond(counts(print_like, 0), _SIDES), 1)
    ends = _beyond(counts(print_like & ~beside, 1), _ENDS)
    return beside, rest.lines(ends, 0)


def _beyond(profile: NDArray[np.int64], share: float) -> NDArray[np.bool_]:
    """Return the places before and after all but this share of the profile on either side."""
    before = np.cumsum(profile)
    after = before[-1] - before + profile
    return np.asarray(np.minimum(before, after) <= share * before[-1])

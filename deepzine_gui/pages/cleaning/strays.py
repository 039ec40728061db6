"""Stray lines around the print, and ground at the rim, that no cut takes away: painted over."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.broken import broken_across, broken_beside
from deepzine_gui.pages.cleaning.lines import from_sides
from deepzine_gui.pages.cleaning.masks import closed, counts, opened, widened, without_specks
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

Mask = NDArray[np.bool_]


def strays(seen: Survey, strokes: Strokes, paper: Box) -> Mask:
    """Return where stray lines, and ground at the rim, lie around the print: (h, w)."""
    found = np.zeros(seen.ink.shape, np.bool_)
    left, top, right, bottom = paper
    part = np.s_[top:bottom, left:right]
    if min(found[part].shape) < LEAST:
        return found
    dark = strokes.dark[part]
    if seen.paper >= WHITE:  # nothing lies in shadow, and what is faint is a line, too
        dark = seen.ink[part] >= seen.faint // 2
    low, narrow = lone(dark, 0), lone(dark, 1)
    upright, level = _upright(narrow), np.zeros_like(dark)
    if upright.any() or right - left < seen.ink.shape[1]:  # else it may be a printer's rule
        level = strokes.level[part] | _level(low)
    black = seen.ink[part] >= max(2 * seen.faint, (1 - SHADOW) * seen.paper)
    sides, ends = _ground(black, _TALL), _ground(black.T, 1 / _LONG).T
    pieces = broken_beside(narrow, dark)
    pieces |= broken_across(low, dark & ~pieces)
    drawn = upright | pieces | level | sides | ends
    if not drawn.any():
        return found
    rest = dark & ~_spread(_grown(drawn, low | narrow))
    beside, beyond = _outside(rest)
    lines = beside & _joined(upright, upright & beyond | _free(upright, rest))
    if lines.any() or right - left < seen.ink.shape[1]:
        away = ~widened(~beside, _CLEAR, 1)
        lines |= beyond & _joined(level.T, (level & away).T).T
    lines |= opened(opened(black, _BLOT, 0), 2 * _BLOT, 1) & beside & beyond
    lines |= _bounded(sides, dark, beside) | _bounded(ends.T, dark.T, beyond.T).T
    if lines.any():
        lines = _grown(lines, (low | narrow) & (beside | beyond))
    lines |= pieces
    if lines.any():
        found[part] = lines | _spread(lines) & ~dark
    return found


def _upright(thin: Mask) -> Mask:
    """Return thin strokes taller than letters, be they broken, that run down."""
    pieces = tall(thin, round(_PIECE * len(thin)))
    return opened(closed(pieces, _GAP, 0), round(_TALL * len(thin)), 0) & thin


def _level(thin: Mask) -> Mask:
    """Return ragged strokes that run across, thinner than letters are high."""
    low = thin & ~opened(thin, _THIN, 0)
    if np.count_nonzero(low) > _LOW * np.count_nonzero(thin):
        return np.zeros_like(thin)
    return opened(low, round(_TALL * thin.shape[1]), 1) & thin


def _ground(dark: Mask, share: float) -> Mask:
    """Return what is dark from the left or right side in, over this share of the rows."""
    return opened(from_sides(dark), round(share * len(dark)), 0)


def _bounded(ground: Mask, dark: Mask, beside: Mask) -> Mask:
    """Return the ground of those rows in which it ends beside the print."""
    if not ground.any():
        return ground
    deep = (from_sides(dark) & ~beside).any(1, keepdims=True)
    return np.asarray(ground & beside & ~deep)


def _free(strokes: Mask, rest: Mask) -> Mask:
    """Return long parts of strokes down the page that nothing else comes near to."""
    alone = strokes & ~widened(rest, _CLEAR, 1)
    return opened(closed(alone, _GAP, 0), len(strokes) // _LONG, 0) & alone


def _joined(strokes: Mask, part: Mask) -> Mask:
    """Return those strokes down the page that `part` belongs to."""
    if not part.any():
        return part
    whole = closed(widened(strokes, 1, 1), len(strokes) // _APART, 0)
    for _ in range(_TURNS):
        before = part
        part = _along(_along(part, whole, 0), whole, 1)
        if np.array_equal(part, before):
            break
    return part & strokes


def _along(part: Mask, mask: Mask, axis: int) -> Mask:
    """Return those runs of the mask along `axis` in which some of `part` lies."""
    if axis == 0:
        return _along(part.T, mask.T, 1).T
    begins = mask.copy()
    begins[:, 1:] &= ~mask[:, :-1]
    number = np.cumsum(begins).reshape(mask.shape)
    hit = np.zeros(int(number[-1, -1]) + 1, np.bool_)
    hit[number[part]] = True
    return mask & hit[number]


def _grown(lines: Mask, thin: Mask) -> Mask:
    """Return lines together with what is thin and joined to them."""
    for _ in range(_REACH):
        lines = lines | _spread(lines) & thin
    return lines


def _spread(mask: Mask) -> Mask:
    return widened(widened(mask, 1, 0), 1, 1)


def _outside(rest: Mask) -> tuple[Mask, Mask]:
    """Return what is left or right, and what is above or below of nearly all print: (h, w)."""
    print_like = without_specks(rest) & off_the_rim(rest)
    beside = _beyond(counts(print_like, 0), _SIDES)
    ends = _beyond(counts(print_like & ~beside, 1), _ENDS)
    shape = rest.shape
    return np.broadcast_to(beside, shape), np.broadcast_to(ends[:, None], shape)


def _beyond(profile: NDArray[np.int64], share: float) -> Mask:
    """Return the places before and after all but this share of the profile on either side."""
    before = np.cumsum(profile)
    after = before[-1] - before + profile
    return np.asarray(np.minimum(before, after) <= share * before[-1])

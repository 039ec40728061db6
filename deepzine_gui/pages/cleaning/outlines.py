"""Thin lines around the print that no printer set: the edges of the page on microfilm."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.lines import runs
from deepzine_gui.pages.cleaning.masks import Mask, counts, sums, widened, without_specks
from deepzine_gui.pages.cleaning.strokes import LEAST, Strokes, extent, off_the_rim, thin_growths
from deepzine_gui.pages.cleaning.survey import WHITE, Box, Survey

_PASSES = 2
"""The lines above and below are told from print the better the sides are cut, and the reverse."""

_OUTSIDE = ((0.5, 0.04), (0.25, 0.004))
"""Outside a line along this share of the print there may be that share of all print."""

_ABOVE = 0.001
"""Above or below what is cut there is at most this share of all print: a title has more."""

_LOSS = 0.0004
"""So small a share of all print may be lost inside an outline that slants."""

_REACH = 0.4
"""An outline is sought in this share of the paper from either side."""

_SLANT = 16
"""An outline strays by no more than this part of the width to either side of its course, …"""

_WAVER = 5
"""… and for a good part of it by no more pixels."""

_RAGGED = 3
"""What is no further from an outline belongs to it."""

_GAP = 6
"""So near to an outline there is a gap before the print, …"""

_CROWDED = 0.1
"""… in which no more is dark; there is none in the frame of a picture."""

_SOLID = 0.42
"""At least so much of what is dark along an outline are strokes; of a line of print less is."""

_CLEAN = 0.75
"""At least so much of it where there are strokes: letters are not as thin throughout."""

_GROWN = 0.06
"""What grows in from an outline is longer than that share of the paper."""

Pixels = NDArray[np.bool_]


def inside_outlines(seen: Survey, found: Strokes, paper: Box) -> Box:
    """Return the part of the paper inside any outlines: they and all outside them are cut away."""
    left, top, right, bottom = paper
    upright, level = found.upright, found.level
    rest = without_specks(seen.dark & ~(widened(upright, 2, 1) | widened(level, 1, 0)))
    other = off_the_rim(rest.part(paper)).back(paper, rest)
    width = rest.frame.width
    for _ in range(_PASSES):
        box = left, top, right, bottom
        before, after = _cuts(upright.part(box), other.part(box), 0)
        left, right = left + before, right - after
        box = left, top, right, bottom
        if min(right - left, bottom - top) < LEAST:
            return paper
        grown = thin_growths(seen.dark.part(box), left=left > 0, right=right < width)
        free = ~widened(grown, 1, 0)
        across, print_free = level.part(box), other.part(box) & free
        if right - left == width and seen.paper >= WHITE:  # with no outline beside the print
            across = _beyond(across, other.part(box))
        above, below = _cuts(across, print_free, 1, _ABOVE)
        if grown:
            grows = counts(grown, 1) > _GROWN * (right - left)
            mass = counts(rest.part(box) & free, 1)
            above = max(above, _grown(grows, mass))
            below = max(below, _grown(grows[::-1], mass[::-1]))
        top, bottom = top + above, bottom - below
        if not (before or after or above or below):
            break
    return left, top, right, bottom


def _beyond(level: Mask, other: Mask) -> Mask:
    """Return the level strokes that reach beyond the print on both sides: no printer's rules."""
    if not level:
        return level
    columns = extent(counts(other, 0))
    height, width = level.frame.shape
    before = level.part((0, 0, max(0, columns.start - _RAGGED), height))
    after = level.part((min(width, columns.stop + _RAGGED), 0, width, height))
    rows = (level.lines(counts(side, 1) > 0, 0) for side in (before, after))
    return level & widened(next(rows), _WAVER, 0) & widened(next(rows), _WAVER, 0)


def _grown(grows: Pixels, mass: NDArray[np.int64]) -> int:
    """Return how many rows to cut from the start to lose what has grown in from the sides.

    Args:
        grows: rows with such a growth.
        mass: dark pixels of each row that are no line.
    """
    ends = np.flatnonzero(grows & (np.cumsum(mass) <= _ABOVE * mass.sum()))
    return int(ends[-1]) + 1 if len(ends) else 0


def _cuts(strokes: Mask, other: Mask, axis: int, most: float = 1) -> tuple[int, int]:
    """Return how many columns to cut from the left and the right, or rows from above and below.

    Args:
        strokes: thin lines that run along `axis`, (h, w).
        other: all other dark pixels.
        axis: 0 for lines that run down, 1 for those that run across.
        most: share of all print that may lie outside any line.
    """
    if not (strokes and other) or min(strokes.frame.shape) < LEAST:
        return 0, 0
    along = extent(counts(other, 1 - axis))
    profile = counts(strokes, axis)
    near = [_may_cut(side, along.stop - along.start) for side in (profile, profile[::-1])]
    if not any(near):
        return 0, 0
    lines, rest = (m.array()[along] if axis == 0 else m.array().T[along] for m in (strokes, other))
    total = other.count()
    return (
        _cut(lines, rest, most, total) if near[0] else 0,
        _cut(lines[:, ::-1], rest[:, ::-1], most, total) if near[1] else 0,
    )


def _may_cut(profile: NDArray[np.int64], height: int) -> bool:
    """Whether so many pixels of strokes lie close enough together for an outline so high."""
    near = profile[: round(_REACH * len(profile))]
    window = np.ones(2 * (len(profile) // _SLANT) + 1, np.int64)
    return bool(np.convolve(near, window).max() > _OUTSIDE[-1][0] * height - 1)


def _cut(strokes: Pixels, other: Pixels, most: float, total: int) -> int:
    """Return how many columns to cut from the start, up to the innermost outline."""
    height, width = strokes.shape
    inner = round(_REACH * width)
    strokes, other = strokes[:, :inner], other[:, :inner]
    begun = strokes.copy()
    begun[:, 1:] &= ~strokes[:, :-1]
    lines = sums(begun, 0) / height
    slant = width // _SLANT
    near = np.convolve(lines, np.ones(2 * _WAVER + 1), "same")[:inner]
    wide = np.convolve(lines, np.ones(2 * slant + 1), "same")[:inner]
    found = strokes.any(0) & (near >= _OUTSIDE[-1][0] / 2) & (wide >= _OUTSIDE[-1][0])
    for _, end in reversed(runs(found)):
        last = end - 1
        share = max(share for long, share in _OUTSIDE if wide[last] >= long)
        course = _course(strokes[:, : last + 1], max(0, last - 2 * slant))
        outside = np.count_nonzero(other & (np.arange(inner) < course[:, None] - _RAGGED))
        if outside <= min(most, share) * total and _is_alone(strokes, other, course):
            return _inside(strokes[:, : last + 1], other, course, _LOSS * total)
    return 0


def _course(strokes: Pixels, first: int) -> NDArray[np.int64]:
    """Return in which column the innermost stroke from `first` on runs, in every row."""
    line = strokes[:, first:]
    rows = np.flatnonzero(line.any(1))
    places = strokes.shape[1] - 1 - line[rows, ::-1].argmax(1)
    course = np.rint(np.interp(np.arange(len(strokes)), rows, places))
    return np.asarray(course, np.int64)


def _is_alone(strokes: Pixels, other: Pixels, course: NDArray[np.int64]) -> bool:
    """Whether there is a gap inside a line, and little along it that is no stroke."""
    near = course[:, None] + np.arange(-_RAGGED, _RAGGED + _GAP + 1)
    near = near.clip(0, strokes.shape[1] - 1)
    along, gap = near[:, : 2 * _RAGGED + 1], near[:, 2 * _RAGGED + 1 :]
    if np.take_along_axis(other, gap, 1).mean(0).min() > _CROWDED:
        return False
    drawn = sums(np.take_along_axis(strokes, along, 1), 1)
    rest = sums(np.take_along_axis(other, along, 1), 1)
    clean = drawn.sum() >= _CLEAN * (drawn + rest)[drawn > 0].sum()
    return bool(clean and drawn.sum() >= _SOLID * (drawn + rest).sum())


def _inside(strokes: Pixels, other: Pixels, course: NDArray[np.int64], loss: float) -> int:
    """Return how many columns to cut to lose a line, but no more than `loss` pixels inside it."""
    last = strokes.shape[1]
    inside = np.arange(last) > course[:, None] + _RAGGED
    lost = np.cumsum(sums(other[:, :last] & inside, 0))
    ends = np.flatnonzero(strokes.any(0) & (lost <= loss))
    if not len(ends):
        return 0
    end = int(ends[-1]) + 1
    return end + int(end < other.shape[1] and not other[:, end].any())

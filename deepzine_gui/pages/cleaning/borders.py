"""Where the paper ends: scanner borders, colour bars, the ground a page lies on, its neighbour."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.ends import blots, ground
from deepzine_gui.pages.cleaning.lines import LIGHTER, runs, upright_lines
from deepzine_gui.pages.cleaning.masks import counts, doubling, widened
from deepzine_gui.pages.cleaning.outlines import inside_outlines
from deepzine_gui.pages.cleaning.strokes import Strokes, extent
from deepzine_gui.pages.cleaning.survey import SHADOW, Box, Survey

_VOTES = 0.4
"""A border line runs through this share of the rows that have print; half of it may do."""

_WHOLE = 0.65
"""A line close to print that runs through fewer rows may be the frame of a picture."""

_FULL = 0.85
"""Near print and inside a line through so many rows, one through fewer than …"""

_PRINTED = 0.75
"""… so many is made of letters, or the frame of a picture."""

_LIKE = 8
"""Where the page meets its neighbour its tone comes so near to the darkest."""

_OUTSIDE = 0.04
"""So much of all print may lie beyond a border line, on a sliver of the next page."""

_REACH = 0.4
"""A border line is sought in this share of the width from either side."""

_BESIDE = 0.2
"""Near a border line there is a place with no more votes: it is no column of dense print."""

_THICK = 0.08
"""A line that does not touch the edge is at most so thick, else it is an ornament."""

_RIM = 0.03
"""What begins in this share of the width touches the edge."""

_DEEP = 6
"""Black that reaches fewer rows in from the upper or lower rim may be a line of print."""

_DENSE = 0.5
"""Columns with this share of the usual print are print themselves."""

_SCANTY = 0.08
"""The usual print of a column is at least this share of the rows, however empty the page."""


def paper_box(seen: Survey, strokes: Strokes) -> Box:
    """Return the box of the survey inside which there is only the page's own paper."""
    left, right = _sides(seen)
    top, bottom = ground(seen, left, right)
    left, top, right, bottom = inside_outlines(seen, strokes, (left, top, right, bottom))
    ink = seen.ink[top:bottom, left:right]
    dark, black = ink >= seen.faint, ink >= 2 * seen.faint
    above = blots(black, dark, least=_DEEP, most=0.25)
    below = blots(black[::-1], dark[::-1], least=_DEEP, most=0.25)
    inner = slice(above, len(dark) - below)
    dark, black = dark[inner].T, black[inner].T
    before = blots(black, dark, least=1, most=_RIM)
    after = blots(black[::-1], dark[::-1], least=1, most=_RIM)
    return left + before, top + above, right - after, bottom - below


def _sides(seen: Survey) -> tuple[int, int]:
    """Return the first and the end column of the paper."""
    height, width = seen.grey.shape
    lines = upright_lines(seen)
    if not lines:
        return 0, width
    text = seen.dark & ~widened(lines, 2, 1)
    rows = extent(counts(text, 1))
    number = max(rows.stop - rows.start, height // 2)
    votes = counts(lines.part((0, rows.start, width, rows.stop)), 0) / number
    mass, grey = counts(text, 0), seen.grey[rows]
    left = _cut(votes, mass, grey, number, seen.paper)
    right = width - _cut(votes[::-1], mass[::-1], grey[:, ::-1], number, seen.paper)
    return (left, right) if right - left > width // 4 else (0, width)


def _tone(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the tone of each column that a fifth of its rows reach: of paper, where any shows."""
    some = grey[::4]
    rank = len(some) * 4 // 5
    return np.asarray(np.partition(some, rank, axis=0)[rank])


def _cut(
    votes: NDArray[np.float64],
    mass: NDArray[np.int64],
    grey: NDArray[np.uint8],
    rows: int,
    paper: float,
) -> int:
    """Return how many columns to cut from the start: up to the innermost border line.

    Args:
        votes: share of the rows in which a line runs through each column.
        mass: dark pixels of each column that belong to no line.
        grey: the rows that have print, (h, w).
        rows: how many rows were counted.
        paper: tone of the paper.
    """
    if votes.max() < _VOTES / 2:
        return 0
    width = len(votes)
    near = _most_near(votes)
    outside = np.cumsum(mass) / max(1, mass.sum())
    density = mass / max(mass.sum() / max(1, np.count_nonzero(mass)), _SCANTY * rows)
    sparse = density <= _DENSE
    found = (near >= _VOTES) & (outside <= _OUTSIDE)
    found |= (near >= _VOTES / 2) & (outside <= _OUTSIDE / 4)
    found &= sparse & (np.arange(width) < _REACH * width) & (_beside(near) <= _BESIDE)
    for start, end in reversed(runs(near >= _VOTES / 2)):
        columns = start + np.flatnonzero(found[start:end])
        if not len(columns):
            continue
        cut = _refined(int(columns[-1]) + 1, votes, sparse)
        print_near = density[cut + 1 : cut + 6].min(initial=1) > _DENSE / 2
        framed = print_near and near[start:end].max() < _WHOLE
        if start > _RIM * width and (framed or end - start > _THICK * width + 4):
            continue
        if print_near:
            tone = _tone(grey[:, :cut])
            shadow = (tone >= SHADOW * paper) & (tone < paper + LIGHTER) & (start <= _RIM * width)
            cut = _retreated(cut, votes, tone, shadow)
        return cut
    return 0


def _most_near(votes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the most votes within two columns of each."""
    near = votes.copy()
    for step in (1, 2):
        near[step:] = np.maximum(near[step:], votes[:-step])
        near[:-step] = np.maximum(near[:-step], votes[step:])
    return near


def _retreated(
    cut: int, votes: NDArray[np.float64], tone: NDArray[np.uint8], shadow: NDArray[np.bool_]
) -> int:
    """Move a cut near print back: rather some shadow than letters lost.

    Args:
        cut: how many columns to cut.
        votes: share of the rows in which a line runs through each column.
        tone: tone of the paper in the columns to cut.
        shadow: in which of them paper, be it in shadow, shows between the lines of print.
    """
    full = np.flatnonzero(votes[:cut] >= _FULL)
    if len(full) and votes[full[-1] + 1 : cut].max(initial=0) < _PRINTED:
        cut = int(full[-1]) + 1
    fold = _fold(tone[:cut]) if cut else 0
    while cut > fold and shadow[cut - 1]:
        cut -= 1
    return cut


def _fold(tone: NDArray[np.uint8]) -> int:
    """Return the first column that is about as dark as any, and no lighter than the next."""
    darkest = np.asarray(tone <= int(tone.min()) + _LIKE)
    darkest[:-1] &= tone[:-1] <= tone[1:]
    return int(darkest.argmax())


def _beside(near: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least votes of two columns in a row among the fourteen after each."""
    ahead = np.concatenate([near[1:], np.ones(15)])
    least: NDArray[np.float64] = np.maximum(ahead[:-1], ahead[1:])
    for step in doubling(14):
        least = np.minimum(least[:-step], least[step:])
    return least


def _refined(cut: int, votes: NDArray[np.float64], sparse: NDArray[np.bool_]) -> int:
    """Move a cut to where the line thins out, but not into print."""
    while cut > 1 and votes[cut - 1] < 0.05:
        cut -= 1
    limit = min(len(votes), cut + len(votes) // 30)
    while cut < limit and votes[cut] > 0.1 and sparse[cut]:
        cut += 1
    return cut

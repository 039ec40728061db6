"""Lines around the print of which only pieces are left, told by their lying in one straight row."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.lines import runs
from deepzine_gui.pages.cleaning.masks import Mask, counts, doubling, opened, sums, widened
from deepzine_gui.pages.cleaning.strokes import extent, tall

_SLANT = 0.03
"""A line leans by no more than that share of its length to either side."""

_LETTERS = 1 / 32
"""Pieces longer than that share of the paper are taller than letters …"""

_WORDS = 1 / 16
"""… or, being as thin as few words are, of a line across."""

_TALL = 0.4
"""So large a share of a line lies in such pieces."""

_COVER = 0.1
"""All pieces take at least that share of the rows, …"""

_SPAN = (0.5, 0.3)
"""… and lie over so much of the height, or of the width by a line across."""

_CLEAN = 0.6
"""Of the rows in which something dark lies on the line, in that share it is a thin piece."""

_OUTSIDE = (0.01, 0.001)
"""So small a share of all that is dark lies further out; above and below, a title has more."""

_CLEAR = (24, 64)
"""Nothing follows inwards for one part of the paper in so many, as it does behind a letter …"""

_GAP = 3
"""… but for the piece itself."""

_CLOSE = 2
"""Pieces lie no further from the line than so many pixels."""

_LOW = 4
"""A piece of a line across is thinner."""

_BEYOND = 3
"""So far from where a line across reaches the rim there is no print, …"""

_GOES_ON = 0.4
"""… and in between are so many pieces of it: a printer's rule ends where the print does."""

_BATCH = 16
"""So many lines are looked at together."""

Pixels = NDArray[np.bool_]
Points = tuple[NDArray[np.int64], NDArray[np.int64]]


def broken_beside(narrow: Mask, dark: Mask) -> Mask:
    """Return the pieces of the broken lines left and right of the print: (h, w).

    Args:
        narrow: what is thin across and lies apart.
        dark: everything dark.
    """
    found = dark.empty()
    standing = tall(narrow, round(_LETTERS * dark.frame.height)) & narrow
    for pieces in _outermost(narrow, standing, dark, 0):
        found |= pieces
    return found


def broken_across(low: Mask, dark: Mask) -> Mask:
    """Return the pieces of the broken lines above and below the print that reach a side: (h, w).

    Args:
        low: what is thin from above to below and lies apart.
        dark: everything dark.
    """
    found = dark.empty()
    thin = low & ~opened(low, _LOW, 0)
    lying = tall(thin, round(_WORDS * dark.frame.width), 1) & thin
    for pieces in _outermost(thin, lying, dark, 1):
        if _reaches_a_side(pieces, dark):
            found |= pieces
    return found


def _reaches_a_side(pieces: Mask, dark: Mask) -> bool:
    """Whether a line across goes on beside the print as far as the rim."""
    print_in = extent(counts(dark & ~widened(pieces, 1, 0), 0))
    over = counts(pieces, 0) > 0
    sides = over[: print_in.start], over[print_in.stop :][::-1]
    return any(
        len(side) > _CLOSE + _BEYOND
        and bool(side[: _CLOSE + 1].any())
        and float(side.mean()) >= _GOES_ON
        for side in sides
    )


def _outermost(thin: Mask, tall: Mask, dark: Mask, axis: int) -> Iterator[Mask]:
    """Yield the pieces of the best line along `axis` that has hardly anything on its one side.

    First those left of the print (or above), then those right of it (or below).
    """
    if not tall:
        return
    height, width = dark.frame.shape[axis], dark.frame.shape[1 - axis]
    mass, standing = counts(dark, axis), counts(tall, axis)
    most = int(_OUTSIDE[axis] * mass.sum())
    reach = max(_GAP, width // _CLEAR[axis])
    for last in (False, True):
        order = slice(None, None, -1 if last else 1)
        end = int(np.searchsorted(np.cumsum(mass[order]), most, side="right"))
        end = min(width, end + _lean(height) + 2 * _CLOSE)
        if not standing[order][:end].any():
            continue
        start = width - end if last else 0
        box = (start, 0, start + end, height) if axis == 0 else (0, start, height, start + end)
        clear = thin & ~_followed(widened(dark, 1, axis), reach, axis, last=last)
        sure = (clear & tall).part(box)
        if np.count_nonzero(counts(sure, 1 - axis)) < _TALL * _COVER * height:
            continue
        near = (mask.part(box).array() for mask in (thin, clear, tall, dark))
        pieces = _pieces([(pixels.T if axis else pixels)[:, order] for pixels in near], axis, most)
        if pieces is not None:
            as_they_lie = pieces[:, order].T if axis else pieces[:, order]
            yield Mask.of(as_they_lie, sure.frame).back(box, dark)


def _lean(height: int) -> int:
    """Return by how many columns a line may lean to either side."""
    return round(_SLANT * height)


def _followed(dark: Mask, reach: int, axis: int, *, last: bool) -> Mask:
    """Return where something dark lies inwards of a gap, within `reach` pixels, 3…16."""
    step, bits = dark.frame.step(1 - axis), dark.bits
    bits = bits << _GAP * step if last else bits >> _GAP * step
    for apart in doubling(reach - _GAP + 1):
        bits |= bits << apart * step if last else bits >> apart * step
    return Mask(bits & dark.frame.inside, dark.frame)


def _pieces(near: list[Pixels], axis: int, most: int) -> Pixels | None:
    """Return the pieces of the best line down these columns, None where there is none.

    Args:
        near: what may belong to it, what of this nothing follows inwards, what of it is taller
            than letters, and everything dark, each (h, w).
        axis: 0 for lines that run down the page, 1 for those across.
        most: so many dark pixels may lie to its left.
    """
    thin, clear, tall, dark = near
    course = _course(clear, clear & tall, dark, axis, most)
    if course is None:
        return None
    on_line = thin & (np.abs(np.arange(thin.shape[1]) - course[:, None]) <= _CLOSE)
    lying, free = on_line.any(1), (on_line & clear).any(1)
    standing = np.flatnonzero((on_line & clear & tall).any(1))
    for first, last in runs(lying):
        if np.searchsorted(standing, first) == np.searchsorted(standing, last):  # none is tall
            between = first > standing[0] and last <= standing[-1]
            free[first:last] &= between and free[first:last].all()
    close = np.convolve(free, np.ones(2 * _CLOSE + 1), "same") > 0
    return np.asarray(on_line & close[:, None])


def _course(
    clear: Pixels, tall: Pixels, dark: Pixels, axis: int, most: int
) -> NDArray[np.int64] | None:
    """Return where the line with most pieces runs in every row, None where there is none.

    It is sought among all straight ones that hardly lean, by a Hough transform; `most` dark pixels
    may lie to its left.
    """
    height = len(clear)
    lean = _lean(height)
    rim = lean + 1  # no line leaves what is looked at
    leaning = np.arange(-lean, lean + 1)[:, None]
    shifts = np.rint(leaning * (np.arange(height) / height - 0.5)).astype(np.int64)  # (leaning, h)
    standing = _on_lines(_widened(tall, rim), shifts)
    if standing.max() < _TALL * _COVER * height:
        return None
    wide_clear, wide_dark = _widened(clear, rim), _widened(dark, rim)
    rows = _on_lines(wide_clear, shifts)
    good = (rows >= _COVER * height) & (standing >= _TALL * rows)
    good[:, :rim] = good[:, -rim:] = False
    order = np.flatnonzero(good)
    order = order[np.argsort(-rows.reshape(-1)[order], kind="stable")]
    wide_clear[:, :rim], wide_clear[:, -rim:] = clear[:, :1], clear[:, -1:]
    down = np.arange(height)
    for first in range(0, len(order), _BATCH):
        leans, at = np.divmod(order[first : first + _BATCH], rows.shape[1])
        fit = rows[leans, at] >= _CLEAN * sums(wide_dark[down, at[:, None] + shifts[leans]], 1)
        if not fit.any():
            continue
        leans, at = leans[fit], at[fit]
        free = _dark_before(dark, rim, shifts[leans], at) <= most
        lines = at[free, None] + shifts[leans[free]]  # (lines, h)
        pieces = wide_clear[down, lines]
        spans = height - 1 - pieces[:, ::-1].argmax(1) - pieces.argmax(1)
        long = np.flatnonzero(spans >= _SPAN[axis] * height)
        if len(long):
            return np.asarray(lines[long[0]] - rim, np.int64)
    return None


def _widened(mask: Pixels, rim: int) -> Pixels:
    """Return where the mask (h, w) holds within a column, with an empty rim: (h, w + 2 · rim)."""
    wide = np.zeros((len(mask), mask.shape[1] + 2 * rim), np.bool_)
    inner = wide[:, rim:-rim]
    inner[:] = mask
    inner[:, 1:] |= mask[:, :-1]
    inner[:, :-1] |= mask[:, 1:]
    return wide


def _on_lines(wide: Pixels, shifts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many pixels of a mask with a rim lie on every line: (leaning, w).

    Args:
        wide: the mask, (h, w), its rim empty and wider than any shift.
        shifts: by how much each leaning line is shifted in every row, (leaning, h).
    """
    width, number = wide.shape[1], len(shifts)
    origins = np.arange(number)[:, None] * width - shifts - np.arange(len(wide)) * width
    places = np.repeat(origins, sums(wide, 1), axis=1) + np.flatnonzero(wide)
    return np.bincount(places.reshape(-1), minlength=number * width).reshape(number, width)


def _dark_before(
    dark: Pixels, rim: int, shifts: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how much lies left of lines, but for their next columns, from where the first runs.

    Args:
        dark: what lies there, (h, w).
        rim: how many columns to add on both sides, more than any shift.
        shifts: by how much each line is shifted in every row, (n, h).
        at: where it runs in the middle, (n,), counted with the rim.
    """
    before = np.zeros((len(dark), dark.shape[1] + 2 * rim), np.int32)
    before[:, rim:-rim] = dark
    np.cumsum(before, axis=1, out=before)
    down, ends = np.arange(len(dark)), np.maximum(at - 2, rim - 1)
    number = before[down, ends[:, None] + shifts] - before[down, rim - 1 + shifts]
    return np.asarray(number.sum(1), np.int64)

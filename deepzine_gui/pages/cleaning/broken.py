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

_BATCH = 32
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
        near = [mask.part(box) for mask in (thin, clear, tall, dark)]
        if np.count_nonzero(counts(near[1] & near[2], 1 - axis)) < _TALL * _COVER * height:
            continue
        upright = [(mask.array() if axis == 0 else mask.array().T)[:, order] for mask in near]
        pieces = _pieces(*upright, axis, most)
        if pieces is not None:
            pieces = pieces[:, order] if axis == 0 else pieces[:, order].T
            yield Mask.of(pieces, near[0].frame).back(box, dark)


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


def _pieces(
    thin: Pixels, clear: Pixels, tall: Pixels, dark: Pixels, axis: int, most: int
) -> Pixels | None:
    """Return the pieces of the best line down these columns, None where there is none.

    Args:
        thin: what may belong to it, (h, w).
        clear: what of this nothing follows inwards.
        tall: what of this is taller than letters.
        dark: everything dark.
        axis: 0 for lines that run down the page, 1 for those across.
        most: so many dark pixels may lie to its left.
    """
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
    near = np.convolve(free, np.ones(2 * _CLOSE + 1), "same") > 0
    return np.asarray(on_line & near[:, None])


def _course(
    clear: Pixels, tall: Pixels, dark: Pixels, axis: int, most: int
) -> NDArray[np.int64] | None:
    """Return where the line with most pieces runs in every row, None where there is none.

    It is sought among all straight ones that hardly lean, by a Hough transform; `most` dark pixels
    may lie to its left.
    """
    height, width = clear.shape
    lean = _lean(height)
    leaning = np.arange(-lean, lean + 1)[:, None]
    shifts = np.rint(leaning * (np.arange(height) / height - 0.5)).astype(np.int64)  # (leaning, h)
    standing = _on_lines(tall, shifts)
    rows = _on_lines(clear, shifts)
    good = (rows >= _COVER * height) & (standing >= _TALL * rows)
    order = np.flatnonzero(good)
    order = order[np.argsort(-rows.reshape(-1)[order], kind="stable")]
    for first in range(0, len(order), _BATCH):
        batch = order[first : first + _BATCH]
        leans, at = np.divmod(batch, width)
        lines = at[:, None] + shifts[leans]  # (lines, h)
        fit = rows.reshape(-1)[batch] >= _CLEAN * _dark_rows(dark, lines)
        fit &= _dark_before(dark, shifts[leans], at) <= most
        for line in lines[fit]:
            places = np.flatnonzero(_near(clear, line).any(1))
            if places[-1] - places[0] >= _SPAN[axis] * height:
                return np.asarray(line, np.int64)
    return None


def _on_lines(mask: Pixels, shifts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many rows of the mask hold on every line or beside it: (leaning, w).

    Args:
        mask: what lies on lines, (h, w).
        shifts: by how much each leaning line is shifted in every row, (leaning, h).
    """
    width, rim = mask.shape[1], int(shifts.max(initial=0)) + 1
    wide = width + 2 * rim
    y, x = np.divmod(np.flatnonzero(_widened(mask)), width)
    places = x + rim - shifts[:, y] + np.arange(len(shifts))[:, None] * wide
    number = np.bincount(places.reshape(-1), minlength=len(shifts) * wide)
    return np.asarray(number.reshape(-1, wide)[:, rim : rim + width])


def _widened(mask: Pixels) -> Pixels:
    """Return where the mask holds within a column."""
    wide = mask.copy()
    wide[:, 1:] |= mask[:, :-1]
    wide[:, :-1] |= mask[:, 1:]
    return wide


def _dark_rows(dark: Pixels, lines: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return in how many rows something dark lies on lines (n, h) or beside them."""
    height, width = dark.shape
    rim = int(max(-lines.min(), lines.max() - width + 1, 0))
    wide = np.zeros((height, width + 2 * rim), np.bool_)
    wide[:, rim : rim + width] = _widened(dark)
    return sums(wide[np.arange(height), lines + rim], 1)


def _dark_before(
    dark: Pixels, shifts: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how much lies left of lines, but for their next columns.

    Args:
        dark: what lies there, (h, w).
        shifts: by how much each line is shifted in every row, (n, h).
        at: where it runs in the middle, (n,).
    """
    before = np.zeros((len(dark), dark.shape[1] + 1), np.int32)
    np.cumsum(dark, axis=1, out=before[:, 1:])
    rows, most = np.arange(len(dark)), dark.shape[1]
    ends = before[rows, (np.maximum(at - 1, 0)[:, None] + shifts).clip(0, most)]
    return np.asarray((ends - before[rows, shifts.clip(0, most)]).sum(1), np.int64)


def _near(mask: Pixels, line: NDArray[np.int64]) -> Pixels:
    near = (line[:, None] + np.arange(-1, 2)).clip(0, mask.shape[1] - 1)
    return np.take_along_axis(mask, near, 1)

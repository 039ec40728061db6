"""Lines around the print of which only pieces are left, told by their lying in one straight row."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.lines import runs
from deepzine_gui.pages.cleaning.masks import counts, opened, widened
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

Mask = NDArray[np.bool_]


def broken_beside(narrow: Mask, dark: Mask) -> Mask:
    """Return the pieces of the broken lines left and right of the print: (h, w).

    Args:
        narrow: what is thin across and lies apart.
        dark: everything dark.
    """
    found = np.zeros_like(dark)
    standing = tall(narrow, round(_LETTERS * len(dark))) & narrow
    if standing.any():
        for side in (slice(None), slice(None, None, -1)):
            found[:, side] = found[:, side] | _outermost(
                narrow[:, side], standing[:, side], dark[:, side], 0
            )
    return found


def broken_across(low: Mask, dark: Mask) -> Mask:
    """Return the pieces of the broken lines above and below the print that reach a side: (h, w).

    Args:
        low: what is thin from above to below and lies apart.
        dark: everything dark.
    """
    found = np.zeros_like(dark)
    thin = low & ~opened(low, _LOW, 0)
    lying = (tall(thin.T, round(_WORDS * dark.shape[1]))).T & thin
    if lying.any():
        for side in (slice(None), slice(None, None, -1)):
            pieces = _outermost(thin[side].T, lying[side].T, dark[side].T, 1).T
            if pieces.any() and _reaches_a_side(pieces, dark[side]):
                found[side] = found[side] | pieces
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


def _outermost(thin: Mask, tall: Mask, dark: Mask, axis: int) -> Mask:
    """Return the pieces of the best line down the page that has hardly anything to its left."""
    found = np.zeros_like(thin)
    height, width = thin.shape
    mass = np.cumsum(counts(dark, 0))
    most = int(_OUTSIDE[axis] * mass[-1])
    lean = round(_SLANT * height)
    reach = max(_GAP, width // _CLEAR[axis])
    end = min(width, int(np.searchsorted(mass, most, side="right")) + lean + 2 * _CLOSE)
    tall = tall[:, :end]
    if not tall.any():
        return found
    near = dark[:, : end + reach]
    clear = (thin[:, : end + reach] & ~_followed(widened(near, 1, 0), reach))[:, :end]
    course = _course(clear, clear & tall, dark[:, :end], axis, most)
    if course is None:
        return found
    on_line = thin[:, :end] & (np.abs(np.arange(end) - course[:, None]) <= _CLOSE)
    lying, free = counts(on_line, 1) > 0, counts(on_line & clear, 1) > 0
    standing = np.flatnonzero(counts(on_line & clear & tall, 1))
    for first, last in runs(lying):
        if np.searchsorted(standing, first) == np.searchsorted(standing, last):  # none is tall
            between = first > standing[0] and last <= standing[-1]
            free[first:last] &= between and free[first:last].all()
    found[:, :end] = on_line & widened(free[:, None], _CLOSE, 0)
    return found


def _course(clear: Mask, tall: Mask, dark: Mask, axis: int, most: int) -> NDArray[np.int64] | None:
    """Return where the line with most pieces runs in every row, None where there is none.

    It is sought among all straight ones that hardly lean, as by a Hough transform; `most` dark
    pixels may lie to its left.
    """
    height, width = clear.shape
    if np.count_nonzero(counts(tall, 1)) < _TALL * _COVER * height:
        return None
    lean = round(_SLANT * height)
    best, course = 0, None
    pieces, seeds, all_dark = (np.nonzero(widened(mask, 1, 1)) for mask in (clear, tall, dark))
    inked = np.nonzero(dark)
    for leaning in range(-lean, lean + 1):
        shift = np.rint(leaning * (np.arange(height) / height - 0.5)).astype(np.int64)
        standing = _along(seeds, shift, width)
        if standing.max() < _TALL * max(best, _COVER * height):
            continue
        rows = _along(pieces, shift, width)
        good = (rows >= _COVER * height) & (standing >= _TALL * rows) & (rows > best)
        good &= rows >= _CLEAN * _along(all_dark, shift, width)
        if not good.any():
            continue
        outside = np.concatenate([[0, 0], np.cumsum(_along(inked, shift, width))])[:width]
        for at in np.flatnonzero(good & (outside <= most)):
            line = at + shift
            places = np.flatnonzero(_near(clear, line).any(1))
            if rows[at] > best and places[-1] - places[0] >= _SPAN[axis] * height:
                best, course = int(rows[at]), line
    return course


def _followed(dark: Mask, reach: int) -> Mask:
    """Return where something dark lies right of a gap, within `reach` pixels."""
    result = np.zeros_like(dark)
    for step in range(_GAP, reach + 1):
        result[:, :-step] |= dark[:, step:]
    return result


def _along(
    points: tuple[NDArray[np.int64], ...], shift: NDArray[np.int64], width: int
) -> NDArray[np.int64]:
    """Return how many of the points lie on the line through each column of the middle row."""
    places = points[1] - shift[points[0]]
    places = places[(places >= 0) & (places < width)]
    return np.bincount(places, minlength=width)


def _near(mask: Mask, line: NDArray[np.int64]) -> Mask:
    near = (line[:, None] + np.arange(-1, 2)).clip(0, mask.shape[1] - 1)
    return np.take_along_axis(mask, near, 1)

"""Find the gutter between two facing pages that were scanned together."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.masks import Mask, counts, widened
from deepzine_gui.pages.cleaning.survey import Survey

_BANDS = 8
_DIP = 8
"""A gutter is by so much darker than the paper on both sides."""

_WHITE_GAP = 0.25
"""A white gap between two columns of print is so much of a sign of a gutter; a shadow is 1."""

_DRAWN = 0.5
"""A column whose pixels equal the one above more often than so was not scanned."""

_SIDEWAYS = 0.7
"""Where columns differ by more than so much of what rows do, the lines of print run upright."""


def find_gutter(seen: Survey, strength: float) -> int | None:
    """Return the column of the survey at which to part two facing pages, None for a single page.

    Args:
        seen: the whole scan.
        strength: 0…1; a gutter's shadow must run through the share 1 − `strength` of the height, or
            from 0.75 on there need be nothing but a white gap.
    """
    height, width = seen.grey.shape
    if width < (1.2 - 0.2 * strength) * height or height < 4 * _BANDS or width < 4 * _BANDS:
        return None
    if _roughness(seen, 1) > _SIDEWAYS * _roughness(seen, 0):
        return None
    first, last = round(0.35 * width), round(0.65 * width)
    signs = np.maximum(_shadow(seen), _WHITE_GAP * _white_gap(seen))[first:last]
    if signs.max() < max(1 - strength, 1 / _BANDS):
        return None
    places = first + np.flatnonzero(signs >= signs.max() - 1e-6)
    return int(places[np.argmin(np.abs(places - width / 2))])


def _roughness(seen: Survey, axis: int) -> float:
    """Return by how much the ink typically changes from one row (axis 0) or column to the next."""
    height, width = seen.ink.shape
    inner = seen.ink[height // 8 : height - height // 8, width // 8 : width - width // 8]
    strips = np.array_split(np.minimum(inner, 3 * seen.faint), 3, axis=1 - axis)
    steps = [np.median(np.abs(np.diff(strip.mean(1 - axis)))) for strip in strips]
    return float(np.mean(steps))


def _shadow(seen: Survey) -> NDArray[np.float64]:
    """Return the share of the height in which each column lies darker than the paper around it.

    Counted in bands, by the brightest quarter of their rows, so that print does not matter. It is 0
    where the shadow does not reach the upper and the lower quarter, or is drawn by a computer.
    """
    height, width = seen.grey.shape
    rows = height // _BANDS
    bands = seen.grey[: rows * _BANDS].reshape(_BANDS, rows, width)
    rank = rows * 3 // 4
    tone = np.partition(bands, rank, axis=1)[:, rank].astype(np.int16)  # (bands, w)
    reach = max(2, width // 24)
    rim = np.pad(tone, ((0, 0), (reach, reach)), mode="edge")
    best = sliding_window_view(rim, reach, axis=1).max(2)
    around = np.minimum(best[:, :width], best[:, -width:])
    dips = widened(Mask.of(around - tone >= _DIP), 1, 1).array()
    whole = dips[:2].any(0) & dips[-2:].any(0)
    same = np.mean(seen.grey[1:] == seen.grey[:-1], axis=0)
    signs = dips.mean(0) * (whole & (same < _DRAWN))
    return np.asarray(signs)


def _white_gap(seen: Survey) -> NDArray[np.bool_]:
    """Return which columns are bare and have much print on both sides."""
    mass = counts(seen.dark, 0)
    left = np.cumsum(mass) / max(1, int(mass.sum()))
    bare = mass <= 0.01 * len(seen.ink)
    return np.asarray(bare & (left > 0.2) & (left < 0.8))

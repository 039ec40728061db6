"""Where the print is on the paper, and how much margin to leave around it."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.masks import Mask, counts, without_specks
from deepzine_gui.pages.cleaning.survey import Box

_GLUE = 0.02
"""No margin is cut below this share of the print's longer side."""

_WIDE = 0.25
"""A margin wider than this share of the print's longer side is empty ground …"""

_BLOCK = 0.25
"""… where the print is no mere line, but has this share of the paper in both directions."""

_SPECK = 0.04
"""What is smaller than this share of the paper in both directions is dirt."""


def content_box(dark: Mask, paper: Box) -> Box | None:
    """Return the box of all print on the paper, None where there is hardly any.

    Args:
        dark: all print of a page.
        paper: where the page's own paper lies.
    """
    left, top, _, _ = paper
    dark = without_specks(dark.part(paper))
    shape = dark.frame.shape
    if min(shape) < 8:
        return None
    across, down = _span(counts(dark, 0)), _span(counts(dark, 1))
    if across is None or down is None:
        return None
    if all(end - start < _SPECK * n for (start, end), n in zip((down, across), shape, strict=True)):
        return None
    return left + across[0], top + down[0], left + across[1], top + down[1]


def _span(profile: NDArray[np.int64]) -> tuple[int, int] | None:
    """Return the first and the end place where three in a row have three dark pixels."""
    near = np.convolve(profile, np.ones(3, np.int64), "same") >= 3
    places = np.flatnonzero(near & (profile > 0))
    return (int(places[0]), int(places[-1]) + 1) if len(places) else None


def trimmed_box(paper: Box, content: Box | None, strength: float) -> Box:
    """Return the paper without the outer part of its margins.

    Of every margin the share 1 − `strength` stays, and no more than a quarter of the print's size
    times that; at least the same small margin everywhere. The proportions of the paper change the
    less the smaller the strength, so that a page with three lines stays a page.
    """
    if content is None:
        return paper
    size = paper[2] - paper[0], paper[3] - paper[1]
    print_size = content[2] - content[0], content[3] - content[1]
    margins = [abs(a - b) for a, b in zip(paper, content, strict=True)]
    least = _GLUE * max(print_size)
    most = float(max(size))
    if all(p >= _BLOCK * s for p, s in zip(print_size, size, strict=True)):
        most = _WIDE * max(print_size)
    kept = [float(min(m, max(least, (1 - strength) * min(m, most)))) for m in margins]
    _keep_shape(kept, margins, size, 1 - strength**2)
    return (
        round(content[0] - kept[0]),
        round(content[1] - kept[1]),
        round(content[2] + kept[2]),
        round(content[3] + kept[3]),
    )


def _keep_shape(kept: list[float], margins: list[int], size: tuple[int, int], floor: float) -> None:
    """Cut less off the side that would shrink to less than `floor` of what the other does."""
    cuts = [m - k for m, k in zip(margins, kept, strict=True)]
    shares = [1 - (cuts[axis] + cuts[axis + 2]) / size[axis] for axis in (0, 1)]
    for axis in (0, 1):
        wanted = floor * shares[1 - axis]
        if shares[axis] < wanted:
            less = (1 - wanted) / (1 - shares[axis])
            for side in (axis, axis + 2):
                kept[side] = margins[side] - cuts[side] * less

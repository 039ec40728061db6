"""The part of a typeset page that is drawn, so that many pages of a document share one scale.

PDFium keeps the glyphs it has drawn, but only for the very same scale. Each page is trimmed on its
own, so hardly two would have the same, and every page would draw all its glyphs anew. Therefore
what stays of a page is widened a little, until its scale is one of few.
"""

import math

from deepzine_gui.pages.fitting import LONGEST_STRIP, Fit, FitName, centred
from deepzine_gui.pages.raw_pages import Box

STEP = 1.025
"""Each scale is so many times the one before."""

_TINY = 1e-6
"""What is reckoned to be a whole number of steps or pixels is less off than this."""


def placed(
    width: float, height: float, kept: Box, *, resolution: int, fit: FitName
) -> tuple[Box, Fit]:
    """Return the part of a page to draw, and its place in its square.

    The part holds `kept`, lies within the page, and is less than `STEP` times and a pixel larger.
    Along each side it has whole pixels, and either one of few scales, counted up from that of the
    untrimmed page, or it is all of that side.

    Args:
        width: of the page, in any unit.
        height: of the page, in the same unit.
        kept: what has to stay of it.
        resolution: side of the square in pixels.
        fit: as `PageSettings.fit`.
    """
    lengths = width * (kept[2] - kept[0]), height * (kept[3] - kept[1])
    if fit == "stretch":
        scales = _coarse(lengths[0], width, resolution), _coarse(lengths[1], height, resolution)
        least = resolution, resolution
    elif fit == "pad":
        scales = (_coarse(max(lengths), max(width, height), resolution),) * 2
        least = (resolution, 1) if lengths[0] > lengths[1] else (1, resolution)
    else:
        scales = (_coarse(min(lengths), min(width, height), resolution),) * 2
        least = resolution, resolution
    across, left, right = _span(width, kept[0], kept[2], scales[0], least[0], resolution)
    down, top, bottom = _span(height, kept[1], kept[3], scales[1], least[1], resolution)
    return (left, top, right, bottom), centred(across, down, resolution)


def _coarse(length: float, side: float, pixels: int) -> float:
    """Return the largest scale at which `length` takes no more than so many pixels.

    It is counted in steps from the scale at which the whole side takes as many.
    """
    return pixels / side * STEP ** max(0, math.floor(math.log(side / length, STEP) + _TINY))


def _span(
    side: float, start: float, end: float, scale: float, least: int, resolution: int
) -> tuple[int, float, float]:
    """Return how many pixels a part of a side takes, and where, widened, it starts and ends."""
    wanted = (end - start) * side
    pixels = max(least, math.ceil(wanted * scale - _TINY))
    most = resolution * LONGEST_STRIP
    if pixels > most:
        return most, start, end
    length = pixels / scale
    if length >= side * (1 - _TINY):
        return max(least, round(side * scale)), 0.0, 1.0
    first = min(max(0.0, start * side - (length - wanted) / 2), side - length)
    return pixels, first / side, (first + length) / side

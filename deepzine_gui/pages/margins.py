"""How much of a typeset page's margins is cut away."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.content import trimmed_box
from deepzine_gui.pages.raw_pages import WHOLE, Box

_FAINT = 24
"""What differs from the paper by less is no print."""

_FINE = 4096
"""Boxes are reckoned in whole pixels of a page so large."""


def ink_box(sheet: NDArray[np.uint8]) -> Box | None:
    """Return the box of all print on `sheet`, uint8 (H, W) or (H, W, 3); None if there is none.

    Where the corners differ, as on a page printed to its edges, it is the whole sheet.
    """
    paper = sheet[0, 0].astype(np.int16)
    if any(np.abs(sheet[y, x] - paper).max() > _FAINT for y, x in ((0, -1), (-1, 0), (-1, -1))):
        return WHOLE
    sides = []
    for axis in (0, 1):
        printed = sheet.min(axis).astype(np.int16) + _FAINT < paper
        if paper.min() + _FAINT < 255:
            printed |= sheet.max(axis).astype(np.int16) - _FAINT > paper
        places = np.flatnonzero(printed.any(-1) if printed.ndim == 2 else printed)
        if not len(places):
            return None
        sides.append((int(places[0]) / len(printed), (int(places[-1]) + 1) / len(printed)))
    (left, right), (top, bottom) = sides
    return left, top, right, bottom


def trimmed(content: Box, aspect: float, strength: float) -> Box:
    """Return the part of a page that stays around its `content`.

    Args:
        content: the box of all print.
        aspect: width / height of the page.
        strength: as `PageSettings.trim`.
    """
    longer = max(aspect, 1.0)
    width, height = max(1, round(_FINE * aspect / longer)), max(1, round(_FINE / longer))
    left, top = round(content[0] * width), round(content[1] * height)
    right, bottom = round(content[2] * width), round(content[3] * height)
    inner = (left, top, max(right, left + 1), max(bottom, top + 1))
    kept = trimmed_box((0, 0, width, height), inner, strength)
    return kept[0] / width, kept[1] / height, kept[2] / width, kept[3] / height

"""Clean the picture of a page: spreads, borders, margins, tilt, paper and ink."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.settings import PageSettings


@dataclass(frozen=True, slots=True, eq=False)
class Cleaned:
    """A clean page, or one half of a spread.

    Attributes:
        pixels: uint8 (h, w) or (h, w, 3), as the page came, 0 = black.
        part: 0 a whole page, 1 the left and 2 the right half of a spread.
    """

    pixels: NDArray[np.uint8]
    part: int = 0


def clean(page: NDArray[np.uint8], settings: PageSettings) -> list[Cleaned]:
    """Return the page cleaned, or the left and right page of a spread.

    Args:
        page: uint8 (H, W) grey or (H, W, 3) RGB, upright, 0 = black, H and W at least 1.
        settings: what to clean and how strongly; each step is off at strength 0.
    """
    from deepzine_gui.pages.cleaning import spread, survey, upright

    if settings.split and page.shape[1] > page.shape[0]:
        seen = survey.survey(page)
        gutter = spread.find_gutter(seen, settings.split)
        if gutter is not None:
            at = gutter * seen.scale
            halves = page[:, :at], page[:, at:]
            return [
                Cleaned(upright.cleaned(half, settings), i + 1) for i, half in enumerate(halves)
            ]
    return [Cleaned(upright.cleaned(page, settings))]

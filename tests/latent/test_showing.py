"""The page to show first is neither faint nor odd."""

import numpy as np
import pytest
from numpy.typing import NDArray

from deepzine_gui.latent import best_to_show


def text(side: int, contrast: int) -> NDArray[np.uint8]:
    """A white page whose every other row is darker."""
    page = np.full((side, side, 3), 255, np.uint8)
    page[::2] = 255 - contrast
    return page


@pytest.mark.parametrize("side", [4, 8, 64])
def test_sharp_pages_come_before_faint_and_blank_ones(side: int) -> None:
    pages = [text(side, contrast) for contrast in (60, 80, 100, 120, 70, 90, 110, 0)]
    # the two at the ends are the quarter that is least like the others
    assert best_to_show(np.stack(pages)).tolist() == [6, 2, 5, 1, 4, 0, 3, 7]


def test_what_is_like_no_other_page_comes_last_however_sharp() -> None:
    stained = text(32, 255)
    stained[:, :16] = np.indices((32, 16, 1)).sum(0) % 2 * 255
    pages = np.stack([text(32, 60), stained, text(32, 100), text(32, 80)])
    assert best_to_show(pages).tolist() == [2, 3, 0, 1]


def test_one_page_is_the_best() -> None:
    assert best_to_show(text(16, 60)[np.newaxis]).tolist() == [0]

"""Print close to the edge of the paper stays when borders and the neighbouring page go."""

import numpy as np
import pytest
from numpy.typing import NDArray

from deepzine_gui.pages import PageSettings
from deepzine_gui.pages.cleaning import clean
from tests.pages.sheets import noisy, print_of, spread, typed

TRIM = PageSettings(split=0, straighten=0, trim=0.02)


def cleaned(scan: NDArray[np.uint8]) -> NDArray[np.uint8]:
    (piece,) = clean(scan, TRIM)
    return piece.pixels


def words(page: NDArray[np.uint8], y: int, left: int, right: int) -> None:
    """Set a line of small words."""
    for x in range(left, right, 40):
        page[y : y + 8, x : x + 30 : 4] = page[y : y + 8, x + 1 : x + 31 : 4] = 40


def dark(page: NDArray[np.uint8]) -> int:
    return int((page < 128).sum())


@pytest.mark.parametrize("upside_down", [False, True])
def test_a_title_above_a_rule_across_the_page_stays(upside_down: bool) -> None:
    page = typed()
    words(page, 8, 20, 460)
    page[22:26] = 40
    scan = np.ascontiguousarray(page[::-1]) if upside_down else page
    assert dark(cleaned(scan)) == dark(page)


def test_a_margin_whiter_than_paper_between_dense_print_is_no_ground() -> None:
    page = typed(paper=243)
    page[:70] = page[-70:] = 255
    words(page, 12, 240, 280)  # the page's number
    assert dark(cleaned(page)) == dark(page)


def test_no_line_of_print_is_cut_in_half_where_the_paper_lies_in_shadow() -> None:
    page = typed().astype(np.float64)
    page[:60] *= np.linspace(0.73, 0.85, 60)[:, None]
    page[:12] = 245  # the ground the page lies on
    scan = noisy(page.astype(np.uint8))
    words(scan, 38, 150, 350)
    assert dark(cleaned(scan)[:20, 100:400]) >= dark(scan[36:48, 150:350])


@pytest.mark.parametrize("left", [False, True])
def test_the_neighbouring_page_goes_at_the_fold_and_letters_in_its_shadow_stay(left: bool) -> None:
    page = typed(720, 400)
    first, _, last, _ = print_of(*page.shape)
    page = page[:, first - 6 : last + 6]
    both, gutter = spread(page)
    scan = both[:, gutter - 12 :] if left else both[:, : gutter + 12]
    found = cleaned(np.ascontiguousarray(scan))
    assert found.shape[1] == pytest.approx(page.shape[1], abs=6)
    assert (found < 110).sum() >= 0.99 * dark(page)

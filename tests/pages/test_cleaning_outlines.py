"""Outlines of a page on microfilm go, with all outside them; print close to them stays."""

import numpy as np
import pytest
from numpy.typing import NDArray

from deepzine_gui.pages import PageSettings
from deepzine_gui.pages.cleaning import clean
from tests.pages.sheets import typed

TRIM = PageSettings(split=0, straighten=0, trim=0.5)
LEFT, TOP, RIGHT, BOTTOM = 120, 110, 260, 310
"""Where the print is: a small page on bare ground."""


def small_page() -> NDArray[np.uint8]:
    """Return a page of small print on white ground, as on microfilm, uint8 (512, 372)."""
    scan = np.full((512, 372), 255, np.uint8)
    large = typed(600, 420, paper=255)[72:528, 59:361]
    rows = np.linspace(0, len(large) - 1, BOTTOM - TOP).astype(int)
    columns = np.linspace(0, large.shape[1] - 1, RIGHT - LEFT).astype(int)
    scan[TOP:BOTTOM, LEFT:RIGHT] = large[np.ix_(rows, columns)]
    return scan


def draw_line(
    scan: NDArray[np.uint8], x: int, first: int, last: int, *, slant: int = 0, gap: int = 0
) -> None:
    """Draw a ragged line down from `first` to `last`, with a gap in every 24 rows."""
    rng = np.random.default_rng(5)
    for row in range(first, last):
        if row % 24 >= gap:
            at = x + round(slant * (row - first) / (last - first))
            scan[row, at : at + 1 + int(rng.integers(1, 3))] = int(rng.integers(0, 60))


def word(scan: NDArray[np.uint8], x: int, y: int, letters: int) -> None:
    """Set small print: letters two pixels wide and four high."""
    for letter in range(letters):
        scan[y : y + 4, x + 3 * letter : x + 3 * letter + 2] = 40


def ink(page: NDArray[np.uint8]) -> int:
    return int((page < 128).sum())


def cleaned(scan: NDArray[np.uint8]) -> NDArray[np.uint8]:
    (piece,) = clean(scan, TRIM)
    return piece.pixels


@pytest.mark.parametrize(("slant", "gap"), [(0, 0), (6, 0), (-6, 0), (0, 8)])
@pytest.mark.parametrize("x", [LEFT - 16, RIGHT + 16])
def test_outlines_beside_the_print_go(x: int, slant: int, gap: int) -> None:
    scan = small_page()
    print_alone = ink(scan)
    draw_line(scan, x, TOP - 14, BOTTOM + 14, slant=slant, gap=gap)
    assert ink(cleaned(scan)) == print_alone


@pytest.mark.parametrize("y", [TOP - 14, BOTTOM + 14])
def test_outlines_above_and_below_the_print_go(y: int) -> None:
    scan = small_page()
    print_alone = ink(scan)
    draw_line(scan.T, y, LEFT - 14, RIGHT + 14)
    assert ink(cleaned(scan)) == print_alone


def test_dirt_outside_an_outline_goes_with_it() -> None:
    scan = small_page()
    print_alone = ink(scan)
    draw_line(scan, LEFT - 16, TOP - 14, BOTTOM + 14)
    scan[TOP + 40 : TOP + 46, LEFT - 30 : LEFT - 24] = 0
    assert ink(cleaned(scan)) == print_alone


def test_all_print_inside_an_outline_stays() -> None:
    scan = small_page()
    word(scan, RIGHT - 6, TOP - 9, 2)  # the page's number
    word(scan, RIGHT - 20, BOTTOM + 5, 6)  # the catchword
    word(scan, RIGHT + 5, TOP + 60, 4)  # a note in the margin
    print_alone = ink(scan)
    draw_line(scan, RIGHT + 26, TOP - 20, BOTTOM + 20)
    assert ink(cleaned(scan)) == print_alone


def test_a_rule_between_a_title_and_the_print_stays() -> None:
    scan = small_page()
    word(scan, LEFT + 20, TOP - 18, 30)
    draw_line(scan.T, TOP - 8, LEFT, RIGHT)
    assert ink(cleaned(scan)) == ink(scan)


def test_a_rule_above_the_print_that_begins_with_it_stays() -> None:
    scan = small_page()
    draw_line(scan.T, TOP - 8, LEFT, RIGHT + 24)
    assert ink(cleaned(scan)) == ink(scan)


def test_a_line_of_print_is_no_outline() -> None:
    scan = small_page()
    for x in range(LEFT, RIGHT - 8, 4):  # heavy letters that nearly touch
        scan[TOP - 14 : TOP - 8, x : x + 3] = 30
    assert ink(cleaned(scan)) == ink(scan)


def test_a_rule_between_columns_stays() -> None:
    scan = small_page()
    middle = (LEFT + RIGHT) // 2
    scan[:, middle - 6 : middle + 6] = 255
    draw_line(scan, middle, TOP, BOTTOM)
    assert ink(cleaned(scan)) == ink(scan)


def test_the_frame_of_a_picture_stays() -> None:
    scan = small_page()
    picture = scan[BOTTOM - 80 : BOTTOM, LEFT:RIGHT]
    picture[:] = 255
    picture[::3, 2:-2] = picture[:, 4:-4:5] = 60
    draw_line(scan.T, BOTTOM - 3, LEFT, RIGHT)
    assert ink(cleaned(scan)) == ink(scan)

"""Lines of which only pieces are left go from around the print; what is printed there stays."""

import numpy as np
import pytest
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning.broken import broken_across, broken_beside
from deepzine_gui.pages.cleaning.masks import Mask
from tests.pages.test_cleaning_outlines import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    cleaned,
    ink,
    small_page,
    word,
)

GROUND = 20
"""What the paper lies on, beside it."""

PIECES = [(-6, 6), (24, 28), (48, 51), (76, 90), (112, 114), (130, 133), (160, 174), (196, 208)]
"""Rows from the top of the print with a piece of a line; some are no higher than letters."""


def draw_pieces(scan: NDArray[np.uint8], x: int, *, slant: int = 0) -> None:
    """Draw a line down beside the print of which only pieces are left."""
    for first, last in PIECES:
        for row in range(first, last):
            at = x + round(slant * row / (BOTTOM - TOP))
            scan[TOP + row, at : at + 2] = 30


def draw_across(scan: NDArray[np.uint8], y: int, first: int, last: int) -> None:
    """Draw a line across with a gap of eight pixels in every thirty."""
    for x in range(first, last):
        if (last - x) % 30 < 22:
            scan[y : y + 2, x] = 30


@pytest.mark.parametrize("slant", [-4, 0, 4])
@pytest.mark.parametrize("x", [LEFT - 20, RIGHT + 20])
def test_all_pieces_of_a_broken_line_beside_the_print_go(x: int, slant: int) -> None:
    scan = small_page()
    print_alone = ink(scan)
    draw_pieces(scan, x, slant=slant)
    assert ink(cleaned(scan)) == print_alone


@pytest.mark.parametrize("x", [LEFT - 20, RIGHT + 20])
def test_a_column_of_digits_stays_also_where_a_piece_of_a_line_stands_above_it(x: int) -> None:
    scan = small_page()
    scan[TOP : TOP + 14, x : x + 2] = 30
    for row in range(TOP + 28, BOTTOM - 6, 14):
        word(scan, x, row, 1)
    digits = ink(scan[TOP + 28 :, x : x + 2])
    found = cleaned(scan)
    assert ink(found) >= ink(small_page()) + digits


def test_a_page_number_above_all_tall_pieces_of_a_line_is_none_of_it() -> None:
    dark = np.zeros((260, 160), np.bool_)
    dark[20:250, 60:150] = True
    pieces = np.zeros_like(dark)
    for row in range(60, 250, 26):
        pieces[row : row + 10, 30:32] = True
        pieces[row + 16 : row + 19, 30:32] = True
    pieces[250:] = False
    number = np.zeros_like(dark)
    number[22:26, 30:32] = True
    found = broken_beside(Mask.of(pieces | number), Mask.of(dark | pieces | number)).array()
    assert not (found & number).any()
    assert (found & pieces).sum() >= 0.9 * pieces.sum()


@pytest.mark.parametrize("y", [TOP - 14, BOTTOM + 14])
@pytest.mark.parametrize(("first", "last"), [(60, RIGHT + 60), (LEFT + 58, RIGHT + 60)])
def test_a_broken_line_across_that_goes_on_to_the_side_goes(y: int, first: int, last: int) -> None:
    scan = small_page()
    print_alone = ink(scan)
    draw_across(scan, y, first, last)
    scan[:, RIGHT + 60 :] = GROUND
    assert ink(cleaned(scan)) == print_alone


@pytest.mark.parametrize("y", [TOP - 14, BOTTOM + 14])
def test_a_printers_broken_rule_stays_beside_the_edge_of_the_paper(y: int) -> None:
    scan = small_page()
    draw_across(scan, y, LEFT, RIGHT)
    wanted = ink(scan)
    scan[:, RIGHT + 60 :] = GROUND
    assert ink(cleaned(scan)) == wanted


def test_a_printers_rule_stays_where_a_broken_line_beside_it_goes() -> None:
    scan = small_page()
    scan[TOP - 14 : TOP - 12, LEFT - 3 : RIGHT + 3] = 30
    wanted = ink(scan)
    draw_pieces(scan, RIGHT + 40)
    assert ink(cleaned(scan)) == wanted


@pytest.mark.parametrize("width", [1, 2, 3])
def test_a_strip_hardly_wider_than_a_line_is_looked_at_too(width: int) -> None:
    dark = np.zeros((200, width), np.bool_)
    for first, last in PIECES[1:-1]:
        dark[first:last, 0] = True
    strip, across = Mask.of(dark), Mask.of(dark.T)
    for found, whole in (
        (broken_beside(strip, strip), strip),
        (broken_across(across, across), across),
    ):
        assert found.frame.shape == whole.frame.shape
        assert not found & ~whole

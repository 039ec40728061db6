"""Stray lines that no cut takes away are painted over in the tone of the paper; print stays."""

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages import PageSettings
from deepzine_gui.pages.cleaning import clean
from deepzine_gui.pages.cleaning.paint import Paint
from deepzine_gui.pages.cleaning.survey import survey
from tests.pages.sheets import typed
from tests.pages.test_cleaning_outlines import BOTTOM, LEFT, TOP, cleaned, ink, small_page, word

UNCUT = PageSettings(split=0, straighten=0, trim=0.02)


def with_a_stray_line(page: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the page with a short slanting line beside the end of the print and below it."""
    scan = page.copy()
    for row in range(500, 700):
        at = 450 + (row - 500) // 50
        scan[row, at : at + 3] = 60
    return scan


def test_a_short_line_that_reaches_below_the_print_is_painted_over() -> None:
    page = typed(paper=255)
    scan = with_a_stray_line(page)
    (piece,) = clean(scan, UNCUT)
    assert ink(scan) > ink(page)
    assert ink(piece.pixels) == ink(page)


def test_a_short_line_goes_from_pages_in_colour() -> None:
    page = typed(paper=255)
    scan = np.repeat(with_a_stray_line(page)[..., None], 3, axis=2)
    (piece,) = clean(scan, UNCUT)
    assert ink(piece.pixels) == 3 * ink(page)


def test_paint_has_the_tone_of_the_paper_around_in_every_channel() -> None:
    colour = np.array([210, 190, 150], np.uint8)
    page = np.tile(colour, (400, 320, 1))
    page[:, 40:46] = 30
    over = np.zeros((200, 160), np.bool_)
    over[:100, 19:24] = True
    paint = Paint(survey(page), over, (0, 0))
    found = paint.painted(page, (0, 0, 320, 400))
    assert (found[:200] == colour).all()
    assert np.array_equal(found[200:], page[200:])


def test_paint_lies_where_it_belongs_in_any_part_of_a_page_and_at_any_size() -> None:
    page = np.full((400, 320), 240, np.uint8)
    page[100:120, 40:60] = 0
    over = np.zeros((100, 80), np.bool_)
    over[25:35, 10:20] = True
    paint = Paint(survey(page[50:250, 20:180], 100), over, (20, 50))
    for box in ((0, 0, 320, 400), (30, 90, 70, 130), (10, 40, 200, 260)):
        part = page[box[1] : box[3], box[0] : box[2]]
        assert (paint.painted(part, box) == 240).all()
        assert (paint.painted(part[::2, ::2], box) == 240).all()
    aside = Paint(survey(page[50:250, 20:180], 100), np.roll(over, 12, 1), (20, 50))
    assert np.array_equal(aside.painted(page, (0, 0, 320, 400)), page)


def test_letters_in_a_column_beside_the_print_stay() -> None:
    scan = small_page()
    for row in range(TOP, BOTTOM - 6, 14):
        word(scan, LEFT - 14, row, 1)
    assert ink(cleaned(scan)) == ink(scan)

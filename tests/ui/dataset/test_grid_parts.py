"""Places in the grid against brute force, and the habits of its selection."""

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt

from deepzine_gui.ui.dataset.grid.geometry import Geometry, fitting_side
from deepzine_gui.ui.dataset.grid.keys import position_asked
from deepzine_gui.ui.dataset.grid.selection import Selection
from deepzine_gui.ui.theme import GRID

GEOMETRIES = [Geometry(47, 48, 333), Geometry(47, 96, 90), Geometry(10, 192, 1000)]


def rect_of(geometry: Geometry, position: int) -> QRect:
    return QRect(*geometry.corner(position), geometry.side, geometry.side)


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_pages_do_not_overlap_and_fit(geometry: Geometry) -> None:
    rects = [rect_of(geometry, position) for position in range(geometry.count)]
    for place, rect in enumerate(rects):
        assert rect.bottom() < geometry.height
        assert geometry.columns == 1 or rect.right() < geometry.width
        assert not any(rect.intersects(other) for other in rects[place + 1 :])


@pytest.mark.parametrize("side", [48, 96, 131, 192])
def test_whole_rows_fill_a_view_by_the_closest_side(side: int) -> None:
    for height in range(60, 1300, 7):
        fitted = fitting_side(side, height)
        # every side at which some number of whole rows fills the view, to a pixel a row
        filling = [(height - GRID) // rows - GRID for rows in range(1, 40)]
        changes = {one: max(one / side, side / one) for one in filling if one > 0}
        assert fitted in changes
        assert changes[fitted] == min(changes.values())
        assert changes[fitted] <= 1.5 or height < side + 2 * GRID
    assert fitting_side(side, 40) == side


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_a_point_finds_its_page(geometry: Geometry) -> None:
    rects = [rect_of(geometry, position) for position in range(geometry.count)]
    for x in range(0, geometry.width, 7):
        for y in range(0, geometry.height, 11):
            found = [place for place, rect in enumerate(rects) if rect.contains(x, y)]
            assert geometry.at(x, y) == (found[0] if found else None)


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_a_band_finds_the_pages_it_touches(geometry: Geometry) -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        x, y = rng.integers(0, geometry.width), rng.integers(0, geometry.height)
        band = QRect(int(x), int(y), int(rng.integers(2, 300)), int(rng.integers(2, 300)))
        expected = [
            place for place in range(geometry.count) if rect_of(geometry, place).intersects(band)
        ]
        found = geometry.within(band.left(), band.top(), band.right() + 1, band.bottom() + 1)
        assert found.tolist() == expected


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_rows_in_view_hold_every_page_in_view(geometry: Geometry) -> None:
    for top in range(0, geometry.height, 37):
        view = QRect(0, top, max(geometry.width, geometry.cell), 101)
        rows = geometry.rows_between(top, top + 101)
        seen = [p for p in range(geometry.count) if rect_of(geometry, p).intersects(view)]
        assert set(seen) <= set(rows)
        assert len(rows) <= len(seen) + 2 * geometry.columns


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Qt.Key.Key_Right, 8), (Qt.Key.Key_Left, 6), (Qt.Key.Key_Down, 12), (Qt.Key.Key_Up, 2),
        (Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 46), (Qt.Key.Key_PageDown, 17), (Qt.Key.Key_X, None),
    ],
)  # fmt: skip
def test_keys_lead_to_their_neighbours(key: Qt.Key, expected: int | None) -> None:
    geometry = Geometry(47, 48, 300)
    assert geometry.columns == 5
    assert position_asked(key, geometry, 7, 120) == expected
    assert position_asked(key, Geometry(0, 48, 300), -1, 120) is None


def test_moving_extending_and_toggling() -> None:
    selection = Selection(10)
    selection.move(3)
    selection.move(6, "extend")
    assert selection.positions().tolist() == [3, 4, 5, 6]
    selection.move(2, "extend")
    assert selection.positions().tolist() == [2, 3]
    selection.toggle(8)
    selection.toggle(3)
    assert selection.positions().tolist() == [2, 8]
    selection.move(99, "only move")
    assert selection.current == 9
    assert selection.positions().tolist() == [2, 8]


def test_a_selection_follows_its_pages_and_the_current_one_has_an_heir() -> None:
    before = np.array([10, 11, 12, 13, 14])
    selection = Selection(5)
    selection.move(1)
    selection.move(2, "extend")
    after = np.array([14, 12, 10])
    selection.carry_over(before, after)
    assert after[selection.positions()].tolist() == [12]
    assert after[selection.current] == 12
    gone = np.array([14, 10])
    selection.carry_over(after, gone)
    assert gone[selection.current] == 10
    assert gone[selection.positions()].tolist() == [10]
    selection.carry_over(gone, np.empty(0, np.intp))
    assert selection.current == -1

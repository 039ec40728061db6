"""The grid under keys, mouse and wheel, and what it draws."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deepzine_gui.dataset import KEPT
from deepzine_gui.ui.dataset.grid.grid_view import LARGEST, SMALLEST
from deepzine_gui.ui.dataset.grid.page_grid import PageGrid
from deepzine_gui.ui.dataset.grid.thumbnails import ImageCache, Thumbnails
from deepzine_gui.ui.dataset.page_reader import ThumbnailsRead
from deepzine_gui.ui.dataset.table import Change, PageTable
from deepzine_gui.ui.theme import colour
from tests.ui.dataset.tables import random_table

COUNT = 2000
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def table() -> PageTable:
    return random_table(COUNT)


@pytest.fixture
def grid(qtbot: QtBot, table: PageTable) -> Iterator[PageGrid]:
    owner = QObject()
    grid = PageGrid(Thumbnails(owner))
    qtbot.addWidget(grid)
    grid.resize(600, 400)
    grid.show()
    grid.setFocus()
    grid.show_pages(table, np.arange(COUNT))
    yield grid
    owner.deleteLater()


def in_view(grid: PageGrid, page: int) -> bool:
    return grid.viewport().rect().contains(grid.place_of(page))


def test_keys_move_and_bring_into_view(qtbot: QtBot, grid: PageGrid) -> None:
    grid.choose_first()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown):
        qtbot.keyClick(grid, key)
    assert in_view(grid, grid.current)
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert grid.current == COUNT - 1
    assert in_view(grid, COUNT - 1)
    assert not in_view(grid, 0)
    qtbot.keyClick(grid, Qt.Key.Key_Home, SHIFT)
    assert len(grid.selected) == COUNT
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert not len(grid.selected)
    qtbot.keyClick(grid, Qt.Key.Key_Right, CONTROL)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert grid.selected.tolist() == [1] == [grid.current]
    assert f"page {2}" in grid.accessibleDescription()


def test_clicks_select_as_in_every_list(qtbot: QtBot, grid: PageGrid) -> None:
    left, view = Qt.MouseButton.LeftButton, grid.viewport()
    qtbot.mouseClick(view, left, pos=grid.place_of(1).center())
    qtbot.mouseClick(view, left, SHIFT, grid.place_of(3).center())
    qtbot.mouseClick(view, left, CONTROL, grid.place_of(2).center())
    assert grid.selected.tolist() == [1, 3]
    qtbot.mouseClick(view, left, pos=QPoint(1, 1))
    assert not len(grid.selected)


def test_a_rubber_band_selects_what_it_touches(qtbot: QtBot, grid: PageGrid) -> None:
    left, view = Qt.MouseButton.LeftButton, grid.viewport()
    last = grid.place_of(7)
    qtbot.mousePress(view, left, pos=QPoint(1, 1))
    qtbot.mouseMove(view, last.topLeft() + QPoint(2, 2))
    qtbot.mouseRelease(view, left, pos=last.topLeft() + QPoint(2, 2))
    column = last.left()
    touched = [p for p in range(12) if grid.place_of(p).left() <= column and p <= 7]
    assert grid.selected.tolist() == touched


def test_zoom_keeps_what_is_looked_at(qtbot: QtBot, grid: PageGrid) -> None:
    qtbot.keyClick(grid, Qt.Key.Key_End)
    grid.choose(1000)
    for _ in range(20):
        grid.zoom_in()
        assert in_view(grid, 1000) or grid.page_px == LARGEST
    assert grid.page_px == LARGEST
    for _ in range(20):
        grid.zoom_out()
    assert grid.page_px == SMALLEST
    grid.resize(900, 500)
    QApplication.processEvents()
    assert in_view(grid, 1000)


def turn_wheel(
    grid: PageGrid, notches: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    middle = QPointF(100, 100)
    event = QWheelEvent(
        middle, grid.mapToGlobal(middle), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(grid.viewport(), event)


def test_the_wheel_scrolls_by_whole_rows(grid: PageGrid) -> None:
    first_row = grid.place_of(0).top()
    columns = [grid.place_of(page).top() for page in range(20)].count(first_row)
    tops = []
    for turn in (-1, -2, 1, -400, 400):
        turn_wheel(grid, turn)
        whole = [page for page in range(COUNT) if in_view(grid, page)]
        seen = [
            page for page in range(COUNT) if grid.viewport().rect().intersects(grid.place_of(page))
        ]
        assert seen == whole
        tops.append(whole[0] // columns)
    assert tops[:3] == [1, 3, 2]
    assert tops[3] > 300
    assert tops[4] == 0


def test_a_label_is_said_where_it_begins_and_drawn_on_every_page(grid: PageGrid) -> None:
    table = random_table(COUNT)
    labels = np.zeros(COUNT, np.int32)
    labels[1:4] = table.label_code("1903")
    table.change(Change(np.arange(COUNT), label=labels))
    grid.show_pages(table, np.arange(COUNT))
    drawn = grid.viewport().grab().toImage()

    def tinted(page: int, below: int) -> bool:
        """Whether anything but the grey of a page that is not read yet, or its veil, is there."""
        place = grid.place_of(page)
        row = {drawn.pixel(x, place.top() + below) for x in range(place.left() + 4, place.right())}
        return row == {colour("second").rgb()} if below == 1 else colour("second").rgb() in row

    assert [tinted(page, 1) for page in range(5)] == [False, True, True, True, False]
    words = [any(tinted(page, below) for below in range(4, 20)) for page in range(5)]
    assert words == [False, True, False, False, False]


def test_the_wheel_zooms_with_ctrl(qtbot: QtBot, grid: PageGrid) -> None:
    before = grid.page_px
    with qtbot.waitSignal(grid.zoomed):
        turn_wheel(grid, 1, CONTROL)
    assert grid.page_px > before
    assert grid.verticalScrollBar().value() == 0


def test_thumbnails_are_drawn_and_those_set_aside_are_dimmed(
    qtbot: QtBot, grid: PageGrid, table: PageTable
) -> None:
    grey = QImage(16, 16, QImage.Format.Format_Grayscale8)
    grey.fill(10)
    kept = int(np.flatnonzero(table.kept & (table.marks.label == 0))[0])
    aside = int(np.flatnonzero(~table.kept & (table.marks.label == 0))[0])
    assert table.marks.state[kept] == KEPT
    grid._thumbnails.take(ThumbnailsRead({kept: grey, aside: grey}))
    drawn = grid.viewport().grab().toImage()
    middle = [QColor(drawn.pixel(grid.place_of(page).center())) for page in (kept, aside)]
    assert middle[0].red() == 10
    assert middle[1].red() > 100


def test_what_is_in_view_is_asked_for_first(qtbot: QtBot, grid: PageGrid) -> None:
    asked: list[list[int]] = []

    class Listening:
        def want_thumbnails(self, pages: list[int]) -> None:
            asked.append(pages)

    grid._thumbnails.read_from(Listening())  # type: ignore[arg-type]
    grid.choose(1500)
    qtbot.waitUntil(lambda: bool(asked))
    first = asked[-1][0]
    assert not grid.viewport().rect().intersected(grid.place_of(first)).isEmpty()
    assert 1500 in asked[-1][:60]
    assert len(asked[-1]) < 600


def test_a_cache_stays_within_its_bytes() -> None:
    image = QImage(10, 10, QImage.Format.Format_Grayscale8)
    cache = ImageCache(10 * image.sizeInBytes())
    for number in range(30):
        cache.put(number, image)
        cache.get(0)
    assert len(cache) == 10
    assert 0 in cache
    assert 29 in cache
    assert 5 not in cache

"""The bench in a small window with all of it open: nothing is cut off, no row is seen in part."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from deepzine_gui.project import Project
from deepzine_gui.ui.dataset import DatasetBench
from deepzine_gui.ui.main_window import MainWindow
from tests.ui.dataset.tables import dataset_file

PAGES = 40
SMALL = 1100, 680
"""What a title bar leaves of 1100 x 700."""

LARGE = 1440, 900

CONTROLS = (
    *(QAbstractButton, QSlider, QAbstractSpinBox, QComboBox, QLabel, QLineEdit),
    QAbstractScrollArea,
)


@pytest.fixture
def project(folder: Path) -> Project:
    """A project with a dataset, and a document that the dataset does not hold."""
    project = Project.create(folder)
    dataset_file(project.dataset, count=PAGES)
    project.choices.sources = [folder / "more"]
    (folder / "more").mkdir()
    (folder / "more/new.pdf").write_bytes(b"%PDF-1.4")
    project.save()
    return project


@pytest.fixture
def bench(qtbot: QtBot, window: MainWindow) -> DatasetBench:
    window.resize(*SMALL)
    window.workbench.setCurrentIndex(1)
    bench = window.workbench.bench("dataset")
    assert isinstance(bench, DatasetBench)
    qtbot.waitUntil(lambda: bench.viewing.table.count == PAGES)
    qtbot.waitUntil(bench.parts.remark.isVisible)
    return bench


def visible_controls(bench: QWidget) -> Iterator[QWidget]:
    for widget in bench.findChildren(QWidget):
        own = widget.objectName().startswith("qt_")
        if isinstance(widget, CONTROLS) and widget.isVisibleTo(bench) and not own:
            yield widget


def cut_off(bench: QWidget) -> list[str]:
    """The controls that have less room than they need, or lie over each other."""
    found, places = [], []
    for widget in visible_controls(bench):
        place = QRect(widget.mapTo(bench, QPoint()), widget.size())
        name = f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()}"
        name += f" {getattr(widget, 'text', str)()}" if isinstance(widget, QLabel) else ""
        least = widget.minimumSizeHint()
        if widget.minimumHeight():
            least.setHeight(widget.minimumHeight())
        if widget.minimumWidth():
            least.setWidth(widget.minimumWidth())
        if isinstance(widget, QLabel) and widget.wordWrap():
            least.setHeight(widget.heightForWidth(widget.width()))
        if place.height() < least.height() or place.width() < least.width():
            found.append(f"{name}: {place.size()} is less than {least}")
        if not bench.rect().contains(place):
            found.append(f"{name}: {place} lies outside")
        for other, other_name in places:
            if place.intersects(other) and not (place.contains(other) or other.contains(place)):
                found.append(f"{name} {place} lies over {other_name} {other}")
        places.append((place, name))
    return found


def open_all(bench: DatasetBench) -> None:
    parts = bench.parts
    parts.left_out.add("broken.pdf is damaged.")
    parts.statistics.fold.setChecked(True)
    # clicked, so that it stays as it is when the bench's state changes
    parts.panel.shown.fold.setChecked(False)
    parts.panel.shown.fold.click()
    QApplication.processEvents()


def test_a_few_warnings_need_no_scroll_bar(bench: DatasetBench) -> None:
    left_out = bench.parts.left_out
    left_out.add("broken.pdf is damaged.")
    left_out.add("notes.pdf is not a PDF, whatever its name says.")
    left_out.setChecked(True)
    QApplication.processEvents()
    assert left_out.lines.verticalScrollBar().maximum() == 0


def test_nothing_is_cut_off_with_all_folds_open(
    qtbot: QtBot, bench: DatasetBench, window: MainWindow
) -> None:
    def has_room() -> None:
        assert cut_off(bench) == []

    qtbot.waitUntil(has_room)
    open_all(bench)
    assert bench.parts.panel.shown.details.isVisible()
    qtbot.waitUntil(lambda: bench.parts.middle.height() > 0.35 * bench.height())
    assert (window.width(), window.height()) == SMALL
    qtbot.waitUntil(has_room)
    # as while a job runs
    window.job_bar.setFixedHeight(40)
    window.job_bar.show()
    qtbot.waitUntil(has_room)
    assert window.height() == SMALL[1]
    bench.parts.left_out.click()
    qtbot.waitUntil(has_room)


def test_the_sentences_and_the_settings_make_room_for_each_other(bench: DatasetBench) -> None:
    open_all(bench)
    parts = bench.parts
    parts.left_out.click()
    assert parts.left_out.lines.isVisible()
    assert parts.panel.shown.details.isHidden()
    parts.panel.shown.fold.click()
    assert parts.left_out.lines.isHidden()


@pytest.mark.parametrize("height", [640, 680, 777, 900])
def test_rows_are_seen_whole(bench: DatasetBench, window: MainWindow, height: int) -> None:
    window.resize(SMALL[0], height)
    QApplication.processEvents()
    grid = bench.parts.grid
    room = grid.viewport().rect()
    for key in (0, PAGES - 1, 20):
        grid.choose(key)
        for page in range(PAGES):
            place = grid.place_of(page)
            assert not place.intersects(room) or room.contains(place)
    for choices in (bench.parts.filters.states, bench.parts.filters.documents):
        view = choices.view
        row = view.sizeHintForRow(0)
        assert view.viewport().height() % row == 0
        assert view.viewport().height() >= 2 * row


def test_the_settings_can_be_used_without_seeing_them(bench: DatasetBench) -> None:
    open_all(bench)
    nameless = [
        widget
        for widget in visible_controls(bench)
        if not isinstance(widget, QLabel) and not widget.accessibleName() and not words_of(widget)
    ]
    assert nameless == []
    unreachable = [
        widget
        for widget in visible_controls(bench)
        if not isinstance(widget, QLabel) and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert unreachable == []


def words_of(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton) else ""


def test_many_selected_pages_move_nothing(
    qtbot: QtBot, bench: DatasetBench, window: MainWindow
) -> None:
    qtbot.wait(50)
    before = [part.geometry() for part in (bench.parts.filters, bench.parts.inspector)]
    bench.parts.ordering.words.setText("12,345 of 100,000 shown, 12,345 selected")
    bench.parts.statistics.summary.setText("100,000 pages · 1.2 GB · 1024 px, grey, stretch")
    bench.parts.statistics.fold.click()
    qtbot.wait(50)
    assert [part.geometry() for part in (bench.parts.filters, bench.parts.inspector)] == before
    qtbot.waitUntil(lambda: bool(bench.parts.ordering.words.toolTip()))


def test_the_settings_fit_a_narrow_window(bench: DatasetBench) -> None:
    bench.parts.panel.shown.fold.click()
    assert bench.minimumSizeHint().width() <= 960


def test_in_the_smallest_window_the_bench_is_scrolled_not_cut_off(
    qtbot: QtBot, bench: DatasetBench, window: MainWindow
) -> None:
    def has_room() -> None:
        assert cut_off(bench) == []

    window.resize(window.minimumSize())
    open_all(bench)
    window.job_bar.setFixedHeight(40)
    window.job_bar.show()
    qtbot.waitUntil(lambda: bench.height() > bench.visibleRegion().boundingRect().height())
    assert (window.width(), window.height()) == (960, 560)
    qtbot.waitUntil(has_room)
    button = bench.parts.inspector.toggle
    assert not is_seen(button)
    grid = bench.parts.grid
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    for _ in range(30):
        if not button.hasFocus():
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert button.hasFocus()
    assert is_seen(button)
    window.resize(*LARGE)
    qtbot.waitUntil(lambda: is_seen(bench))


def test_whoever_scrolls_a_small_window_changes_no_setting(
    qtbot: QtBot, bench: DatasetBench, window: MainWindow
) -> None:
    window.resize(window.minimumSize())
    open_all(bench)
    qtbot.waitUntil(lambda: bench.height() > bench.visibleRegion().boundingRect().height())
    bench.parts.grid.setFocus()
    qtbot.waitUntil(bench.parts.grid.hasFocus)
    box = bench.parts.panel.shown.shape.control("resolution")
    before = bench.parts.panel.value()
    here = box.mapTo(window, box.rect().center())
    QTest.wheelEvent(window.windowHandle(), here, QPoint(0, -120))
    qtbot.waitUntil(lambda: bench.y() < 0)
    assert bench.parts.panel.value() == before


def is_seen(widget: QWidget) -> bool:
    """Whether no part of it is hidden by anything it lies in."""
    return widget.visibleRegion().boundingRect() == widget.rect()

"""Building on the Dataset bench, and looking at what was built."""

import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from deepzine_gui.child import in_child
from deepzine_gui.dataset import NO_RULES, open_dataset
from deepzine_gui.progress import Event, Progress
from deepzine_gui.project import Project
from deepzine_gui.ui.dataset import DatasetBench
from deepzine_gui.ui.main_window import MainWindow
from tests.patience import PATIENCE_S
from tests.ui.dataset.pictures import PAGES, build, picture, press, thumbnail, wait_for_dataset


def test_an_empty_bench_leads_back_to_collect(qtbot: QtBot, window: MainWindow) -> None:
    window.workbench.setCurrentIndex(1)
    bench = window.workbench.bench("dataset")
    assert isinstance(bench, DatasetBench)
    assert bench.parts.empty.button.text() == "Go to Collect"
    qtbot.mouseClick(bench.parts.empty.button, Qt.MouseButton.LeftButton)
    assert window.workbench.currentIndex() == 0


def test_build_shows_every_page_and_what_to_do_next(
    qtbot: QtBot, window: MainWindow, built: DatasetBench
) -> None:
    assert len(built.parts.grid.shown) == PAGES
    assert window.workbench.tabText(1) == f"Dataset  {PAGES} pages"
    assert "16 px, grey, pad" in built.parts.statistics.summary.text()
    assert built.parts.panel.next.property("primary")
    assert "Build again" in [action.text() for action in built.commands()]
    assert not built.parts.panel.build.property("primary")


def test_a_chosen_page_is_shown_large_and_small(qtbot: QtBot, built: DatasetBench) -> None:
    inspector = built.parts.inspector
    built.parts.grid.choose(20)

    def width() -> int:
        return 0 if inspector.view.image is None else inspector.view.image.width()

    qtbot.waitUntil(lambda: inspector.page == 20 and width() == 16)
    qtbot.mouseClick(inspector.sizes.button(4), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: width() == 4)
    with open_dataset(built.project.dataset) as opened:  # type: ignore[union-attr]
        page = opened.page(20)[0]
    assert inspector.view.image is not None
    shown = QColor(inspector.view.image.pixel(1, 2)).red()
    assert abs(shown - page[8:12, 4:8].mean()) <= 1
    built.parts.grid.choose(21)
    qtbot.waitUntil(lambda: inspector.page == 21 and width() == 4)


def test_thumbnails_come_when_they_are_looked_at(qtbot: QtBot, built: DatasetBench) -> None:
    qtbot.waitUntil(lambda: thumbnail(built, 35) is not None)
    found = [thumbnail(built, page) for page in (0, 35)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[1].red() - found[0].red() > 40


def test_keys_set_aside_label_and_undo(
    qtbot: QtBot, window: MainWindow, built: DatasetBench
) -> None:
    grid, table = built.parts.grid, built.viewing.table
    grid.choose(3)
    press(qtbot, built, Qt.Key.Key_Delete)
    assert np.flatnonzero(~table.kept).tolist() == [3]
    assert window.workbench.tabText(1) == f"Dataset  {PAGES - 1} pages"
    assert built.parts.inspector.toggle.text() == "Bring back"
    press(qtbot, built, Qt.Key.Key_L)
    qtbot.waitUntil(built.parts.label_line.line.hasFocus)
    qtbot.keyClicks(built.parts.label_line.line, "cover")
    press(qtbot, built, Qt.Key.Key_Return)
    assert table.label_of(3) == "cover"
    qtbot.waitUntil(grid.hasFocus)
    press(qtbot, built, Qt.Key.Key_Z, control=True)
    press(qtbot, built, Qt.Key.Key_Z, control=True)
    assert (table.label_of(3), bool(table.kept[3])) == ("", True)
    press(qtbot, built, Qt.Key.Key_Y, control=True)
    assert not table.kept[3]
    qtbot.waitUntil(lambda: built.marking.is_saved)
    with open_dataset(built.project.dataset) as opened:  # type: ignore[union-attr]
        assert np.flatnonzero(opened.columns().state).tolist() == [3]


def test_escape_leaves_the_labels(qtbot: QtBot, built: DatasetBench) -> None:
    built.parts.grid.choose(3)
    press(qtbot, built, Qt.Key.Key_L)
    qtbot.waitUntil(built.parts.label_line.line.hasFocus)
    qtbot.keyClicks(built.parts.label_line.line, "no")
    press(qtbot, built, Qt.Key.Key_Escape)
    assert built.parts.label_line.isHidden()
    assert not built.viewing.table.label_of(3)


def test_filters_order_and_statistics_follow_marks(qtbot: QtBot, built: DatasetBench) -> None:
    parts = built.parts
    parts.statistics.fold.click()
    parts.filters.states.choose("kept")
    parts.grid.choose(5)
    press(qtbot, built, Qt.Key.Key_Delete)
    assert 5 not in parts.grid.shown
    assert parts.grid.current == 6
    qtbot.waitUntil(lambda: not parts.statistics._stale)
    assert parts.statistics.aside._counts == []
    parts.filters.states.choose("by hand")
    assert parts.grid.shown.tolist() == [5]
    qtbot.waitUntil(lambda: parts.statistics.aside._counts == [("by hand", 1)])
    qtbot.waitUntil(lambda: parts.statistics.mean.image is not None)
    press(qtbot, built, Qt.Key.Key_Delete)
    assert len(parts.grid.shown) == PAGES
    parts.grid.choose(9)
    built.page_commands.likeness.trigger()
    assert parts.grid.shown[0] == 9
    assert sorted(parts.grid.shown.tolist()) == list(range(PAGES))


def test_rules_hold_at_once_and_are_undone(qtbot: QtBot, built: DatasetBench) -> None:
    rules = NO_RULES.model_copy(update={"skip_first": 4})
    built.parts.panel.set_rules(rules)
    built.parts.panel.rules_changed.emit()
    qtbot.waitUntil(lambda: int((~built.viewing.table.kept).sum()) == 4)
    built.undo()
    assert built.viewing.table.kept.all()
    assert built.parts.panel.rules() == NO_RULES


def test_marks_survive_another_start(qtbot: QtBot, built: DatasetBench) -> None:
    built.parts.grid.selectAll()
    built.page_commands.toggle.trigger()
    assert built.project is not None
    built.open_project(Project.open(built.project.folder))
    wait_for_dataset(qtbot, built)
    assert not built.viewing.table.kept.any()
    assert built.parts.panel.value().resolution == 16


def test_pages_arrive_while_they_are_built(
    qtbot: QtBot,
    window: MainWindow,
    bench: DatasetBench,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    more = []
    for document in range(4):
        folder = tmp_path / f"more {document}"
        folder.mkdir()
        for number in range(15):
            picture(number + document, 256).save(folder / f"{number}.png")
        more.append(folder)
    window.workbench.bench("collect").add_sources(more)
    may_end, live = threading.Event(), []
    order = bench.parts.ordering.order

    def held(*given: Any, **more: Any) -> Generator[Event]:
        for event in in_child(*given, **more):
            if isinstance(event, Progress) and event.what.startswith("Writing"):
                may_end.wait(PATIENCE_S)
            yield event

    def look(_: object) -> None:
        if bench.making.is_running:
            live.append(bench.viewing.table.count)
            assert order.itemText(0) == "As they come"
            may_end.set()

    monkeypatch.setattr("deepzine_gui.ui.dataset.making.in_child", held)
    bench.viewing.opened.connect(look)
    build(qtbot, bench)
    assert may_end.is_set()
    assert live == sorted(live)
    assert order.itemText(0) == "In document order"
    assert bench.viewing.table.count == PAGES + 4 * 15
    assert {document.name for document in bench.viewing.table.documents} >= {"more 3"}

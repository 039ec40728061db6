"""Building on the Dataset bench, and looking at what was built."""

import shutil
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deepzine_gui import dataset
from deepzine_gui.child import in_child
from deepzine_gui.dataset import NO_RULES, PageSettings, open_dataset
from deepzine_gui.progress import Event, Progress
from deepzine_gui.project import Project
from deepzine_gui.ui.dataset import DatasetBench
from deepzine_gui.ui.main_window import MainWindow
from tests.patience import PATIENCE_S

PAGES = 40
PLAIN = PageSettings(resolution=16, split=0, trim=0, straighten=0)


def picture(number: int, side: int = 64) -> Image.Image:
    """A page with its number's bits as bars, in a dark that is its own: no two are alike."""
    page = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(page)
    for bit in range(8):
        if number >> bit & 1:
            draw.rectangle((8 * bit, 8, 8 * bit + 6, side - 8), fill=60)
    draw.rectangle((0, 0, side, 6), fill=60 + 2 * number)
    return page


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pictures."""
    folder = tmp_path_factory.mktemp("all") / "pictures"
    folder.mkdir()
    for number in range(PAGES):
        picture(number).save(folder / f"{number:02}.png")
    return folder


@pytest.fixture(scope="session")
def dataset_of_pictures(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Path:
    """What building from `pictures` gives."""
    out = tmp_path_factory.mktemp("built") / "dataset.h5"
    list(dataset.build([pictures], out, settings=PLAIN, rules=NO_RULES, workers=1))
    return out


@pytest.fixture
def bench(window: MainWindow, pictures: Path) -> DatasetBench:
    """The bench of a project with one folder of pictures."""
    window.workbench.bench("collect").add_sources([pictures])
    window.workbench.setCurrentIndex(1)
    bench = window.workbench.bench("dataset")
    assert isinstance(bench, DatasetBench)
    bench.parts.panel.set_rules(NO_RULES)
    return bench


def build(qtbot: QtBot, bench: DatasetBench) -> None:
    bench.parts.panel.set_value(PLAIN)
    bench.build()
    wait_for_dataset(qtbot, bench)


def wait_for_dataset(qtbot: QtBot, bench: DatasetBench) -> None:
    qtbot.waitUntil(lambda: not bench.making.is_running and bench._opened is not None)


def thumbnail(bench: DatasetBench, page: int) -> "QColor | None":
    """The colour of a page's first pixel, as the grid has it."""
    image = bench.parts.thumbnails.get(page, bench.parts.grid.page_px, 1.0)
    return None if image is None else QColor(image.pixel(2, 2))


def press(qtbot: QtBot, bench: DatasetBench, key: Qt.Key, *, control: bool = False) -> None:
    held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(QApplication.focusWidget() or bench.parts.grid, key, held)


@pytest.fixture
def built(
    qtbot: QtBot, window: MainWindow, bench: DatasetBench, dataset_of_pictures: Path
) -> DatasetBench:
    """The bench with its dataset built before, the keys going to the grid."""
    assert bench.project is not None
    shutil.copy(dataset_of_pictures, bench.project.dataset)
    bench.parts.panel.set_value(PLAIN)
    bench.parts.panel.settings_changed.emit()
    bench.activated()
    wait_for_dataset(qtbot, bench)
    window.activateWindow()
    bench.parts.grid.setFocus()
    qtbot.waitUntil(bench.parts.grid.hasFocus)
    return bench


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

    def held(*given: Any, **more: Any) -> Generator[Event]:
        for event in in_child(*given, **more):
            if isinstance(event, Progress) and event.what.startswith("Writing"):
                may_end.wait(PATIENCE_S)
            yield event

    def look(_: object) -> None:
        if bench.making.is_running:
            live.append(bench.viewing.table.count)
            may_end.set()

    monkeypatch.setattr("deepzine_gui.ui.dataset.making.in_child", held)
    bench.viewing.opened.connect(look)
    build(qtbot, bench)
    assert may_end.is_set()
    assert live == sorted(live)
    assert bench.viewing.table.count == PAGES + 4 * 15
    assert {document.name for document in bench.viewing.table.documents} >= {"more 3"}


def test_a_foreign_dataset_is_said_in_place_and_kept_aside(
    qtbot: QtBot, bench: DatasetBench
) -> None:
    assert bench.project is not None
    bench.project.dataset.write_text("not HDF5")
    bench.activated()
    qtbot.waitUntil(lambda: "dataset.h5" in bench.parts.empty._sentence.text())
    assert bench.parts.empty.button.text() == "Build"
    build(qtbot, bench)
    assert bench.viewing.table.count == PAGES
    assert (bench.project.folder / "dataset-damaged.h5").read_text() == "not HDF5"


def test_a_dataset_that_was_deleted_is_said_and_built_again(
    qtbot: QtBot, window: MainWindow, built: DatasetBench
) -> None:
    assert built.project is not None
    built.project.dataset.unlink()
    window.workbench.setCurrentIndex(0)
    window.workbench.setCurrentIndex(1)
    assert "not there any more" in built.parts.empty._sentence.text()
    assert built.primary_button() in (built.parts.empty.button, built.parts.panel.build)
    assert window.workbench.tabText(1) == "Dataset"
    build(qtbot, built)


def test_documents_that_came_after_the_build_ask_for_another_one(
    qtbot: QtBot, window: MainWindow, built: DatasetBench, tmp_path: Path
) -> None:
    parts = built.parts
    qtbot.waitUntil(lambda: built.newcomers._look is None)
    assert parts.remark.isHidden()
    built.marking.set_aside(np.array([3]))
    later = tmp_path / "later.png"
    picture(99).save(later)
    window.workbench.bench("collect").add_sources([later])
    built.activated()
    qtbot.waitUntil(parts.remark.isVisible)
    assert parts.remark.text().startswith("1 document is not in this dataset yet: ")
    # the menu does not say again what the primary button does
    assert "Build again" not in [action.text() for action in built.commands()]
    assert built.primary_button() is parts.panel.build
    build(qtbot, built)
    assert built.viewing.table.count == PAGES + 1
    assert np.flatnonzero(~built.viewing.table.kept).tolist() == [3]
    qtbot.waitUntil(lambda: built.newcomers._look is None)
    assert parts.remark.isHidden()


def test_ctrl_return_presses_whichever_button_is_red(
    qtbot: QtBot, window: MainWindow, bench: DatasetBench
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait_for_dataset(qtbot, bench)
    with qtbot.waitSignal(bench.next_step):
        qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_bad_document_is_left_out_and_said(
    qtbot: QtBot, window: MainWindow, bench: DatasetBench, tmp_path: Path
) -> None:
    bad = tmp_path / "broken.pdf"
    bad.write_bytes(b"%PDF-1.4 and then nothing")
    window.workbench.bench("collect").add_sources([bad])
    build(qtbot, bench)
    assert bench.viewing.table.count == PAGES
    assert bench.parts.left_out.count == 1
    assert bench.parts.left_out.text() == "Pages of 1 document could not be read: see why"
    assert "broken.pdf" in bench.parts.left_out.lines.toPlainText()
    # what gave no page is no newcomer, also after another start
    assert bench.project is not None
    bench.open_project(Project.open(bench.project.folder))
    bench.activated()
    qtbot.waitUntil(lambda: bench._opened is not None)
    qtbot.waitUntil(lambda: bench.newcomers._look is None)
    assert bench.parts.remark.isHidden()


def test_rules_chosen_before_a_build_are_kept(bench: DatasetBench) -> None:
    assert bench.project is not None
    bench.parts.panel.set_rules(NO_RULES.model_copy(update={"skip_first": 2}))
    bench.parts.panel.rules_changed.emit()
    project = Project.open(bench.project.folder)
    assert project.choices.rules["skip_first"] == 2
    bench.parts.panel.set_rules(NO_RULES)
    bench.open_project(project)
    assert bench.parts.panel.rules().skip_first == 2


def test_what_a_killed_build_had_finished_is_shown(
    bench: DatasetBench, pictures: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    project = bench.project
    assert project is not None
    parts = project.folder / "dataset.h5.parts"
    job = dataset.build([pictures], project.dataset, settings=PLAIN, workers=1)
    added = 0
    while added < PAGES:
        event = next(job)
        added += event.pages if isinstance(event, dataset.PagesAdded) else 0
    shutil.copytree(parts, tmp_path / "as a kill leaves it")
    job.close()
    project.dataset.unlink()
    shutil.move(tmp_path / "as a kill leaves it", parts)
    bench.open_project(project)
    qtbot.waitUntil(lambda: bench.viewing.table.count == PAGES)
    assert project.dataset.exists()

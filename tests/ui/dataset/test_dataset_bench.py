"""Building on the Dataset bench, and looking at what was built."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from deepzine_gui.project import Project
from deepzine_gui.ui.dataset import DatasetBench
from deepzine_gui.ui.main_window import MainWindow

PAGES = 40


@pytest.fixture
def bench(window: MainWindow, tmp_path: Path) -> DatasetBench:
    """The bench of a project with one folder of pictures, each of another grey."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(PAGES):
        grey = np.full((20, 16), 6 * number, np.uint8)
        Image.fromarray(grey).save(pictures / f"{number:02}.png")
    window.workbench.bench("collect").add_sources([pictures])
    window.workbench.setCurrentIndex(1)
    bench = window.workbench.bench("dataset")
    assert isinstance(bench, DatasetBench)
    return bench


def build(qtbot: QtBot, bench: DatasetBench) -> None:
    resolution = bench.panel.form.value().model_copy(update={"resolution": 16})
    bench.panel.form.set_value(resolution)
    bench.build()
    qtbot.waitUntil(lambda: bench._job is None and bench._opened is not None, timeout=60_000)


def test_an_empty_bench_leads_back_to_collect(qtbot: QtBot, window: MainWindow) -> None:
    window.workbench.setCurrentIndex(1)
    bench = window.workbench.bench("dataset")
    assert isinstance(bench, DatasetBench)
    assert bench.empty.button.text() == "Go to Collect"
    qtbot.mouseClick(bench.empty.button, Qt.MouseButton.LeftButton)
    assert window.workbench.currentIndex() == 0


def test_build_shows_every_page_and_what_to_do_next(
    qtbot: QtBot, window: MainWindow, bench: DatasetBench
) -> None:
    build(qtbot, bench)
    assert bench.model.rowCount() == PAGES
    assert window.workbench.tabText(1) == f"Dataset  {PAGES} pages"
    assert "16 px, grey, pad" in bench.summary.text()
    assert bench.panel.next.property("primary")
    assert not bench.panel.build.property("primary")


def test_a_chosen_page_is_shown_large(qtbot: QtBot, bench: DatasetBench) -> None:
    build(qtbot, bench)
    bench.grid.setCurrentIndex(bench.model.index(20))

    def grey_of_page_20() -> bool:
        image = bench.inspector.view.image
        return image is not None and QColor(image.pixel(8, 8)).red() == 120

    qtbot.waitUntil(grey_of_page_20, timeout=20_000)


def test_thumbnails_come_when_they_are_looked_at(qtbot: QtBot, bench: DatasetBench) -> None:
    build(qtbot, bench)
    role = Qt.ItemDataRole.DecorationRole
    qtbot.waitUntil(lambda: bench.model.index(35).data(role) is not None, timeout=20_000)
    image = bench.model.index(35).data(role)
    assert QColor(image.pixel(8, 8)).red() == 210


def test_reopening_shows_the_dataset_and_its_settings(qtbot: QtBot, bench: DatasetBench) -> None:
    build(qtbot, bench)
    assert bench.project is not None
    bench.open_project(Project.open(bench.project.folder))
    qtbot.waitUntil(lambda: bench.model.rowCount() == PAGES, timeout=20_000)
    assert bench.panel.form.value().resolution == 16


def test_a_foreign_dataset_is_said_in_place_and_kept_aside(
    qtbot: QtBot, bench: DatasetBench
) -> None:
    assert bench.project is not None
    bench.project.dataset.write_text("not HDF5")
    bench.activated()
    qtbot.waitUntil(lambda: "dataset.h5" in bench.empty._sentence.text(), timeout=20_000)
    assert bench.empty.button.text() == "Build"
    build(qtbot, bench)
    assert bench.model.rowCount() == PAGES
    assert (bench.project.folder / "dataset-damaged.h5").read_text() == "not HDF5"


def test_a_dataset_that_was_deleted_is_said_and_built_again(
    qtbot: QtBot, window: MainWindow, bench: DatasetBench
) -> None:
    build(qtbot, bench)
    assert bench.project is not None
    bench.project.dataset.unlink()
    window.workbench.setCurrentIndex(0)
    window.workbench.setCurrentIndex(1)
    assert "not there any more" in bench.empty._sentence.text()
    assert bench.primary_button() is bench.empty.button
    assert window.workbench.tabText(1) == "Dataset"
    build(qtbot, bench)


def test_documents_that_came_after_the_build_ask_for_another_one(
    qtbot: QtBot, window: MainWindow, bench: DatasetBench, tmp_path: Path
) -> None:
    build(qtbot, bench)
    qtbot.waitUntil(lambda: bench.newcomers._look is None)
    assert bench.remark.isHidden()
    later = tmp_path / "later.png"
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(later)
    window.workbench.bench("collect").add_sources([later])
    bench.activated()
    qtbot.waitUntil(bench.remark.isVisible, timeout=20_000)
    assert bench.remark.text() == "1 document is not in this dataset yet."
    assert bench.primary_button() is bench.panel.build
    build(qtbot, bench)
    qtbot.waitUntil(lambda: bench.model.rowCount() == PAGES + 1, timeout=20_000)
    qtbot.waitUntil(lambda: bench.newcomers._look is None)
    assert bench.remark.isHidden()


def test_ctrl_return_presses_whichever_button_is_red(
    qtbot: QtBot, window: MainWindow, bench: DatasetBench
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bench._job is None and bench._opened is not None, timeout=60_000)
    with qtbot.waitSignal(bench.next_step):
        qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_bad_document_is_left_out_and_said(
    qtbot: QtBot, window: MainWindow, bench: DatasetBench, tmp_path: Path
) -> None:
    bad = tmp_path / "broken.pdf"
    bad.write_bytes(b"%PDF-1.4 and then nothing")
    window.workbench.bench("collect").add_sources([bad])
    build(qtbot, bench)
    assert bench.model.rowCount() == PAGES
    assert bench.left_out.count == 1
    assert "broken.pdf" in bench.left_out._lines.toPlainText()
    # what gave no page is no newcomer, also after another start
    assert bench.project is not None
    bench.open_project(Project.open(bench.project.folder))
    bench.activated()
    qtbot.waitUntil(lambda: bench._opened is not None, timeout=20_000)
    qtbot.waitUntil(lambda: bench.newcomers._look is None)
    assert bench.remark.isHidden()

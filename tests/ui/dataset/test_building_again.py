"""The Dataset bench when there is to be built again, and what it says of what was left out."""

import shutil
from pathlib import Path

import h5py
import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from deepzine_gui import dataset
from deepzine_gui.dataset import NO_RULES
from deepzine_gui.project import Project
from deepzine_gui.ui.dataset import DatasetBench
from deepzine_gui.ui.main_window import MainWindow
from tests.ui.dataset.pictures import (
    PAGES,
    PLAIN,
    build,
    picture,
    wait_for_dataset,
)


def test_a_foreign_dataset_is_said_in_place_and_kept_aside(
    qtbot: QtBot, bench: DatasetBench
) -> None:
    assert bench.project is not None
    kept = bench.project.folder / "dataset-damaged.h5"
    kept.write_text("an earlier one")
    bench.project.dataset.write_text("not HDF5")
    bench.activated()
    qtbot.waitUntil(lambda: "dataset.h5" in bench.parts.empty._sentence.text())
    assert bench.parts.empty.button.text() == "Build"
    build(qtbot, bench)
    assert bench.viewing.table.count == PAGES
    assert kept.read_text() == "an earlier one"
    assert kept.with_stem("dataset-damaged1").read_text() == "not HDF5"


def test_a_table_that_cannot_be_trusted_is_said_and_the_pages_stay(
    qtbot: QtBot, built: DatasetBench
) -> None:
    assert built.project is not None
    path = built.project.dataset
    with h5py.File(path) as file:
        places = [file[name].id.get_offset() for name in ("pages/ink", "documents/pages")]
        places.append(file["rules"].id.get_offset())
        name = file["documents/name"][0].decode()
    content = bytearray(path.read_bytes())
    for place in places:
        content[place] ^= 1
    path.write_bytes(content)
    built.activated()
    qtbot.waitUntil(lambda: "the first is page 1" in built.parts.remark.text())
    assert built.parts.remark.text() == (
        f"{path} is damaged: what it says of the rules and 1 page (the first is page 1) and 1 "
        f"document (the first is {name}) cannot be trusted. Build the dataset again."
    )
    assert built.viewing.table.count == PAGES
    build(qtbot, built)
    qtbot.waitUntil(built.parts.remark.isHidden)


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
    assert bench.parts.left_out.text() == "1 warning of the last build: see why"
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

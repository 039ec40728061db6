"""The Train bench while there is nothing to train on."""

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from deepzine_gui.project import Project
from deepzine_gui.ui.train import TrainBench


def test_without_a_dataset_the_bench_leads_to_where_one_is_made(
    qtbot: QtBot, bench: TrainBench, project: Project
) -> None:
    bench.open_project(project)
    bench.activated()
    assert bench.empty.isVisible()
    with qtbot.waitSignal(bench.previous_step):
        qtbot.mouseClick(bench.empty.button, Qt.MouseButton.LeftButton)


def test_who_waits_for_the_dataset_sees_it_come(
    qtbot: QtBot, bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    bench._watch.setInterval(10)
    told = bench.empty.findChild(QLabel)
    assert told is not None
    bench.open_project(project)
    bench.activated()
    assert "build one" in told.text()
    parts = project.dataset.with_name(project.dataset.name + ".parts")
    parts.mkdir()
    qtbot.waitUntil(lambda: "still being built" in told.text())
    parts.rmdir()
    shutil.copy(small_dataset, project.dataset)
    qtbot.waitUntil(lambda: not bench.empty.isVisible())
    qtbot.waitUntil(lambda: not bench._watch.isActive())

"""A run read back: what is shown of it, and whether it can go on."""

import shutil
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from deepzine_gui.project import Project
from deepzine_gui.ui.train import TrainBench
from tests.ui.train.plots import plot_of
from tests.ui.train.story import keep, write_run


def test_an_earlier_run_shows_its_plots_and_samples(
    qtbot: QtBot, bench: TrainBench, project: Project
) -> None:
    steps = [{"kimg": 0.1 * number, "g_loss": float(number)} for number in range(1, 101)]
    write_run(project.runs / "run-1", steps, samples=(2.0, 9.0))
    write_run(project.runs / "run-2", [{"kimg": 1.0, "diversity": 0.05}] * 4)
    project.choices.run = "run-1"
    bench.open_project(project)
    bench.activated()
    qtbot.waitUntil(lambda: len(bench.plots.plots) == 8)
    x, y = plot_of(bench, "g_loss").lines["g_loss"].getData()
    assert np.allclose(x, [step["kimg"] for step in steps])
    assert np.allclose(y, np.arange(1, 101))
    assert "stopped while growing 8 px" in bench.status.text()
    assert "Healthy" in bench.doctor.text.text()

    image = bench.samples.view.image
    assert image is not None
    assert image.pixelColor(0, 0).red() == 9
    bench.samples.scrubber.setValue(0)
    assert bench.samples.view.image.pixelColor(0, 0).red() == 2
    bench.samples.real.click()
    assert bench.samples.view.image.pixelColor(0, 0).red() == 255

    row = bench.controls.runs.findData("run-2")
    bench.controls.runs.setCurrentIndex(row)
    bench.controls.runs.activated.emit(row)
    assert project.choices.run == "run-2"
    assert "alike" in bench.doctor.text.text()
    assert bench.samples.view.image is None


def test_why_a_run_cannot_go_on_is_said_where_it_stands(
    bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    write_run(project.runs / "run-1", [{"kimg": 1.0}])
    project.choices.run = "run-1"
    bench.open_project(project)
    assert bench.controls.start.isVisible()
    project.dataset.unlink()
    bench.activated()
    assert "There is no dataset" in bench.status.text()
    assert bench.controls.start.isHidden()
    project.dataset.write_bytes(small_dataset.read_bytes()[:3000])
    bench.activated()
    assert "dataset.h5" in bench.status.text()
    assert bench.controls.start.isHidden()
    shutil.copy(small_dataset, project.dataset)
    bench.activated()
    assert bench.controls.start.isVisible()


def test_a_damaged_run_is_said_and_a_new_one_offered(
    qtbot: QtBot, bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    write_run(project.runs / "run-1", [])
    (project.runs / "run-1" / "config.yaml").write_text("resolution: [", "utf-8")
    project.choices.run = "run-1"
    with qtbot.waitSignal(bench.notice) as said:
        bench.open_project(project)
    assert "config.yaml cannot be read" in said.args[0]
    assert bench.controls.start.text() == "Start"


def test_the_run_looked_at_is_the_one_to_explore(
    qtbot: QtBot, bench: TrainBench, project: Project
) -> None:
    write_run(project.runs / "run-1", [{"kimg": 10.0}])
    keep(project.runs / "run-1", 9.0)
    project.choices.run = "run-1"
    project.choices.model = "of another kind"
    bench.open_project(project)
    with qtbot.waitSignal(bench.next_step):
        qtbot.mouseClick(bench.controls.explore, Qt.MouseButton.LeftButton)
    assert Project.open(project.folder).choices.model == project.model_of_run("run-1")

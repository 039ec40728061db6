"""Runs at work: begun, told of, paused, stopped, given up, gone on with."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from deepzine_gui import training
from deepzine_gui.networks import find_model
from deepzine_gui.progress import Notice, Progress
from deepzine_gui.project import Project
from deepzine_gui.training import Recovered, SamplesSaved
from deepzine_gui.training.guard.ledger import Ledger, Recovery
from deepzine_gui.training.recipe.remedies import Remedies
from deepzine_gui.training.story import Story, write_config
from deepzine_gui.ui.train import TrainBench
from deepzine_gui.ui.train.record import RunRecord
from tests.patience import PATIENCE_MS
from tests.ui.train.story import TINY, keep, write_run


@pytest.mark.usefixtures("jobs_here")
def test_a_run_without_a_checkpoint_begins_anew(
    qtbot: QtBot, bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    write_run(project.runs / "run-1", [])
    write_config(project.runs / "run-1", TINY)
    project.choices.run = "run-1"
    bench.open_project(project)
    assert bench.controls.start.text() == "Start"
    assert bench.primary_button() is bench.controls.start
    assert "no checkpoint" in bench.status.text()
    qtbot.mouseClick(bench.controls.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench._running is not None and bench._running.last is not None)
    qtbot.mouseClick(bench.controls.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench._job is None)
    assert project.run_names() == ["run-1"]
    assert bench.controls.start.text() == "Go on"
    assert "ends about" not in bench.status.text()

    bench.start()
    assert "ends about" not in bench.status.text()
    bench._stop()
    qtbot.waitUntil(lambda: bench._job is None)


def test_what_a_run_has_to_say_is_shown(
    qtbot: QtBot, bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    write_run(project.runs / "run-1", [])
    bench.open_project(project)
    bench._running = RunRecord.read(project.runs / "run-1")
    with qtbot.waitSignal(bench.notice) as said:
        bench._take_event(Notice("The disk is full.", "warning"))
    assert said.args == ["The disk is full.", "warning"]


def test_a_run_given_up_at_its_end_stands_where_its_model_does(
    qtbot: QtBot, bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    run = project.runs / "run-1"
    total = training.total_kimg(write_run(run, [{"kimg": 10.0}], samples=(8.0,)))
    keep(run, 9.0)
    project.choices.run = "run-1"
    bench.open_project(project)
    # as it is while a run works: what the last word takes back is not told by an event
    bench._running = bench._record
    bench._take_event(Progress(total, total, "kimg", "learning 32 px"))
    bench._take_event(SamplesSaved(run / "samples" / "000070.000.png", 70.0, 32))
    assert bench.samples.view.image is None
    given_up = Recovered(
        "Stopped.", "warning", kimg=9.0, alarm_kimg=total, rule="diversity", attempt=4
    )
    Story(run).tell(given_up)
    with qtbot.waitSignal(bench.brought):
        bench._end(False)
    assert "stopped while" in bench.status.text()
    assert "kimg 9 of" in bench.status.text()
    assert bench.controls.start.text() == "Go on"
    assert bench.controls.start.isEnabled()
    assert bench.doctor.text.text() == "Stopped."
    assert bench.samples.view.image is not None


def test_a_run_starts_pauses_stops_and_goes_on(
    qtbot: QtBot, bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    project.choices.training = TINY.model_dump(mode="json")
    marks: list[str] = []
    bench.mark_changed.connect(marks.append)
    brought: list[bool] = []
    bench.brought.connect(lambda: brought.append(True))
    bench.open_project(project)
    qtbot.mouseClick(bench.controls.start, Qt.MouseButton.LeftButton)
    run = project.runs / "run-1"
    qtbot.waitUntil(lambda: len(training.sample_files(run)) > 2)
    qtbot.waitUntil(lambda: "● 8 px" in marks)
    assert not bench.controls.start.isVisible()
    qtbot.mouseClick(bench.controls.pause, Qt.MouseButton.LeftButton)
    assert bench.controls.pause.text() == "Go on"
    assert bench.status.text().startswith("Paused")
    qtbot.mouseClick(bench.controls.pause, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(bench.controls.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench._job is None)
    assert find_model(run).is_file()
    assert brought  # a checkpoint, which Explore may want to see
    assert bench.controls.start.text() == "Go on"
    assert bench.samples.view.image is not None

    before = bench._record
    assert before is not None
    stopped_at = before.kimg
    again = TrainBench()
    qtbot.addWidget(again)
    again.open_project(Project.open(project.folder))
    assert again._record is not None
    assert again._record.kimg == pytest.approx(stopped_at, abs=0.5)
    again.start()
    job = again._job
    assert job is not None
    qtbot.waitUntil(lambda: again._running is not None and again._running.kimg > stopped_at)
    job.stop()
    qtbot.waitUntil(lambda: again._job is None)
    assert job.wait(PATIENCE_MS)


@pytest.mark.usefixtures("jobs_here")
def test_a_run_led_back_to_its_start_keeps_what_was_changed(
    qtbot: QtBot, bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    run = project.runs / "run-1"
    write_run(run, [])
    write_config(run, TINY)
    changed = Recovery(9.0, 0, 0.0, "diversity", 0.0, Remedies(0.5, 2.0), 0.0, "Anew.")
    Ledger((changed,)).write(run)
    project.choices.run = "run-1"
    bench.open_project(project)
    with qtbot.waitSignal(bench.notice, check_params_cb=lambda text, _: text == "Anew."):
        bench.start()
    bench._stop()
    qtbot.waitUntil(lambda: bench._job is None)
    assert Ledger.read(run).remedies == Remedies(0.5, 2.0)

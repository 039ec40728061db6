"""The Train bench on real runs and on runs read back."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from deepzine_gui import training
from deepzine_gui.networks import find_model
from deepzine_gui.progress import Notice, Progress
from deepzine_gui.project import Project
from deepzine_gui.training import Recovered, SamplesSaved, TrainingConfig
from deepzine_gui.training.guard.ledger import Ledger, Recovery
from deepzine_gui.training.recipe.remedies import Remedies
from deepzine_gui.training.story import Story, write_config
from deepzine_gui.ui.train import TrainBench
from deepzine_gui.ui.train.record import RunRecord
from tests.patience import PATIENCE_MS
from tests.ui.train.plots import plot_of
from tests.ui.train.story import keep, write_run

TINY = training.preset(
    "cpu-demo",
    resolution=8,
    latent_size=8,
    fmap_base=32,
    fmap_max=8,
    minibatch=4,
    fade_kimg=0.02,
    stable_kimg=0.02,
    final_kimg=500.0,
    sample_kimg=0.02,
)


def offered_sizes(bench: TrainBench) -> list[int]:
    box = bench.settings.few.control("resolution")
    assert isinstance(box, QComboBox)
    return [box.itemData(row) for row in range(box.count())]


def test_the_dataset_limits_the_page_size(
    bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    bench.open_project(project)
    assert offered_sizes(bench) == [8, 16]
    assert bench.settings.config.resolution == 16
    assert bench.controls.start.property("primary")
    assert bench.controls.start.text() == "Start"


def test_all_fields_and_the_fold_stand_on_one_line(
    bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    bench.open_project(project)
    settings = bench.settings
    fields = [settings.few.control(name) for name in ("final_kimg", "learning_rate")]
    for widget in (*fields, settings.fold):
        assert widget.height() == settings.presets.height()
        top = widget.mapTo(bench, QPoint(0, 0)).y()
        assert top == settings.presets.mapTo(bench, QPoint(0, 0)).y()


def test_all_settings_fit_a_narrow_window(
    bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    bench.open_project(project)
    bench.settings.fold.setChecked(True)
    bench.controls.show_state(new=False, can_start=True, running=True, paused=True, has_model=True)
    assert bench.minimumSizeHint().width() <= 960
    bench.window().resize(bench.minimumSizeHint())
    for control in bench.controls.findChildren(QPushButton):
        place = QRect(control.mapTo(bench, QPoint()), control.size())
        assert bench.rect().contains(place)


def test_a_number_still_being_typed_is_kept_when_the_bench_closes(
    qtbot: QtBot, bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    bench.open_project(project)
    box = bench.settings.few.control("learning_rate")
    assert isinstance(box, QDoubleSpinBox)
    box.selectAll()
    qtbot.keyClicks(box, "0.00005")
    bench.shut_down()
    assert Project.open(project.folder).choices.training["learning_rate"] == 0.00005


def test_every_setting_can_be_reached(bench: TrainBench) -> None:
    settings = bench.settings
    shown = [name for form in (settings.few, *settings.advanced) for name in form.names]
    assert sorted([*shown, "preset"]) == sorted(TrainingConfig.model_fields)
    tips = [settings.few.control("resolution").toolTip(), settings.presets.toolTip()]
    assert all(tips)


def test_a_preset_fills_every_tab_and_a_field_of_any_tab_counts(
    bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    bench.open_project(project)
    settings = bench.settings
    place = settings.presets.findData("default")
    settings.presets.setCurrentIndex(place)
    settings.presets.activated.emit(place)
    boxes = {name: form.control(name) for form in settings.advanced for name in form.names}
    limits, held_out, epsilon = (
        boxes[name] for name in ("minibatch_limits", "held_out", "adam_epsilon")
    )
    assert isinstance(limits, QLineEdit)
    assert isinstance(held_out, QDoubleSpinBox)
    assert isinstance(epsilon, QDoubleSpinBox)
    assert (limits.text(), held_out.value(), epsilon.value()) == ("64:32, 512:16", 0.05, 1e-8)
    limits.setText("64:8")
    limits.editingFinished.emit()
    held_out.setValue(0.1)
    assert settings.config.minibatch_limits == {64: 8}
    assert settings.config.held_out == 0.1
    limits.setText("64")
    limits.editingFinished.emit()
    assert limits.text() == "64:8"


def test_settings_changed_are_there_again(
    qtbot: QtBot, bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    bench.open_project(project)
    place = bench.settings.presets.findData("paper")
    bench.settings.presets.setCurrentIndex(place)
    bench.settings.presets.activated.emit(place)
    assert bench.settings.config.preset == "paper"
    assert bench.settings.config.resolution == 16
    bench.shut_down()
    again = TrainBench()
    qtbot.addWidget(again)
    again.open_project(Project.open(project.folder))
    assert again.settings.config == bench.settings.config


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
def test_how_long_a_run_would_take_is_measured(
    qtbot: QtBot, bench: TrainBench, project: Project, small_dataset: Path
) -> None:
    shutil.copy(small_dataset, project.dataset)
    project.choices.training = TINY.model_dump(mode="json")
    bench.open_project(project)
    settings = bench.settings
    qtbot.mouseClick(settings.how_long, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "measured" in settings._duration.text())
    assert settings._duration.text().startswith("· about ")
    assert settings.how_long.isHidden()
    settings.few.control("final_kimg").setValue(7)  # type: ignore[attr-defined]
    assert settings._duration.isHidden()
    assert not settings.how_long.isHidden()


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

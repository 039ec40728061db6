"""The settings of a run that is to be: offered, limited, kept, and timed."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from deepzine_gui.networks import resolutions_to
from deepzine_gui.project import Project
from deepzine_gui.training import TrainingConfig
from deepzine_gui.ui.train import TrainBench
from tests.ui.train.story import TINY


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
    assert set(bench.measuring.speeds_of(settings.config)) == set(resolutions_to(TINY.resolution))
    settings.few.control("final_kimg").setValue(7)  # type: ignore[attr-defined]
    assert settings._duration.isHidden()
    assert not settings.how_long.isHidden()
    assert bench.measuring.speeds_of(settings.config) == {}

"""Models to explore: chosen, replaced by newer ones, refused."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from deepzine_gui.networks import read_info
from deepzine_gui.project import Project
from deepzine_gui.ui.explore import ExploreBench, models
from tests.ui.explore.conftest import TwoModels
from tests.ui.explore.looking import has_pages, opened, pixels, save_checkpoint, shown, truth


def test_without_a_model_the_bench_leads_to_where_one_is_made(
    qtbot: QtBot, bench: ExploreBench, project: Project
) -> None:
    bench.open_project(project)
    bench.activated()
    assert bench.shown.empty.isVisible()
    with qtbot.waitSignal(bench.previous_step):
        qtbot.mouseClick(bench.shown.empty.button, Qt.MouseButton.LeftButton)


def test_a_new_project_explores_a_shipped_model(
    qtbot: QtBot,
    bench_and_child: ExploreBench,
    project: Project,
    two_models: TwoModels,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = bench_and_child
    monkeypatch.setattr(models, "shipped_models", lambda: [two_models.second])
    bench.open_project(project)
    bench.activated()
    qtbot.waitUntil(lambda: bench.shown.view.image is not None)
    told = "second · 16 px · kimg 2 · comes with DeepZine"
    assert bench.shown.picker.models.currentText() == told
    assert project.choices.model == ""  # the first run's model is to come before it


def test_a_model_chosen_elsewhere_is_turned_to(
    qtbot: QtBot,
    bench: ExploreBench,
    project: Project,
    two_models: TwoModels,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(models, "shipped_models", lambda: [two_models.second])
    bench.open_project(project)
    bench.activated()
    save_checkpoint(project.runs / "run-1", 1, two_models.first)
    bench.activated()
    assert bench.choice is not None
    assert bench.choice.key == "second"  # no model is taken away while it is played with
    project.choices.model = project.model_of_run("run-1")
    bench.activated()
    assert bench.choice.key == "runs/run-1"
    qtbot.waitUntil(lambda: bench.shown.view.image is not None)
    assert np.abs(shown(bench).astype(int) - truth(two_models.first, bench)).max() <= 1


def test_another_model_shows_the_same_latent_in_its_own_way(
    qtbot: QtBot, bench_and_child: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    bench = bench_and_child
    opened(qtbot, bench, project, two_models.first)
    assert bench.wander.place is not None
    latent = bench.wander.place.latent
    qtbot.waitUntil(lambda: has_pages(bench.shown.wall) and has_pages(bench.shown.keyframes.tiles))
    bench.open_model(two_models.second)
    assert not has_pages(bench.shown.wall)
    assert not has_pages(bench.shown.keyframes.tiles)
    qtbot.waitUntil(lambda: bench.shown.view.image is not None)
    assert bench.wander.place.latent == pytest.approx(latent, abs=1e-5)
    assert np.abs(shown(bench).astype(int) - truth(two_models.second, bench)).max() <= 1
    assert Project.open(project.folder).choices.model == str(two_models.second)


def test_a_pickle_is_refused_and_the_model_stays(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels, tmp_path: Path
) -> None:
    opened(qtbot, bench, project, two_models.first)
    evil = tmp_path / "evil.pkl"
    evil.write_bytes(b"\x80\x04\x95evil")
    with qtbot.waitSignal(bench.notice) as said:
        bench.open_model(evil)
    assert "never loaded" in said.args[0]
    assert bench.shown.view.image is not None


def test_a_damaged_model_is_said_in_the_pages_place(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(two_models.first.read_bytes()[:-2000])
    project.choices.model = str(broken)
    bench.open_project(project)
    bench.activated()
    qtbot.waitUntil(lambda: not bench.shown.new_page.isEnabled())
    assert "broken.safetensors is damaged" in bench.shown.view._empty_text
    bench.open_model(two_models.second)
    qtbot.waitUntil(lambda: bench.shown.view.image is not None)
    assert bench.shown.new_page.isEnabled()


def test_what_cannot_be_used_has_no_keys_either(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels, tmp_path: Path
) -> None:
    bench.open_project(project)
    bench.activated()
    assert not any(action.isEnabled() for action in bench.commands())
    opened(qtbot, bench, project, two_models.first)
    assert all(action.isEnabled() for action in bench.commands())
    assert bench.primary_button() is bench.shown.new_page
    bench.filming.busy_changed.emit(True)
    assert [a.text() for a in bench.commands() if not a.isEnabled()] == ["Export film…"]
    bench.filming.busy_changed.emit(False)

    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(two_models.first.read_bytes()[:-2000])
    qtbot.waitUntil(lambda: has_pages(bench.shown.keyframes.tiles))
    info = dataclasses.replace(read_info(two_models.first), path=broken)
    bench.explore(models.Choice(str(broken), info))
    assert not any(action.isEnabled() for action in bench.commands())
    assert bench.shown.wall.count() == 0
    assert not has_pages(bench.shown.keyframes.tiles)


def test_a_newer_checkpoint_takes_the_place_of_the_one_before(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    run = project.runs / "run-1"
    save_checkpoint(run, 1, two_models.first)
    project.choices.model = "runs/run-1"
    bench.open_project(project)
    bench.activated()
    qtbot.waitUntil(lambda: bench.shown.view.image is not None)
    before = pixels(bench.shown.view.image)
    newer = save_checkpoint(run, 2, two_models.second)
    bench.shown.path_bar.toggle()
    bench.activated()
    assert bench.wander.desk.model != newer  # a walk is not broken off
    bench.shown.path_bar.toggle()
    bench.activated()
    assert bench.wander.desk.model == newer
    assert bench.shown.view.image is not None
    qtbot.waitUntil(lambda: bool((shown(bench) != before).any()))
    assert np.abs(shown(bench).astype(int) - truth(newer, bench)).max() <= 1

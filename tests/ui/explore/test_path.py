"""The path: its keyframes, the way along it, and its film."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from deepzine_gui.export import FilmSettings
from deepzine_gui.project import Project
from deepzine_gui.ui.explore import ExploreBench
from deepzine_gui.ui.explore.film_dialog import FilmDialog
from tests.export.decoding import decode
from tests.ui.explore.conftest import TwoModels
from tests.ui.explore.looking import opened


def test_origin_mode_takes_the_radius_slider_along(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    bar = bench.shown.path_bar
    bar.modes.setCurrentIndex(bar.modes.findData("origin"))
    pairs = len(bench.wander.keyframes) - 1
    bar.slider.setValue(round(1000 / pairs / 2))
    assert bench.shown.sliders.radius == pytest.approx(0.0, abs=0.02)


def test_keyframes_place_and_way_are_there_again(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    bench.wander.new_page()
    bench.wander.keep_page()
    bench.shown.keyframes.tiles.setCurrentRow(0)
    bench.shown.keyframes.remove()
    bench.shown.path_bar.loop.setChecked(True)
    bench.shown.path_bar.slider.setValue(400)
    bench.shown.sliders.rows[2].slider.setValue(190)
    kept = [keyframe.copy() for keyframe in bench.wander.keyframes]
    assert len(kept) == 4
    assert bench.wander.place is not None
    latent = bench.wander.place.latent
    bench.shut_down()

    again = ExploreBench()
    qtbot.addWidget(again)
    again.open_project(Project.open(project.folder))
    again.activated()
    assert np.allclose(np.stack(again.wander.keyframes), np.stack(kept))
    assert again.wander.place is not None
    assert np.allclose(again.wander.place.latent, latent, atol=1e-5)
    assert again.shown.sliders.offsets == pytest.approx(bench.shown.sliders.offsets)
    assert again.shown.sliders.offsets[2] != 0
    assert np.allclose(again.wander.place.base, bench.wander.place.base, atol=1e-5)
    assert again.shown.path_bar.loop.isChecked()
    assert again.shown.path_bar.slider.value() == 400
    again.shut_down()


def test_changes_of_the_path_are_taken_back_and_made_again(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    first = bench.wander.keyframes
    bench.shown.keyframes.tiles.setCurrentRow(2)
    bench.shown.keyframes.remove()
    bench.wander.keep_page()
    kept = bench.wander.keyframes
    bench.undo()
    assert len(bench.wander.keyframes) == 3
    bench.undo()
    assert np.array_equal(bench.wander.keyframes, first)
    bench.undo()
    assert np.array_equal(bench.wander.keyframes, first)
    bench.redo()
    bench.redo()
    assert np.array_equal(bench.wander.keyframes, kept)
    bench.undo()
    bench.shown.keyframes.tiles.setCurrentRow(0)
    bench.shown.keyframes.move_chosen(1)
    bench.redo()
    assert len(bench.wander.keyframes) == 3
    bench.open_model(two_models.second)
    bench.undo()
    assert len(bench.wander.keyframes) == 3


def test_the_place_on_the_path_is_told_by_the_keyframes(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    bar = bench.shown.path_bar
    bar.slider.setValue(500)
    assert bar.where == "B to C, 50 %"
    bar.loop.setChecked(True)
    bar.slider.setValue(1000)
    assert bar.where == "D to A, 100 %"


def test_playing_walks_to_the_end_and_rests_there(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    bar = bench.shown.path_bar
    bar.slider.setValue(970)
    bar.toggle()
    assert bar.is_playing
    qtbot.waitUntil(lambda: not bar.is_playing)
    assert bar.t == 1.0
    assert bench.wander.place is not None
    assert np.allclose(bench.wander.place.latent, bench.wander.keyframes[-1], atol=1e-4)


def test_a_film_of_the_path_is_exported(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    bench.ask_film()
    dialog = bench.filming.dialog
    assert dialog is not None
    dialog.form.set_value(dialog.settings.model_copy(update={"frames": 3, "size": 256}))
    assert dialog.out == project.exports / "film-1.mp4"
    dialog.file.setText("walk")
    assert dialog.out == project.exports / "walk.mp4"
    dialog.file.setText("film-1")
    with qtbot.waitSignal(bench.filming.busy_changed):
        dialog.accept()
    assert not bench.shown.path_bar.film.isEnabled()
    qtbot.waitUntil(lambda: not bench.filming.is_busy)
    frames, _ = decode(project.exports / "film-1.mp4")
    assert frames.shape == (3 * 3 + 1, 256, 256, 3)
    assert bench.shown.open_film.isVisible()
    assert bench.shown.open_film.toolTip() == str(project.exports / "film-1.mp4")
    (project.exports / "film-1.mp4").unlink()
    with qtbot.waitSignal(bench.notice) as told:
        bench.shown.open_film.click()
    assert "film-1.mp4 is not there any more" in told.args[0]
    assert bench.shown.open_film.isHidden()


def test_whatever_is_typed_for_a_film_is_a_file_or_none(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = FilmDialog(FilmSettings(keyframes=3), tmp_path / "exports" / "film-1.mp4")
    qtbot.addWidget(dialog)
    assert dialog.export.isEnabled()
    (tmp_path / "exports" / "folder.mp4").mkdir(parents=True)
    for nothing in ("", "/", f"{tmp_path}/", "~/", "folder", "folder.mp4", "  "):
        dialog.file.setText(nothing)
        assert not dialog.export.isEnabled(), nothing
    for name, out in {
        "walk": tmp_path / "exports" / "walk.mp4",
        "walk.MP4": tmp_path / "exports" / "walk.MP4",
        "~nobody-at-all": tmp_path / "exports" / "~nobody-at-all.mp4",
        str(tmp_path / "v1.2"): tmp_path / "v1.2.mp4",
        "~/walk": Path.home() / "walk.mp4",
    }.items():
        dialog.file.setText(name)
        assert dialog.export.isEnabled(), name
        assert dialog.out == out

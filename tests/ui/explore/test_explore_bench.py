"""The Explore bench plays with a real model in its own process."""

import dataclasses
import itertools
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.networks import read_info
from deepzine_gui.project import Project
from deepzine_gui.ui.explore import ExploreBench, models
from deepzine_gui.ui.explore.tiles import Tiles
from tests.export.decoding import decode
from tests.ui.explore.conftest import TwoModels


def pixels(image: QImage | None) -> NDArray[Any]:
    assert image is not None
    size = image.width()
    rows = itertools.product(range(size), range(size))
    return np.array([image.pixelColor(x, y).red() for y, x in rows]).reshape(size, size)


def shown(bench: ExploreBench) -> NDArray[Any]:
    return pixels(bench.shown.view.image)


def truth(model: Path, bench: ExploreBench) -> NDArray[np.uint8]:
    """The page of the place, made here without the bench's process and thread."""
    assert bench.wander.place is not None
    page = Sampler(model, threads=1).images(bench.wander.place.latent[np.newaxis])
    return page[0, :, :, 0]


def opened(qtbot: QtBot, bench: ExploreBench, project: Project, model: Path) -> ExploreBench:
    project.choices.model = str(model)
    project.save()
    bench.open_project(project)
    bench.activated()
    qtbot.waitUntil(lambda: bench.shown.view.image is not None)
    return bench


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
    assert bench.shown.picker.models.currentText() == "second · 16 px · kimg 2"
    assert Project.open(project.folder).choices.model == "second"


def test_the_page_follows_every_control(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    model = two_models.first
    opened(qtbot, bench, project, model)

    def is_true() -> bool:
        return bool(np.abs(shown(bench).astype(int) - truth(model, bench)).max() <= 1)

    qtbot.waitUntil(is_true)
    for act in (
        lambda: bench.shown.sliders.rows[0].slider.setValue(190),
        lambda: bench.shown.sliders.radius_row.slider.setValue(0),
        bench.wander.new_page,
        lambda: bench.shown.wall.setCurrentRow(7),
        lambda: bench.shown.path_bar.slider.setValue(400),
    ):
        before = shown(bench)
        act()
        qtbot.waitUntil(lambda seen=before: bool((shown(bench) != seen).any()))
        qtbot.waitUntil(is_true)


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


def test_another_model_shows_the_same_latent_in_its_own_way(
    qtbot: QtBot, bench_and_child: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    bench = bench_and_child
    opened(qtbot, bench, project, two_models.first)
    assert bench.wander.place is not None
    latent = bench.wander.place.latent
    bench.open_model(two_models.second)
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


def has_pages(tiles: Tiles) -> bool:
    return any(tiles.item(row).data(Qt.ItemDataRole.UserRole) for row in range(tiles.count()))


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


def save_checkpoint(run: Path, kimg: int, model: Path) -> Path:
    folder = run / "checkpoints" / f"{kimg:06}.000"
    folder.mkdir(parents=True)
    (run / "config.yaml").write_text("")
    shutil.copy(model, folder / "model.safetensors")
    return folder / "model.safetensors"


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


def test_a_picture_is_saved_as_shown(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    bench.save_picture()
    with Image.open(project.exports / "page-1.png") as saved:
        assert np.array_equal(np.asarray(saved.convert("L")), shown(bench))


def test_the_keyboard_goes_through_all_from_top_to_bottom(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    sliders = [row.slider for row in (bench.shown.sliders.radius_row, *bench.shown.sliders.rows)]
    wanted: list[QWidget] = [bench.shown.new_page, bench.shown.others, bench.shown.wall, *sliders]
    wanted += [bench.shown.keyframes.add, bench.shown.path_bar.play, bench.shown.path_bar.film]
    chain, widget = [], bench.shown.new_page.nextInFocusChain()
    while widget is not bench.shown.new_page:
        chain.append(widget)
        widget = widget.nextInFocusChain()
    assert [widget for widget in chain if widget in wanted] == wanted[1:]


def test_nothing_is_written_where_a_project_was_moved_away(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    bench.wander.new_page()
    project.folder.rename(project.folder.with_name("moved"))
    with qtbot.waitSignal(bench.notice) as told:
        bench.save_picture()
    assert "not there any more" in told.args[0]
    bench.shut_down()
    assert not project.folder.exists()


def test_a_film_of_the_path_is_exported(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    bench.ask_film()
    dialog = bench.filming.dialog
    assert dialog is not None
    dialog.form.set_value(dialog.settings.model_copy(update={"frames": 3, "size": 256}))
    assert dialog.out == project.exports / "film-1.mp4"
    with qtbot.waitSignal(bench.filming.busy_changed):
        dialog.accept()
    assert not bench.shown.path_bar.film.isEnabled()
    qtbot.waitUntil(lambda: not bench.filming.is_busy)
    frames, _ = decode(project.exports / "film-1.mp4")
    assert frames.shape == (3 * 3 + 1, 256, 256, 3)
    assert bench.shown.open_film.text() == "Open film-1.mp4"

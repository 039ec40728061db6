"""The Explore bench plays with a real model in its own process."""

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from deepzine_gui.project import Project
from deepzine_gui.ui.explore import ExploreBench
from tests.ui.explore.conftest import TwoModels
from tests.ui.explore.looking import opened, shown, truth


def test_the_wall_frames_the_page_that_is_shown(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    wall = bench.shown.wall
    wall.setCurrentRow(7)
    assert [wall.row(item) for item in wall.selectedItems()] == [7]
    for act in (
        bench.wander.new_page,
        lambda: bench.shown.path_bar.slider.setValue(400),
        lambda: bench.shown.sliders.rows[0].slider.setValue(190),
    ):
        wall.setCurrentRow(6)
        wall.setCurrentRow(7)
        act()
        assert wall.selectedItems() == []


def test_the_keyboard_passes_the_wall_without_choosing_a_page(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels
) -> None:
    opened(qtbot, bench, project, two_models.first)
    bench.wander.new_page()
    place, wall = bench.wander.place, bench.shown.wall
    assert place is not None
    here = place.latent
    bench.shown.others.setFocus()
    qtbot.waitUntil(bench.shown.others.hasFocus)
    qtbot.keyClick(bench.shown.others, Qt.Key.Key_Tab)
    qtbot.waitUntil(wall.hasFocus)
    assert np.array_equal(place.latent, here)
    assert wall.currentRow() == -1
    qtbot.keyClick(wall, Qt.Key.Key_Right)
    assert wall.currentRow() == 0
    assert not np.array_equal(place.latent, here)
    qtbot.keyClick(wall, Qt.Key.Key_Right)
    bench.shown.others.setFocus()
    wall.setFocus()
    qtbot.waitUntil(wall.hasFocus)
    assert wall.currentRow() == 1


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

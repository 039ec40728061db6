"""A bench's keys work as soon as the bench is in front, and never while one writes."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from deepzine_gui.project import Project
from deepzine_gui.ui.explore import ExploreBench, models
from deepzine_gui.ui.main_window import MainWindow
from tests.ui.explore.conftest import TwoModels, two_models

__all__ = ["two_models"]


@pytest.fixture
def window(
    qtbot: QtBot, project: Project, two_models: TwoModels, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """All four benches, with one model to explore."""
    monkeypatch.setattr(models, "shipped_models", lambda: [two_models.first])
    window = MainWindow(project.folder)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    qtbot.waitUntil(lambda: len(window.workbench.benches) == 4)
    yield window
    window.close()
    qtbot.waitUntil(window.isHidden)
    window.deleteLater()


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *, control: bool = False) -> None:
    """Press a key where the focus is."""
    held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(window.focusWidget() or window, key, held)


def turn_to_explore(qtbot: QtBot, window: MainWindow) -> ExploreBench:
    bench = window.workbench.bench("explore")
    assert isinstance(bench, ExploreBench)
    press(qtbot, window, Qt.Key.Key_4, control=True)
    assert window.workbench.current_bench() is bench
    qtbot.waitUntil(lambda: bench.wander.is_placed)
    return bench


def latent_of(bench: ExploreBench) -> list[float]:
    assert bench.wander.place is not None
    return np.asarray(bench.wander.place.latent).tolist()


def test_the_window_stays_the_active_one_while_its_benches_are_made(window: MainWindow) -> None:
    assert window.isActiveWindow()


def test_keys_reach_the_bench_that_was_turned_to_by_key(qtbot: QtBot, window: MainWindow) -> None:
    bench = turn_to_explore(qtbot, window)
    before = latent_of(bench)
    press(qtbot, window, Qt.Key.Key_R)
    made = latent_of(bench)
    assert made != before
    press(qtbot, window, Qt.Key.Key_1, control=True)
    press(qtbot, window, Qt.Key.Key_R)
    assert latent_of(bench) == made


def test_a_letter_that_is_written_is_no_command(qtbot: QtBot, window: MainWindow) -> None:
    bench = turn_to_explore(qtbot, window)
    line = QLineEdit(bench)
    line.show()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    before = latent_of(bench)
    press(qtbot, window, Qt.Key.Key_R)
    assert line.text() == "r"
    assert latent_of(bench) == before


def menus_of(window: MainWindow) -> Iterator[list[QAction]]:
    """Yield what stands in each menu as it is opened now, submenus after those they are in."""

    def below(menu: QMenu) -> Iterator[list[QAction]]:
        menu.aboutToShow.emit()
        shown = [one for one in menu.actions() if one.isVisible() and not one.isSeparator()]
        yield shown
        for action in shown:
            if isinstance(inner := action.menu(), QMenu):
                yield from below(inner)

    for action in window.menuBar().actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        yield from below(menu)


def doubles(words: list[str]) -> set[str]:
    return {word for word in words if words.count(word) > 1}


@pytest.mark.parametrize("name", ["collect", "dataset", "train", "explore"])
def test_no_command_stands_twice_in_a_menu_and_no_key_does_two_things(
    qtbot: QtBot, window: MainWindow, name: str
) -> None:
    window.workbench.turn_to_name(name)
    bench = window.workbench.bench(name)
    if isinstance(bench, ExploreBench):
        qtbot.waitUntil(lambda: bench.primary_button() is bench.shown.new_page)
    menus = list(menus_of(window))
    pressed = bench.primary_button()
    if pressed is not None:
        assert [one.text() for menu in menus for one in menu].count(pressed.text()) == 1
    for menu in menus:
        assert doubles([one.text().replace("&", "") for one in menu]) == set()
    actions = {id(one): one for menu in [*menus, bench.commands()] for one in menu}.values()
    keys = [keys.toString() for one in actions for keys in one.shortcuts()]
    assert QKeySequence("Ctrl+Return").toString() in keys
    assert doubles(keys) == set()

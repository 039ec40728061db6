"""A bench's keys work as soon as the bench is in front, and never while one writes."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
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


def latent_of(bench: ExploreBench) -> list[float]:
    assert bench.wander.place is not None
    return np.asarray(bench.wander.place.latent).tolist()


def test_the_window_stays_the_active_one_while_its_benches_are_made(window: MainWindow) -> None:
    assert window.isActiveWindow()


def test_keys_reach_the_bench_that_was_turned_to_by_key(qtbot: QtBot, window: MainWindow) -> None:
    bench = window.workbench.bench("explore")
    assert isinstance(bench, ExploreBench)
    press(qtbot, window, Qt.Key.Key_4, control=True)
    assert window.workbench.current_bench() is bench
    before = latent_of(bench)
    press(qtbot, window, Qt.Key.Key_R)
    made = latent_of(bench)
    assert made != before
    press(qtbot, window, Qt.Key.Key_1, control=True)
    press(qtbot, window, Qt.Key.Key_R)
    assert latent_of(bench) == made


def test_a_letter_that_is_written_is_no_command(qtbot: QtBot, window: MainWindow) -> None:
    bench = window.workbench.bench("explore")
    assert isinstance(bench, ExploreBench)
    press(qtbot, window, Qt.Key.Key_4, control=True)
    line = QLineEdit(bench)
    line.show()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    before = latent_of(bench)
    press(qtbot, window, Qt.Key.Key_R)
    assert line.text() == "r"
    assert latent_of(bench) == before

"""The desk hears only the model that is open."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.explore.desk import Desk
from tests.patience import PATIENCE_MS
from tests.ui.explore.conftest import TwoModels

pytestmark = pytest.mark.usefixtures("model_here")


def test_the_late_end_of_a_model_does_not_close_it_reopened(
    qtbot: QtBot, tmp_path: Path, two_models: TwoModels
) -> None:
    owner = QObject()
    desk = Desk(owner)
    failures: list[object] = []
    desk.failed.connect(failures.append)
    model = tmp_path / "model.safetensors"
    model.write_bytes(two_models.first.read_bytes()[:-2000])
    desk.open(model)
    # its thread fails while the window does something else, so that it is heard only later
    assert desk._sampling is not None
    assert desk._sampling.wait(PATIENCE_MS)
    model.write_bytes(two_models.first.read_bytes())
    with qtbot.waitSignal(desk.ready):
        desk.open(model)
    assert desk.model == model
    assert failures == []
    desk.close()


def test_a_model_that_fails_is_said_and_closed(
    qtbot: QtBot, tmp_path: Path, two_models: TwoModels
) -> None:
    owner = QObject()
    desk = Desk(owner)
    model = tmp_path / "model.safetensors"
    model.write_bytes(two_models.first.read_bytes()[:-2000])
    with qtbot.waitSignal(desk.failed) as said:
        desk.open(model)
    assert "damaged" in str(said.args[0])
    assert desk.model is None

"""What answers is started when it is needed, and again after it failed."""

from collections.abc import Generator

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from deepzine_gui.errors import DatasetError
from deepzine_gui.ui.answering import answers_of
from deepzine_gui.ui.asking import Asking


def half(number: int) -> int:
    if number % 2:
        raise DatasetError(f"{number} is odd.")
    return number // 2


def halving() -> Generator[int | None, int, None]:
    return answers_of(half)


def test_it_answers_again_after_it_failed_and_after_it_was_closed(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    owner = QObject()
    halves = Asking(halving, name="Halves", parent=owner)
    with qtbot.waitSignal(halves.failed) as failed:
        halves.ask(3)
    assert failed.args == ["3 is odd."]
    assert "3 is odd." in caplog.text
    with qtbot.waitSignal(halves.answered) as first:
        halves.ask(4)
    halves.close()
    with qtbot.waitSignal(halves.answered) as second:
        halves.ask(6)
    halves.close()
    assert (first.args, second.args) == ([2], [3])


def test_what_was_asked_before_closing_is_not_told(qtbot: QtBot) -> None:
    owner = QObject()
    halves = Asking(halving, name="Halves", parent=owner)
    with qtbot.assertNotEmitted(halves.answered):
        halves.ask(4)
        halves.close()
        QCoreApplication.processEvents()

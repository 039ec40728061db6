"""Questions are answered on a thread; what goes wrong there is told once."""

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from deepzine_gui.child import in_child
from deepzine_gui.errors import DatasetError
from deepzine_gui.ui.answering import Answering, answers_of
from tests.patience import PATIENCE_MS


def doubling() -> Generator[int | None, int, None]:
    answer: int | None = None
    while True:
        question = yield answer
        answer = 2 * question


def endless() -> Generator[None, None, None]:
    yield
    threading.Event().wait()


def half(number: int) -> int:
    if number % 2:
        raise DatasetError(f"{number} is odd.")
    return number // 2


@contextmanager
def answering(generator: Generator[object, object, None]) -> Iterator[Answering]:
    owner = QObject()
    made = Answering(generator, name="Test", parent=owner)
    yield made
    made.stop()
    assert not made.isRunning()


def test_a_child_process_answers(qtbot: QtBot) -> None:
    with answering(in_child(doubling)) as twice:
        with qtbot.waitSignal(twice.answered) as said:
            twice.start()
            twice.ask(21)
        assert said.args == [twice, 42]


def test_only_the_newest_question_is_answered(qtbot: QtBot) -> None:
    with answering(answers_of(half)) as halves:
        heard: list[object] = []
        halves.answered.connect(lambda _sender, answer: heard.append(answer))
        for number in (2, 4, 6):
            halves.ask(number)
        halves.start()
        qtbot.waitUntil(lambda: bool(heard))
        halves.ask(8)
        qtbot.waitUntil(lambda: len(heard) == 2)
        assert heard == [3, 4]


def test_an_error_is_told_with_its_sender(qtbot: QtBot) -> None:
    with answering(answers_of(half)) as halves:
        halves.ask(7)
        with qtbot.waitSignal(halves.failed) as said:
            halves.start()
        assert said.args[0] is halves
        assert str(said.args[1]) == "7 is odd."


def test_stopping_ends_a_process_that_does_not_answer(qtbot: QtBot) -> None:
    with answering(in_child(endless)) as stuck:
        with qtbot.waitSignal(stuck.ready):
            stuck.start()
        stuck.ask(1)


def test_one_stopped_before_its_start_does_nothing(qtbot: QtBot) -> None:
    with answering(in_child(endless)) as never:
        never.stop()
        with qtbot.assertNotEmitted(never.ready):
            never.start()
            assert never.wait(PATIENCE_MS)

"""Questions of the window, answered on a thread of their own; only the newest of a kind counts."""

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThread, Signal

from deepzine_gui.ui.box import Box

Question = TypeVar("Question")
Answer = TypeVar("Answer")

_KILL_EVERY_MS = 50


class Answering(QThread):
    """Puts questions to a generator until it is stopped.

    The generator yields once when it is ready, and then an answer to each question sent; one made
    by `child.in_child` works in a process of its own, which `stop` kills.

    Signals (the sender comes along, to tell apart what one sent before it was replaced):
        ready(): questions are being answered.
        answered(Answering, object): what the generator yielded to a question.
        failed(Answering, Exception): what it raised; nothing more comes.
    """

    ready = Signal()
    answered = Signal(object, object)
    failed = Signal(object, object)

    def __init__(
        self,
        generator: Generator[Any, Any, None],
        *,
        name: str,
        parent: QObject,
        box: Box[Any] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._generator = generator
        self._box = Box(("",)) if box is None else box

    def ask(self, question: Any, *, kind: str = "") -> None:
        """Leave a question; one of its kind that still waits is forgotten."""
        self._box.put(kind, question)

    def stop(self) -> None:
        """End the thread, and its process now; what they were making is lost."""
        self._box.close()
        kill = getattr(self._generator, "kill", None)
        # the process may be starting just now, so that the first kill came too early
        while not self.wait(_KILL_EVERY_MS):
            if kill is not None:
                kill()

    def run(self) -> None:
        """Answer; called by Qt on the new thread."""
        try:
            if not self._box.is_closed:
                self._answer_all()
        except Exception as error:
            if not self._box.is_closed:
                self.failed.emit(self, error)
        finally:
            self._generator.close()

    def answer(self, question: Any) -> Any:
        """What `answered` carries for a question; called on the thread."""
        return self._generator.send(question)

    def _answer_all(self) -> None:
        next(self._generator)
        self.ready.emit()
        while (question := self._box.take()) is not None:
            self.answered.emit(self, self.answer(question))


def answers_of(
    function: Callable[[Question], Answer],
) -> Generator[Answer | None, Question, None]:
    """A generator for `Answering` that calls `function` with each question, on the thread."""
    answer: Answer | None = None
    while True:
        question = yield answer
        answer = function(question)

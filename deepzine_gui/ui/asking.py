"""A thread or process of the engine that is there as soon as something is asked of it."""

from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from deepzine_gui.ui.answering import Answering
from deepzine_gui.ui.journal import log, sentence


class Asking(QObject):
    """Keeps an `Answering`, started at the first question, and anew after it failed.

    Args:
        start: makes the generator that answers.

    Signals:
        answered(object): what it yielded to a question; what was asked before `close` is not told.
        failed(str): what it raised, in a sentence; questions that still waited are lost.
    """

    answered = Signal(object)
    failed = Signal(str)

    def __init__(
        self, start: Callable[[], Generator[Any, Any, None]], *, name: str, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._start = start
        self._name = name
        self._answering: Answering | None = None

    def ask(self, question: Any) -> None:
        """Ask; a question that still waits is forgotten."""
        if self._answering is None:
            self._answering = Answering(self._start(), name=self._name, parent=self)
            self._answering.answered.connect(self._pass_on)
            self._answering.failed.connect(self._fail)
            self._answering.start()
        self._answering.ask(question)

    def close(self) -> None:
        """End the thread, and the process at once; a later question starts another one."""
        if self._answering is not None:
            self._answering.stop()
            self._answering.deleteLater()
            self._answering = None

    @Slot(object, object)
    def _pass_on(self, answering: Answering, answer: object) -> None:
        if answering is self._answering:
            self.answered.emit(answer)

    @Slot(object, object)
    def _fail(self, answering: Answering, error: Exception) -> None:
        if answering is self._answering:
            log.error("%s", sentence(error), exc_info=error)
            self.close()
            self.failed.emit(sentence(error))

"""Works on a dataset's marks on a thread of its own: what is asked for is done in order."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

Work = Callable[[], Any]


class MarkWriter(QThread):
    """Does what is submitted until `stop`, which lets it finish first.

    Signals:
        done(int, object): the work of this number is done, and what came of it.
        failed(int, Exception): it could not be done; what was waiting behind it is dropped.
    """

    done = Signal(int, object)
    failed = Signal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._something = threading.Condition()
        self._waiting: deque[tuple[int, Work]] = deque()
        self._last = 0
        self._over = False

    def submit(self, work: Work) -> int:
        """Have something done after all that was submitted before; return its number."""
        with self._something:
            self._last += 1
            self._waiting.append((self._last, work))
            self._something.notify()
            return self._last

    def stop(self) -> None:
        """Finish what was submitted, end the thread and wait for it."""
        with self._something:
            self._over = True
            self._something.notify()
        self.wait()

    def run(self) -> None:
        """Work; called by Qt on the new thread."""
        while (task := self._next()) is not None:
            number, work = task
            try:
                result = work()
            except Exception as error:
                with self._something:
                    self._waiting.clear()
                self.failed.emit(number, error)
            else:
                self.done.emit(number, result)

    def _next(self) -> tuple[int, Work] | None:
        with self._something:
            while not self._waiting and not self._over:
                self._something.wait()
            return self._waiting.popleft() if self._waiting else None

"""How long a window's thread could not answer, and how long it was at work meanwhile."""

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication


class Stalls:
    """Notes the longest gap between two turns of the event loop; `begin` starts anew.

    Attributes:
        worst_s: by the clock.
        worst_busy_s: of the thread's processor time, which other programs hardly lengthen.
        worst_work_s: of the processor time of all threads of the process: a stall that they make,
            by work or by holding Python, is no longer on an idle machine.
    """

    def __init__(self) -> None:
        self.begin()
        self._last = self._times()
        self._beat = QTimer(interval=1)
        self._beat.timeout.connect(self._note)
        self._beat.start()

    def begin(self) -> None:
        """Forget the gaps so far."""
        self.worst_s = self.worst_busy_s = self.worst_work_s = 0.0

    def wait(self, seconds: float) -> None:
        """Let the event loop turn for so long, at least once."""
        ends = time.perf_counter() + seconds
        while True:
            QApplication.processEvents()
            self._note()
            if time.perf_counter() > ends:
                return

    def end(self) -> None:
        """Take no more notes."""
        self._beat.stop()

    def _note(self) -> None:
        now = self._times()
        passed, busy, work = (new - old for new, old in zip(now, self._last, strict=True))
        self.worst_s = max(self.worst_s, passed)
        self.worst_busy_s = max(self.worst_busy_s, busy)
        self.worst_work_s = max(self.worst_work_s, work)
        self._last = now

    def _times(self) -> tuple[float, float, float]:
        return time.perf_counter(), time.thread_time(), time.process_time()

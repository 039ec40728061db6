"""Closing the window amid jobs: ask each to save, wait calmly, and only then end by force."""

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from deepzine_gui.ui.job_bar import JobBar

GRACE_MS = 20_000
_LOOK_EVERY_MS = 30


class Farewell(QObject):
    """Brings all jobs to their end; `over` is emitted when the last thread has ended."""

    over = Signal()

    def __init__(self, jobs: JobBar, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def under_way(self) -> bool:
        """Whether the jobs have been asked to end."""
        return self._timer.isActive()

    def begin(self) -> None:
        """Ask every job to save and end."""
        self._clock.start()
        self._jobs.stop_all()
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        if not self._jobs.jobs:
            self._timer.stop()
            self.over.emit()
        elif self._clock.elapsed() > GRACE_MS:
            for job in self._jobs.jobs:
                job.kill()

"""The bar at the foot of the window: every running job, the same for all."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from deepzine_gui.ui.job_row import JobRow
from deepzine_gui.ui.jobs import Job


class JobBar(QFrame):
    """Rows of running jobs; hidden until there is one.

    The room of a job that ends is kept until the person turns elsewhere: a job ends at any moment,
    and would move what is about to be pressed.

    Signals:
        asked(Job): the person clicked a job.
        ended(Job): a job's thread is over; the job is deleted afterwards.
    """

    asked = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Running jobs")
        self._rows: list[JobRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.give_back()

    @property
    def jobs(self) -> list[Job]:
        """The jobs whose threads have not ended yet, or are about to start."""
        return [row.job for row in self._rows]

    def add(self, job: Job) -> None:
        """Show a job from before its start to its end."""
        row = JobRow(job)
        row.asked.connect(self.asked)
        row.over.connect(self._drop)
        self._rows.append(row)
        self._layout.addWidget(row)
        self._show_edge()
        self.show()

    @Slot()
    def pause_or_resume_all(self) -> None:
        """Pause every job, or let all go on when all are paused."""
        resume = all(job.is_paused for job in self.jobs)
        for job in self.jobs:
            if resume:
                job.resume()
            else:
                job.pause()

    @Slot()
    def stop_all(self) -> None:
        """Ask every job to save and end."""
        for row in self._rows:
            row.job.stop()
            row.show_stopping()

    @Slot()
    def give_back(self) -> None:
        """Take no more room than the jobs need."""
        self.setMinimumHeight(0)
        self.setVisible(bool(self._rows))

    def _show_edge(self) -> None:
        """Room that is only kept looks like the bench's own."""
        self.setProperty("bar", bool(self._rows))
        self.style().unpolish(self)
        self.style().polish(self)

    @Slot(object)
    def _drop(self, row: JobRow) -> None:
        self.setMinimumHeight(self.height())
        self._rows.remove(row)
        self._layout.removeWidget(row)
        self._show_edge()
        row.job.wait()
        self.ended.emit(row.job)
        row.job.deleteLater()
        row.deleteLater()

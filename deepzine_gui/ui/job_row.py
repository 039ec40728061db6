"""One running job: what it does, how far it is, how long it still takes, Pause and Stop."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from deepzine_gui.progress import Event, Pace, Progress
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.theme import GRID, font, quieten, set_icon
from deepzine_gui.words import progress_text

_STEPS = 1000


class JobRow(QWidget):
    """A line of the job bar; `over` follows the end of its job's thread."""

    asked = Signal(object)
    over = Signal(object)

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(job.name)
        self._pace = Pace()
        self._what = ""
        self._name = QLabel(job.name)
        self._name.setFont(font("normal", bold=True))
        self._state = QLabel("Starting…")
        quieten(self._state)
        self._bar = QProgressBar(textVisible=False, maximum=0)
        self._bar.setAccessibleName(f"Progress of {job.name}")
        self._bar.setMinimumWidth(20 * GRID)
        self._pause = self._button("pause", "Pause", self._pause_or_go)
        self._stop = self._button("stop", "Stop", self._stop_job)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self._name)
        layout.addWidget(self._bar, 1)
        layout.addWidget(self._state)
        layout.addWidget(self._pause)
        layout.addWidget(self._stop)
        job.progressed.connect(self._show)
        job.paused_changed.connect(self._show_paused)
        job.ended.connect(self._show_ending)
        job.finished.connect(self._announce_end)

    def show_stopping(self, text: str = "Saving…") -> None:
        """Say that the job has been asked to end."""
        self._state.setText(text)
        self._pause.setEnabled(False)
        self._stop.setEnabled(False)
        self._bar.setMaximum(0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click turns to the job's bench."""
        self.asked.emit(self.job)

    def _button(self, name: str, text: str, slot: object) -> QToolButton:
        button = QToolButton()
        button.setProperty("plain", True)
        button.setToolTip(text)
        button.setAccessibleName(f"{text} {self.job.name}")
        set_icon(button, name)
        button.clicked.connect(slot)
        return button

    @Slot(object)
    def _show(self, event: Event) -> None:
        if not isinstance(event, Progress) or self.job.isInterruptionRequested():
            return
        self._pace.add(event)
        self.setToolTip(event.what)
        if event.total:
            self._bar.setMaximum(_STEPS)
            self._bar.setValue(int(_STEPS * min(1.0, event.done / event.total)))
        else:
            self._bar.setMaximum(0)
        if not self.job.is_paused:
            waits_for = f" · {event.what}" if event.waits else ""
            self._state.setText(progress_text(event, self._pace) + waits_for)

    @Slot(bool)
    def _show_paused(self, paused: bool) -> None:
        set_icon(self._pause, "play" if paused else "pause")
        self._pause.setToolTip("Go on" if paused else "Pause")
        self._pause.setAccessibleName(f"{'Go on' if paused else 'Pause'} {self.job.name}")
        if paused:
            self._state.setText("Paused")
        self._pace = Pace()

    @Slot(bool)
    def _show_ending(self, completed: bool) -> None:
        self.setEnabled(False)

    @Slot()
    def _pause_or_go(self) -> None:
        if self.job.is_paused:
            self.job.resume()
        else:
            self.job.pause()

    @Slot()
    def _stop_job(self) -> None:
        self.job.stop()
        self.show_stopping()

    @Slot()
    def _announce_end(self) -> None:
        self.over.emit(self)

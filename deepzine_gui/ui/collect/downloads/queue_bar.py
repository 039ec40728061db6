"""The line above the queue: how far all of it is, and what can be done with the whole."""

from typing import Literal

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpinBox, QWidget

from deepzine_gui.archive import MOST_PARALLEL
from deepzine_gui.ui.theme import GRID, indent, make_primary, quieten, set_icon

Going = Literal["running", "paused", "stopping", "idle"]


class QueueBar(QWidget):
    """Buttons by what they do; `parallel_changed` carries how many transfers may run at once."""

    start_asked = Signal()
    pause_asked = Signal()
    stop_asked = Signal()
    retry_asked = Signal()
    next_asked = Signal()
    parallel_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._going: Going = "idle"
        self.status = QLabel()
        quieten(self.status)
        self.status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.parallel = QSpinBox(minimum=1, maximum=MOST_PARALLEL)
        self.parallel.setSuffix(" at once")
        self.parallel.setAccessibleName("Documents that are fetched at once")
        self.parallel.setToolTip("Two are polite; more help only where each comes slowly")
        indent(self.parallel)
        self.parallel.valueChanged.connect(self.parallel_changed)
        self.retry = QPushButton("Retry failed")
        set_icon(self.retry, "refresh")
        self.retry.clicked.connect(self.retry_asked)
        self.main = QPushButton("Go on")
        self.main.clicked.connect(self._press_main)
        self.stop = QPushButton("Stop")
        set_icon(self.stop, "stop")
        self.stop.clicked.connect(self.stop_asked)
        self.next = QPushButton("Go on to Dataset")
        make_primary(self.next)
        self.next.clicked.connect(self.next_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.status, 1)
        for widget in (self.parallel, self.retry, self.stop, self.main, self.next):
            layout.addWidget(widget)

    def say(self, text: str, *, is_trouble: bool = False) -> None:
        """Say how far all is; trouble stands out."""
        if bool(self.status.property("warning")) != is_trouble:
            self.status.setProperty("warning", is_trouble)
            self.status.setProperty("quiet", not is_trouble)
            self.status.style().unpolish(self.status)
            self.status.style().polish(self.status)
        self.status.setText(text)
        self.status.setToolTip(text)

    def show_state(self, going: Going, *, waiting: int, failed: int, here: int) -> None:
        """Offer what can be done now.

        Args:
            going: whether the download runs.
            waiting: items that are not here yet.
            failed: items that could not be had.
            here: items that have come.
        """
        self._going = going
        self.retry.setVisible(failed > 0)
        self.retry.setText(f"Retry failed ({failed:,})" if failed > 1 else "Retry failed")
        self.stop.setVisible(going in ("running", "paused", "stopping"))
        self.stop.setEnabled(going != "stopping")
        self.next.setVisible(going == "idle" and not waiting and here > 0)
        self.main.setVisible(going != "idle" or waiting > 0)
        self.main.setEnabled(going != "stopping")
        self.main.setText("Pause" if going in ("running", "stopping") else "Go on")
        is_next = going in ("idle", "paused") and waiting > 0
        make_primary(self.main, is_next)
        name = "pause" if going in ("running", "stopping") else "play"
        set_icon(self.main, name, "on_spot" if is_next else "ink")

    def show_parallel(self, parallel: int) -> None:
        """Show how many transfers are set, without asking for it."""
        self.parallel.blockSignals(True)
        self.parallel.setValue(parallel)
        self.parallel.blockSignals(False)

    @Slot()
    def _press_main(self) -> None:
        if self._going == "idle":
            self.start_asked.emit()
        else:
            self.pause_asked.emit()

"""Which run is looked at, and the buttons that start, hold and end one."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from deepzine_gui.ui.theme import GRID, make_primary, quieten, set_icon

NEW = ""
"""In place of a run's name: one that has not begun."""


class Controls(QWidget):
    """Runs and buttons; says what is asked for, and does nothing itself."""

    run_chosen = Signal(str)
    start_asked = Signal()
    pause_asked = Signal()
    stop_asked = Signal()
    explore_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs = QComboBox()
        self.runs.setAccessibleName("Run")
        self.runs.setToolTip("Look at an earlier run, or prepare a new one")
        self.runs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.runs.activated.connect(self._choose)
        self.start = QPushButton("Start")
        self.start.clicked.connect(self.start_asked)
        self.pause = QPushButton("Pause")
        set_icon(self.pause, "pause")
        self.pause.clicked.connect(self.pause_asked)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Save a checkpoint and end; the run can go on later")
        set_icon(self.stop, "stop")
        self.stop.clicked.connect(self.stop_asked)
        self.explore = QPushButton("Explore")
        self.explore.setToolTip("Play with the model this run has made")
        self.explore.clicked.connect(self.explore_asked)
        self._lay_out()

    def show_runs(self, names: list[str], chosen: str) -> None:
        """List the runs, newest first, below the one that could begin."""
        self.runs.clear()
        self.runs.addItem("New run", NEW)
        for name in names:
            self.runs.addItem(name, name)
        self.runs.setCurrentIndex(max(0, self.runs.findData(chosen)))

    def show_state(
        self, *, new: bool, can_start: bool, running: bool, paused: bool, has_model: bool
    ) -> None:
        """Show the buttons that make sense.

        Args:
            new: a new run is prepared, not an earlier one looked at.
            can_start: it can begin, or the earlier one go on.
            running: a job is at work, on whichever run.
            paused: that job is held.
            has_model: the run looked at has a model to explore.
        """
        self.start.setText("Start" if new else "Go on")
        tip = "Begin a new run (Ctrl+Return)" if new else "Go on from the last checkpoint"
        self.start.setToolTip(tip)
        self.start.setVisible(not running and can_start)
        make_primary(self.start)
        set_icon(self.start, "play", "on_spot")
        self.pause.setVisible(running)
        self.pause.setText("Go on" if paused else "Pause")
        self.pause.setToolTip("Let the run go on" if paused else "Hold the run where it is")
        set_icon(self.pause, "play" if paused else "pause")
        self.stop.setVisible(running)
        self.stop.setEnabled(running)
        self.explore.setVisible(has_model)
        make_primary(self.explore, has_model and not running and not can_start)

    def _lay_out(self) -> None:
        title = QLabel("Run")
        title.setBuddy(self.runs)
        quieten(title, "small")
        pair = QVBoxLayout()
        pair.setSpacing(GRID // 2)
        pair.addWidget(title)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for widget in (self.runs, self.explore, self.pause, self.stop, self.start):
            buttons.addWidget(widget)
        pair.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(pair)

    @Slot()
    def _choose(self) -> None:
        self.run_chosen.emit(self.runs.currentData())

"""How many processes render when the window builds: chosen once, for this machine."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from deepzine_gui import dataset
from deepzine_gui.ui import memory


class WorkersMenu(QMenu):
    """As many as suit the machine, one fewer, or one; the choice holds from the next build on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Processes that build", parent)
        self._usual = dataset.usual_workers()
        group = QActionGroup(self)
        for workers in sorted({self._usual, max(1, self._usual - 1), 1}, reverse=True):
            action = QAction(self._words(workers), self)
            action.setData(workers)
            action.setCheckable(True)
            action.setChecked(workers == self.number())
            action.triggered.connect(self._choose)
            group.addAction(action)
            self.addAction(action)

    def number(self) -> int:
        """How many processes render on this machine: as many as suit it until others are chosen."""
        return min(memory.workers() or self._usual, self._usual)

    def _words(self, workers: int) -> str:
        if workers == self._usual:
            return f"{workers}, as &many as suit this machine"
        return "&1, other cores stay free" if workers == 1 else f"{workers}, one &fewer"

    @Slot()
    def _choose(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            workers = int(action.data())
            memory.choose_workers(0 if workers == self._usual else workers)

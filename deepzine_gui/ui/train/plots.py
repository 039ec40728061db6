"""The plots of a run; their library is loaded only after the bench has been shown."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from deepzine_gui.ui.theme import GRID, quieten
from deepzine_gui.ui.train.record import RunRecord

if TYPE_CHECKING:
    from deepzine_gui.ui.train.metric_plot import MetricPlot


class Plots(QWidget):
    """Four plots over the same kimg: losses, scores, penalty, diversity."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: RunRecord | None = None
        self.plots: list[MetricPlot] = []
        self._waiting = QLabel("Plots…")
        quieten(self._waiting)
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)
        self._grid.addWidget(self._waiting, 0, 0)

    def show_record(self, record: RunRecord | None) -> None:
        """Show another run."""
        self._record = record
        for plot in self.plots:
            plot.show_stages(record.plan if record is not None else [])
        self.refresh()

    def refresh(self) -> None:
        """Draw what the run has told so far; cheap enough for every report."""
        for plot in self.plots:
            for column in plot.lines:
                if self._record is None:
                    plot.clear_column(column)
                else:
                    kimg = self._record.column("kimg")
                    plot.show_column(column, kimg, self._record.column(column))

    def showEvent(self, event: QShowEvent) -> None:
        """Load the plots once there is something to look at meanwhile."""
        super().showEvent(event)
        if not self.plots:
            QTimer.singleShot(0, self, self.fill)

    def fill(self) -> None:
        """Make the plots, if they are not there yet."""
        if self.plots:
            return
        from deepzine_gui.ui.train.four_plots import make_plots

        self.plots = make_plots()
        self._waiting.hide()
        for place, plot in enumerate(self.plots):
            self._grid.addWidget(plot, *divmod(place, 2))
        self.show_record(self._record)

"""The plots of a run; their library is loaded only after the bench has been shown."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from deepzine_gui.ui.theme import GRID, quieten
from deepzine_gui.ui.train.record import LOOKED_AT, RunRecord

if TYPE_CHECKING:
    from deepzine_gui.ui.train.metric_plot import MetricPlot

_PAGES = (
    ("Health", "Whether the pages are good."),
    ("Networks", "Whether both networks are at work."),
)

NO_LOOKS = "No look at this run has measured it yet."
"""In place of curves that come of looks at both networks."""


class Plots(QWidget):
    """Two pages of four plots over the same kimg.

    Attributes:
        plots: all of them; none before the first show.
        tabs: choose the page.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: RunRecord | None = None
        self.plots: list[MetricPlot] = []
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("Plots")
        for place, (name, tip) in enumerate(_PAGES):
            self.tabs.addTab(name)
            self.tabs.setTabToolTip(place, tip)
        self._waiting = QLabel("Plots…")
        quieten(self._waiting)
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._waiting)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.tabs)
        column.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(self._turn_to)

    def show_record(self, record: RunRecord | None) -> None:
        """Show another run."""
        self._record = record
        for plot in self.plots:
            plot.show_stages(record.plan if record is not None else [])
        self.refresh()
        if record is None or not record.count:
            for plot in self.plots:
                plot.rest()

    def refresh(self) -> None:
        """Draw what the run has told so far; cheap enough for every report."""
        for plot in self.plots:
            plot.show_marks(self._record.marks if self._record is not None else [])
            for column in plot.lines:
                if self._record is None:
                    plot.clear_column(column)
                else:
                    plot.show_column(column, *self._record.curve(column))
            plot.explain(self._why_empty(plot))

    def _why_empty(self, plot: "MetricPlot") -> str:
        if self._record is None or not self._record.count:
            return ""
        of_looks = set(plot.lines) <= set(LOOKED_AT)
        return NO_LOOKS if of_looks and not self._record.looks else plot.empty

    def showEvent(self, event: QShowEvent) -> None:
        """Load the plots once there is something to look at meanwhile."""
        super().showEvent(event)
        if not self.plots:
            QTimer.singleShot(0, self, self.fill)

    def fill(self) -> None:
        """Make the plots, if they are not there yet."""
        if self.plots:
            return
        from deepzine_gui.ui.train.all_plots import make_plots

        self._pages.removeWidget(self._waiting)
        self._waiting.hide()
        for plots in make_plots():
            page = QWidget()
            grid = QGridLayout(page)
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setSpacing(GRID)
            for place, plot in enumerate(plots):
                grid.addWidget(plot, *divmod(place, 2))
            self._pages.addWidget(page)
            self.plots += plots
        self._turn_to(self.tabs.currentIndex())
        self.show_record(self._record)

    @Slot(int)
    def _turn_to(self, place: int) -> None:
        if self.plots:
            self._pages.setCurrentIndex(place)

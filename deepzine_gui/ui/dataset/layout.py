"""How the Dataset bench is laid out: settings, what there is to say, all pages, one page."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui.ui.dataset.filters import FilterColumn
from deepzine_gui.ui.dataset.grid.page_grid import PageGrid
from deepzine_gui.ui.dataset.grid.thumbnails import Thumbnails
from deepzine_gui.ui.dataset.inspector import Inspector
from deepzine_gui.ui.dataset.left_out import LeftOut
from deepzine_gui.ui.dataset.marks.label_line import LabelLine
from deepzine_gui.ui.dataset.ordering import OrderLine
from deepzine_gui.ui.dataset.settings.panel import SettingsPanel
from deepzine_gui.ui.dataset.state import State
from deepzine_gui.ui.dataset.statistics.strip import Statistics
from deepzine_gui.ui.dataset.words import invitation, nothing_shown
from deepzine_gui.ui.empty_state import EmptyState
from deepzine_gui.ui.memory import SplitterMemory
from deepzine_gui.ui.theme import GRID

_SETTINGS_SHARE = 0.4
"""So much of the bench's height the settings take at most."""


class Parts(QObject):
    """The widgets of the bench."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.panel = SettingsPanel()
        self.remark = QLabel(wordWrap=True)
        self.remark.setProperty("warning", True)
        self.left_out = LeftOut()
        self.thumbnails = Thumbnails(self)
        self.filters = FilterColumn()
        self.ordering = OrderLine()
        self.grid = PageGrid(self.thumbnails)
        self.label_line = LabelLine(self.grid)
        self.statistics = Statistics()
        self.inspector = Inspector()
        self.empty = EmptyState("", "")
        self.middle = QStackedWidget()
        self.ordering.zoom.valueChanged.connect(self.grid.set_page_px)
        self.grid.zoomed.connect(self.ordering.zoom.setValue)
        self.label_line.closed.connect(self.grid.setFocus)
        self.left_out.toggled.connect(self._fold_settings)
        self.panel.shown.fold.toggled.connect(self._fold_sentences)

    def lay_out(self, bench: QWidget) -> None:
        """Put the widgets in their places."""
        pages = QWidget()
        column = QVBoxLayout(pages)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.ordering)
        column.addWidget(self.grid, 1)
        column.addWidget(self.statistics)
        self.filters.setMinimumWidth(20 * GRID)
        self.inspector.setMinimumWidth(28 * GRID)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(2 * GRID)
        for part in (self.filters, pages, self.inspector):
            splitter.addWidget(part)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([200, 860, 340])
        SplitterMemory(splitter, "dataset pages")
        self.middle.addWidget(self.empty)
        self.middle.addWidget(splitter)
        layout = QVBoxLayout(bench)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.panel)
        remarks = QHBoxLayout()
        remarks.addWidget(self.remark, 1)
        remarks.addWidget(self.left_out)
        remarks.addStretch()
        layout.addLayout(remarks)
        layout.addWidget(self.left_out.lines)
        layout.addWidget(self.middle, 1)
        bench.installEventFilter(self)

    def show_state(self, state: State) -> None:
        """Say what there is and what to do next."""
        self.panel.show_state(
            can_build=state.can_build,
            busy=state.busy,
            built=state.built,
            current=state.current,
            whole=not state.why_again,
            usable=state.kept > 0,
        )
        # what is imported is made by no settings, and not of the project's documents
        self.panel.setHidden(state.importing)
        self.remark.setText(state.remark)
        self.remark.setVisible(bool(state.remark))
        self.middle.setCurrentIndex(1 if state.pages else 0)
        self.panel.build.setVisible(state.pages > 0 or state.busy)
        self.empty.say(
            *invitation(
                can_build=state.can_build,
                busy=state.busy,
                importing=state.importing,
                opening=state.opening,
                trouble=state.trouble,
            )
        )
        self.grid.set_empty_text(nothing_shown(busy=state.busy))
        self.statistics.summary.setText(state.summary)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the pages most of the bench, however large it is."""
        if isinstance(event, QResizeEvent):
            self.panel.shown.limit(round(_SETTINGS_SHARE * event.size().height()))
        return False

    @Slot(bool)
    def _fold_settings(self, opened: bool) -> None:
        """A small window has room for the sentences or for the settings."""
        if opened:
            self.panel.fold()

    @Slot(bool)
    def _fold_sentences(self, opened: bool) -> None:
        if opened:
            self.left_out.setChecked(False)

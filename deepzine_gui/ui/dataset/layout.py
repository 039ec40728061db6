"""How the Dataset bench is laid out: settings, what there is to say, all pages, one page."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout

from deepzine_gui.ui.dataset.page_grid import LARGEST, SMALLEST, USUAL
from deepzine_gui.ui.memory import SplitterMemory
from deepzine_gui.ui.theme import GRID

if TYPE_CHECKING:
    from deepzine_gui.ui.dataset.bench import DatasetBench


def lay_out(bench: "DatasetBench") -> None:
    """Put the widgets of the bench in their places."""
    bench.zoom.setRange(SMALLEST, LARGEST)
    bench.zoom.setValue(USUAL)
    bench.zoom.setFixedWidth(18 * GRID)
    bench.zoom.setAccessibleName("Size of the pages in the grid")
    bench.zoom.setToolTip("Size of the pages in the grid")
    bench.zoom_label.setBuddy(bench.zoom)
    line = QHBoxLayout()
    line.addWidget(bench.summary, 1)
    line.addWidget(bench.zoom_label)
    line.addWidget(bench.zoom)
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(2 * GRID)
    splitter.addWidget(bench.grid)
    splitter.addWidget(bench.inspector)
    splitter.setStretchFactor(0, 1)
    bench.inspector.setMinimumWidth(28 * GRID)
    splitter.setSizes([960, 400])
    SplitterMemory(splitter, "dataset")
    bench.middle.addWidget(bench.empty)
    bench.middle.addWidget(splitter)
    layout = QVBoxLayout(bench)
    layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
    layout.setSpacing(GRID)
    layout.addWidget(bench.panel)
    layout.addLayout(line)
    layout.addWidget(bench.remark)
    layout.addWidget(bench.left_out)
    layout.addWidget(bench.middle, 1)

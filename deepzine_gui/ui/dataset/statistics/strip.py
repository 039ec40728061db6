"""The statistics of the pages shown: their mean, their brightness, their ink, where they belong."""

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from deepzine_gui.dataset import REASONS, SET_ASIDE
from deepzine_gui.ui.dataset.statistics.charts import NameChart, RangeChart
from deepzine_gui.ui.dataset.statistics.sampling import LEVELS, Sample
from deepzine_gui.ui.dataset.table import Indices, PageTable
from deepzine_gui.ui.fitting_label import FittingLabel
from deepzine_gui.ui.pictures import PageView
from deepzine_gui.ui.theme import GRID, quieten
from deepzine_gui.words import count_text

_LEAST_HEIGHT, _HEIGHT = 11 * GRID, 18 * GRID
_MEAN_WIDTH = 9 * GRID
_BRIGHTNESS_WIDTH = 10 * GRID
_NAMES_WIDTH = 11 * GRID
_INK_STEPS = 24


class Statistics(QWidget):
    """A strip that opens and closes; it counts only while it is open.

    Signals:
        sample_wanted(): a sample of the pages shown is needed; it comes back by `show_sample`.
    """

    sample_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = PageTable()
        self._pages: Indices = np.empty(0, np.intp)
        self._sampled: Indices | None = None
        self._stale = True
        self._count_soon = QTimer(self, singleShot=True, interval=0)
        self._count_soon.timeout.connect(self._count)
        self.fold = QToolButton()
        self.fold.setText("Statistics")
        self.fold.setCheckable(True)
        self.fold.setProperty("plain", True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setArrowType(Qt.ArrowType.RightArrow)
        self.fold.setToolTip("Mean page, brightness, ink, and where the pages shown belong")
        self.fold.toggled.connect(self._open)
        self.summary = FittingLabel()
        self.summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        quieten(self.summary, "small")
        self.mean = PageView("Mean page")
        self.mean.setMinimumHeight(_LEAST_HEIGHT)
        self.brightness = RangeChart("Brightness", "black", "white")
        self.ink = RangeChart("Ink", "0 %", "")
        self.documents = NameChart("Documents", "no page", elide=Qt.TextElideMode.ElideLeft)
        self.labels = NameChart("Labels", "no label")
        self.aside = NameChart("Set aside", "no page")
        self._strip = QWidget()
        self._lay_out()

    @property
    def is_open(self) -> bool:
        """Whether the strip can be seen."""
        return self.fold.isChecked()

    def show_pages(self, table: PageTable, pages: Indices) -> None:
        """Count these pages, once they are painted, or when the strip is opened.

        Where they are the same array as before only their marks have changed.
        """
        self._table, self._pages, self._stale = table, pages, True
        self._show_words()
        if self.is_open:
            self._count_soon.start()

    def show_sample(self, sample: Sample) -> None:
        """Show the mean of the pages and the brightness of their pixels."""
        if sample.pages != len(self._pages):
            return
        self.mean.show_page(sample.mean if sample.taken else None)
        whole = sample.taken == sample.pages
        some = "all of them" if whole else f"{sample.taken:,} of them, evenly taken"
        self.mean.setToolTip(f"The mean of {some}")
        step = 100 / LEVELS
        self.brightness.show_bars(
            [
                (share**0.5, f"{_span(place, step, 0)}: {100 * share:.1f} % of pixels")
                for place, share in enumerate(sample.brightness.tolist())
            ]
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.fold)
        head.addWidget(self.summary, 1)
        line = QHBoxLayout(self._strip)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID)
        line.addWidget(self.mean)
        self.mean.setFixedWidth(_MEAN_WIDTH)
        self.brightness.setMinimumWidth(_BRIGHTNESS_WIDTH)
        line.addWidget(self.brightness, 4)
        line.addWidget(self.ink, 3)
        line.addWidget(self.documents, 6)
        line.addWidget(self.labels, 5)
        for names in (self.documents, self.aside):
            names.setMinimumWidth(_NAMES_WIDTH)
        line.addWidget(self.aside, 4)
        self.brightness.setToolTip("Heights are square roots, so that the ink shows beside paper")
        self._strip.setMinimumHeight(_LEAST_HEIGHT)
        self._strip.setMaximumHeight(_HEIGHT)
        self._strip.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(head)
        layout.addWidget(self._strip)

    @Slot(bool)
    def _open(self, wanted: bool) -> None:
        self.fold.setArrowType(Qt.ArrowType.DownArrow if wanted else Qt.ArrowType.RightArrow)
        self._strip.setVisible(wanted)
        self._show_words()
        if wanted and self._stale:
            self._count_soon.start()

    def _show_words(self) -> None:
        of = f" of {count_text(len(self._pages), 'pages')}" if self.is_open else ""
        self.fold.setText(f"Statistics{of}")

    @Slot()
    def _count(self) -> None:
        self._stale = False
        table, pages = self._table, self._pages
        if pages is not self._sampled:
            self._sampled = pages
            self._count_ink(table, pages)
            self.sample_wanted.emit()
        per_document = np.bincount(table.document[pages], minlength=len(table.documents))
        self.documents.show_counts(
            [(table.documents[code].name, int(per_document[code])) for code in _found(per_document)]
        )
        per_label = np.bincount(table.marks.label[pages], minlength=len(table.labels))
        self.labels.show_counts(
            [(table.labels[code], int(per_label[code])) for code in _found(per_label) if code]
        )
        aside = pages[table.marks.state[pages] == SET_ASIDE]
        per_reason = np.bincount(table.marks.reason[aside], minlength=len(REASONS))
        self.aside.show_counts(
            [(REASONS[code] or "no reason", int(per_reason[code])) for code in _found(per_reason)]
        )

    def _count_ink(self, table: PageTable, pages: Indices) -> None:
        ink = table.ink[pages]
        most = float(np.quantile(ink, 0.99)) if len(ink) else 0.0
        most = max(most, 0.01)
        found, _ = np.histogram(np.minimum(ink, most), bins=_INK_STEPS, range=(0.0, most))
        step = 100 * most / _INK_STEPS
        bars = [
            (float(number), f"{_span(place, step, 1)}: {count_text(number, 'pages')}")
            for place, number in enumerate(found.tolist())
        ]
        self.ink.show_bars(bars, high=f"{100 * most:.0f} %")


def _found(counts: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> list[int]:
    return [int(code) for code in np.flatnonzero(counts)]


def _span(place: int, step: float, decimals: int) -> str:
    """For example "45 to 48 %", of the bar at a place."""
    return f"{place * step:.{decimals}f} to {(place + 1) * step:.{decimals}f} %"

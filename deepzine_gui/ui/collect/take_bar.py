"""How much to take and how to choose it, what that costs, and the button that gets it."""

from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui.archive.choosing.costs import Cost
from deepzine_gui.ui.collect.choosing import Choice
from deepzine_gui.ui.fitting_label import FittingLabel
from deepzine_gui.ui.theme import GRID, font, indent, make_primary, quieten, set_icon
from deepzine_gui.ui.wrapping import WrappingLine, together
from deepzine_gui.words import count_text

_GB = 1_000_000_000
_WAYS: Final = (
    ("the first in the table", "first"),
    ("the most downloaded", "popular"),
    ("at random", "random"),
    ("evenly over the years", "years"),
    ("only what I tick", None),
)


class TakeBar(QWidget):
    """Two lines: what is chosen; what it costs, and the button for it.

    Signals:
        choice_changed(): another choice is asked for; see `choice`.
        untick_asked(): nothing shall be ticked.
        download_asked(): get what is ticked.
        next_asked(): go on to the next bench.
    """

    choice_changed = Signal()
    untick_asked = Signal()
    download_asked = Signal()
    next_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = QSpinBox(minimum=0, maximum=1_000_000, value=50)
        self.count.setAccessibleName("Number of documents to take")
        self.way = QComboBox()
        self.way.setAccessibleName("Which documents to take")
        for text, pick in _WAYS:
            self.way.addItem(text, pick)
        self.seed = QSpinBox(minimum=0, maximum=999_999, value=1, prefix="seed ")
        self.seed.setAccessibleName("Seed of the choice by chance")
        self.seed.setToolTip("The same seed takes the same documents")
        self.pages = QSpinBox(minimum=0, maximum=100_000_000, singleStep=1000)
        self.pages.setSpecialValueText("any")
        self.pages.setAccessibleName("Pages of all documents at most")
        self.gigabytes = QDoubleSpinBox(minimum=0.1, maximum=100_000.0, value=2.0, decimals=1)
        self.gigabytes.setSuffix(" GB")
        self.gigabytes.setAccessibleName("Size of all documents at most")
        self.untick = QPushButton("Untick all")
        self.untick.setProperty("plain", True)
        self.untick.clicked.connect(self._untick)
        self.cost = FittingLabel()
        self.cost.setFont(font("normal", figures=True))
        self.download = QPushButton("Download")
        set_icon(self.download, "download", "on_spot")
        self.download.setToolTip("Download what is ticked")
        self.download.clicked.connect(self.download_asked)
        self.next = QPushButton("Go on to Dataset")
        self.next.clicked.connect(self.next_asked)
        self._lay_out()
        for box in (self.count, self.pages, self.gigabytes, self.seed):
            indent(box)
            box.valueChanged.connect(self.choice_changed)
        self.way.currentIndexChanged.connect(self._change_way)
        self._show_way()

    @property
    def choice(self) -> Choice:
        """What to tick."""
        return Choice(
            pick=self.way.currentData(),
            documents=self.count.value(),
            pages=self.pages.value() or None,
            size_bytes=round(self.gigabytes.value() * _GB),
            seed=self.seed.value(),
        )

    def show_cost(
        self,
        cost: Cost | None,
        *,
        here: int,
        queued: int,
        note: str,
        ready: bool,
        most: int | None = None,
    ) -> None:
        """Say what the ticked items cost, and make what to do next the primary button.

        Args:
            cost: of those that are neither here nor queued; None if nothing is ticked.
            here: how many of the ticked are here already.
            queued: how many of them wait in the download that runs, or come.
            note: what else is to be said of the cost.
            ready: there is something to build a dataset from.
            most: so many documents are taken at most, whatever the items hold; None: all.
        """
        if cost is None:
            self._say(self._why_nothing(), is_warning=False)
        else:
            self._say(_sentence(cost, here, queued, note, most), is_warning=bool(cost.refusal))
        can_download = cost is not None and cost.documents > 0 and cost.fits
        wanted = cost.documents if cost is not None else 0
        self.download.setText(f"Download {wanted:,}" if wanted else "Download")
        self.download.setEnabled(can_download)
        # one button at a time: what to do next
        go_on = ready and not wanted
        self.next.setVisible(go_on)
        self.download.setVisible(not go_on)
        make_primary(self.download, can_download)
        make_primary(self.next)
        set_icon(self.download, "download", "on_spot" if can_download else "ink")

    def _why_nothing(self) -> str:
        if self.choice.pick is None or not self.choice.documents:
            return "Nothing is ticked."
        return "Nothing is ticked: no item shown is left that can be had within these limits."

    def _say(self, sentence: str, *, is_warning: bool) -> None:
        self.cost.setText(sentence)
        self.cost.setAccessibleName(sentence)
        if bool(self.cost.property("warning")) != is_warning:
            self.cost.setProperty("warning", is_warning)
            self.cost.style().unpolish(self.cost)
            self.cost.style().polish(self.cost)

    @Slot()
    def _change_way(self) -> None:
        self._show_way()
        self.choice_changed.emit()

    def _show_way(self) -> None:
        pick = self.way.currentData()
        self.seed.setVisible(pick in ("random", "years"))
        for box in (self.count, self.gigabytes, self.pages):
            box.setEnabled(pick is not None)

    @Slot()
    def _untick(self) -> None:
        self.way.setCurrentIndex(self.way.findData(None))
        self.untick_asked.emit()

    def _lay_out(self) -> None:
        choice = WrappingLine()
        for widgets in (
            (_quiet("Take"), self.count, _quiet("documents:")),
            (self.way, self.seed),
            (_quiet("at most"), self.gigabytes),
            (_quiet("and"), self.pages, _quiet("pages")),
        ):
            choice.addWidget(together(*widgets))
        choice.add_stretch()
        choice.addWidget(self.untick)
        for box, width in (
            (self.count, 11),
            (self.gigabytes, 14),
            (self.pages, 13),
            (self.seed, 15),
        ):
            box.setFixedWidth(width * GRID)
        deed = QHBoxLayout()
        deed.setSpacing(2 * GRID)
        deed.addWidget(self.cost, 1)
        deed.addWidget(self.next)
        deed.addWidget(self.download)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(choice)
        layout.addLayout(deed)


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    quieten(label)
    return label


def _sentence(cost: Cost, here: int, queued: int, note: str, most: int | None) -> str:
    if not cost.documents:
        ticked = f"{count_text(here + queued, 'documents')} ticked"
        if not queued:
            return f"{ticked}, all here."
        where = f": {here:,} here, {queued:,} on the way." if here else ", all on the way."
        return ticked + where
    if cost.refusal:
        return cost.refusal
    more = [f"{here:,} more already here"] if here else []
    if queued:
        more.append(f"{queued:,} more on the way")
    # an item that is not weighed may hold several documents, of which only so many are taken
    is_count_sure = cost.certainty == "exact" or cost.documents == most
    sure = "" if is_count_sure else "About "
    return " · ".join([f"{sure}{cost}", *more, *([note] if note else [])])

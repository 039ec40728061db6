"""Which of the items found are shown: by words, years, language, pages and size."""

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from deepzine_gui.ui.collect.filtering import ALL, Filter
from deepzine_gui.ui.collect.listing import Listing
from deepzine_gui.ui.collect.number_field import NumberField
from deepzine_gui.ui.text_field import TextField
from deepzine_gui.ui.theme import GRID, icon, quieten, set_icon
from deepzine_gui.ui.wrapping import WrappingLine, together

_MB = 1_000_000
_ALL_LANGUAGES = "All languages"


class FilterBar(QWidget):
    """One line of fields.

    Signals:
        changed(): other items are to be shown; see `value`.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = TextField(placeholderText="Title or creator", clearButtonEnabled=True)
        self.words.setAccessibleName("Words in title or creator")
        self.words.setMinimumWidth(18 * GRID)
        glass = self.words.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        set_icon(glass, "search", "quiet")
        self.first_year = NumberField("from", "First year")
        self.last_year = NumberField("to", "Last year")
        self.language = QComboBox()
        self.language.setAccessibleName("Language")
        self.language.setFixedWidth(18 * GRID)
        self.language.addItem(_ALL_LANGUAGES, None)
        self.least_pages = NumberField("from", "Pages at least")
        self.most_pages = NumberField("to", "Pages at most")
        self.most_mb = NumberField("MB", "Megabytes at most")
        self.only_open = QCheckBox("Can be taken")
        self.only_open.setToolTip("Hide what is greyed")
        self.reset = QPushButton("Show all")
        self.reset.setProperty("plain", True)
        self.reset.setToolTip("Empty all fields of the filter")
        self.reset.clicked.connect(self.clear)
        self._shown_counts: list[tuple[str, int]] = []
        self._lay_out()
        self.words.textChanged.connect(self._tell)
        self.language.currentIndexChanged.connect(self._tell)
        self.only_open.toggled.connect(self._tell)
        for field in self._numbers:
            field.changed.connect(self._tell)
        self._tell()

    @property
    def value(self) -> Filter:
        """What is asked for."""
        megabytes = self.most_mb.value
        return Filter(
            words=self.words.text(),
            first_year=self.first_year.value,
            last_year=self.last_year.value,
            language=self.language.currentData(),
            least_pages=self.least_pages.value,
            most_pages=self.most_pages.value,
            most_bytes=None if megabytes is None else megabytes * _MB,
            only_open=self.only_open.isChecked(),
        )

    def show_languages(self, listing: Listing) -> None:
        """Offer the languages of the items, the most frequent first; the choice stays."""
        counts = np.bincount(listing.column("language"), minlength=len(listing.languages))
        found = [(word, int(counts[code])) for code, word in enumerate(listing.languages) if word]
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        # a list that is open stays as it is under the person's pointer
        if found == self._shown_counts or self.language.view().isVisible():
            return
        self._shown_counts = found
        chosen = self.language.currentData()
        blocked = self.language.blockSignals(True)
        self.language.clear()
        self.language.addItem(_ALL_LANGUAGES, None)
        for word, count in found:
            self.language.addItem(f"{word}  ({count:,})", word)
        place = self.language.findData(chosen) if chosen is not None else 0
        self.language.setCurrentIndex(max(0, place))
        self.language.blockSignals(blocked)
        if place < 0:
            self._tell()

    @Slot()
    def clear(self) -> None:
        """Show everything."""
        blocked = self.blockSignals(True)
        self.words.clear()
        self.language.setCurrentIndex(0)
        self.only_open.setChecked(False)
        for field in self._numbers:
            field.clear()
        self.blockSignals(blocked)
        self._tell()

    @property
    def _numbers(self) -> tuple[NumberField, ...]:
        return self.first_year, self.last_year, self.least_pages, self.most_pages, self.most_mb

    @Slot()
    def _tell(self) -> None:
        self.reset.setEnabled(self.value != ALL)
        self.changed.emit()

    def _lay_out(self) -> None:
        line = WrappingLine(self, spacing=GRID + GRID // 2)
        line.add_greedy(self.words)
        for name, fields in (
            ("Years", (self.first_year, self.last_year)),
            ("", (self.language,)),
            ("Pages", (self.least_pages, self.most_pages)),
            ("At most", (self.most_mb,)),
            ("", (self.only_open, self.reset)),
        ):
            label = QLabel(name)
            quieten(label)
            line.addWidget(together(*([label] if name else []), *fields, spacing=GRID // 2))

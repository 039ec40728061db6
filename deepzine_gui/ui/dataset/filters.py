"""Which pages are shown: by state and reason, by document, by label, all at once."""

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from deepzine_gui.ui.dataset.choice_list import ChoiceList, Entry
from deepzine_gui.ui.dataset.choosing import ALL, ONLY_ASIDE, ONLY_KEPT, Filter, counts
from deepzine_gui.ui.dataset.table import PageTable
from deepzine_gui.ui.theme import GRID, quieten

_STATES = {ALL: "All pages", ONLY_KEPT: "Kept", ONLY_ASIDE: "Set aside"}
_MOST_STATES = 11


class FilterColumn(QWidget):
    """Three lists, one choice in each.

    Signals:
        changed(): other pages are to be shown; see `value`.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.states = ChoiceList("Pages by state")
        self.documents = ChoiceList("Pages by document", search="Search documents")
        self.labels = ChoiceList("Pages by label")
        self.label_by = QToolButton()
        self.label_by.setText("Label by…")
        self.label_by.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.label_by.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.label_by.setToolTip("Label all pages by what is known of their documents")
        self._documents_shown: object = None
        self._labels_shown: object = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.states, 4)
        layout.addSpacing(GRID // 2)
        layout.addWidget(self.documents, 3)
        layout.addLayout(_heading("Labels", self.label_by))
        layout.addWidget(self.labels, 2)
        for choices in (self.states, self.documents, self.labels):
            choices.chosen.connect(self.changed)

    def value(self) -> Filter:
        """What is chosen."""
        state, document, label = self.states.key, self.documents.key, self.labels.key
        return Filter(
            state=str(state or ALL),
            document=document if isinstance(document, int) else None,
            label=label if isinstance(label, str) else None,
        )

    def show_table(self, table: PageTable) -> None:
        """Count the pages of each choice anew."""
        found = counts(table)
        states = [
            Entry(key, _STATES.get(key, key.capitalize()), found[key], key not in _STATES)
            for key in found
        ]
        self.states.show_entries(states)
        self.states.fit_height(_MOST_STATES)
        self._show_documents(table)
        self._show_labels(table)

    def show_only_document(self, document: int) -> None:
        """Narrow the pages to one document's."""
        self.documents.choose(document)

    @Slot()
    def reset(self) -> None:
        """Show all pages."""
        self.states.choose(ALL)
        self.documents.choose(None)
        self.labels.choose(None)

    def _show_documents(self, table: PageTable) -> None:
        if self._documents_shown is table.document:
            return
        self._documents_shown = table.document
        pages = np.bincount(table.document, minlength=len(table.documents)).tolist()
        entries = [Entry(code, row.name, pages[code]) for code, row in enumerate(table.documents)]
        self.documents.show_entries([Entry(None, "All documents", table.count), *entries])

    def _show_labels(self, table: PageTable) -> None:
        if self._labels_shown is table.marks.label:
            return
        self._labels_shown = table.marks.label
        pages = np.bincount(table.marks.label, minlength=len(table.labels)).tolist()
        labels = [
            Entry(name, name or "No label", pages[code])
            for code, name in enumerate(table.labels)
            if pages[code]
        ]
        labels.sort(key=lambda entry: str(entry.key))
        self.labels.show_entries([Entry(None, "All labels", table.count), *labels])


def _heading(text: str, button: QToolButton) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setContentsMargins(0, GRID // 2, 0, 0)
    title = QLabel(text)
    quieten(title, "small")
    line.addWidget(title, 1)
    button.setProperty("plain", True)
    button.setProperty("slim", True)
    button.setFont(title.font())
    line.addWidget(button)
    return line

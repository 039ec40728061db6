"""What can be done with pages: as keys, in the Run menu, and in the menu of a page."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal, SignalInstance, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from deepzine_gui.ui.dataset.marks.marking import Marking
from deepzine_gui.ui.dataset.viewing import Viewing
from deepzine_gui.ui.dataset.words import shown_in_words
from deepzine_gui.ui.theme import set_icon

if TYPE_CHECKING:
    from deepzine_gui.ui.dataset.layout import Parts

_LABEL_SOURCES = {
    "folder": "Folder",
    "year": "Year",
    "language": "Language",
    "collection": "Collection",
    "none": "Take all labels off",
}


class PageCommands(QObject):
    """Works on the pages selected in the grid.

    Signals:
        likeness_asked(): sort by likeness to the current page.
        refused(str): why pages cannot be marked now, in a sentence.
    """

    likeness_asked = Signal()
    refused = Signal(str)

    def __init__(self, parts: "Parts", viewing: Viewing, marking: Marking) -> None:
        super().__init__(viewing)
        self._parts, self._viewing, self._marking = parts, viewing, marking
        self.toggle = self._make("Set aside", self.toggle_selected, keys="Del", icon="trash")
        self.label = self._make("&Label…", self.ask_label, keys="L", icon="label")
        self.likeness = self._make("Sort by likeness to this page", self.likeness_asked)
        self.only = self._make("Only this document", self._show_only)
        self.open = self._make("Open the document", parts.inspector.open_document, icon="open")
        self.all = self._make("Show all pages", parts.filters.reset)
        grid = parts.grid
        self.larger = self._make("Larger pages", grid.zoom_in, keys=QKeySequence.StandardKey.ZoomIn)
        self.smaller = self._make(
            "Smaller pages", grid.zoom_out, keys=QKeySequence.StandardKey.ZoomOut
        )
        self._label_by = QMenu("Label by")
        for source, words in _LABEL_SOURCES.items():
            action = self._make(words, self._label_by_source)
            action.setData(source)
            self._label_by.addAction(action)
        parts.filters.label_by.setMenu(self._label_by)
        parts.inspector.toggle_asked.connect(self.toggle_selected)
        parts.label_line.given.connect(self._give_label)
        grid.menu_asked.connect(self._show_menu)
        grid.selection_changed.connect(self.refresh)
        self.refresh()

    def all_commands(self) -> list[QAction]:
        """For the Run menu, and for the keys."""
        return [
            self.toggle,
            self.label,
            self._label_by.menuAction(),
            self.likeness,
            self.only,
            self.all,
            self.open,
            self.larger,
            self.smaller,
        ]

    @Slot()
    def refresh(self) -> None:
        """Offer what can be done with the pages selected now."""
        pages = self._parts.grid.selected
        self._parts.ordering.words.setText(
            shown_in_words(
                every=self._viewing.table.count,
                shown=len(self._parts.grid.shown),
                selected=len(pages),
            )
        )
        can_mark = bool(len(pages))
        kept = bool(self._viewing.table.kept[pages].any())
        words = "Set aside" if kept or not can_mark else "Bring back"
        if words != self.toggle.text():
            self.toggle.setText(words)
            set_icon(self.toggle, "trash" if words == "Set aside" else "undo")
        for action in (self.toggle, self.label):
            action.setEnabled(can_mark)
        self._label_by.setEnabled(self._marking.is_open)
        self._parts.filters.label_by.setEnabled(self._marking.is_open)
        self._parts.inspector.allow_marks(self._marking.is_open)
        for action in (self.likeness, self.only, self.open):
            action.setEnabled(self._parts.grid.current >= 0)

    @Slot()
    def toggle_selected(self) -> None:
        """Set the selected pages aside, or bring them back where none is kept."""
        pages = self._parts.grid.selected
        if len(pages) and self._may_mark():
            self._marking.toggle(pages)

    @Slot()
    def ask_label(self) -> None:
        """Ask for a label of the selected pages."""
        grid, table = self._parts.grid, self._viewing.table
        pages = grid.selected
        if len(pages) and self._may_mark():
            present = {table.label_of(int(page)) for page in pages[:1]}
            known = sorted(label for label in table.labels if label)
            self._parts.label_line.ask(len(pages), present.pop(), known)

    @Slot(str)
    def _give_label(self, label: str) -> None:
        if self._may_mark():
            self._marking.label(self._parts.grid.selected, label)

    def _may_mark(self) -> bool:
        """Whether there is a dataset to mark; the pages of a build that runs move on to others."""
        if not self._marking.is_open:
            self.refused.emit("Pages can be set aside and labelled once the dataset is built.")
        return self._marking.is_open

    @Slot()
    def _label_by_source(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._marking.label_by(action.data())

    @Slot()
    def _show_only(self) -> None:
        page = self._parts.grid.current
        if page >= 0:
            self._parts.filters.show_only_document(int(self._viewing.table.document[page]))

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self._parts.grid)
        menu.addActions([self.toggle, self.label])
        menu.addSeparator()
        menu.addActions([self.likeness, self.only, self.all])
        menu.addSeparator()
        menu.addAction(self.open)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _make(
        self,
        text: str,
        slot: Callable[..., object] | SignalInstance,
        *,
        keys: QKeySequence.StandardKey | str = "",
        icon: str = "",
    ) -> QAction:
        action = QAction(text, self)
        if keys:
            action.setShortcuts(
                QKeySequence.keyBindings(keys)
                if isinstance(keys, QKeySequence.StandardKey)
                else [QKeySequence(keys)]
            )
        if icon:
            set_icon(action, icon)
        action.triggered.connect(slot)
        return action

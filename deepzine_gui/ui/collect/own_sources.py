"""Documents of one's own: files and folders that stay where they are."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui.errors import DocumentError
from deepzine_gui.files import PART
from deepzine_gui.pages import find_documents
from deepzine_gui.pages.documents import kind_in_folder
from deepzine_gui.ui.theme import GRID, font, icon, quieten, set_icon, theme

PICTURES = ("*.pdf", "*.png", "*.jpg", "*.jpeg", "*.tif", "*.tiff", "*.webp", "*.bmp", "*.gif")

_LOOK_S = 0.2
"""The window may wait so long for a look into a folder."""


def holds_pages(source: Path) -> bool:
    """Whether a source holds a document: only the first is looked for, and not for long.

    A folder that shows none within a moment counts as one that does; building tells in the end.

    Raises:
        DocumentError: it is missing, cannot be read, or is neither PDF, picture nor folder.
    """
    if not source.is_dir():
        return bool(find_documents([source]))
    ends = time.monotonic() + _LOOK_S
    # links are followed, as in building: the clock ends a ring of them
    for folder, folders, names in os.walk(source, onerror=_refuse, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if _is_document(Path(folder, name)) or time.monotonic() > ends:
                return True
        if time.monotonic() > ends:
            return True
    return False


def _is_document(path: Path) -> bool:
    if path.name.startswith(".") or path.stem.endswith(PART):
        return False
    return kind_in_folder(path) is not None


def _refuse(error: OSError) -> None:
    raise DocumentError(f"The folder {error.filename} cannot be read: {error.strerror}.") from error


class OwnSources(QWidget):
    """The list of own documents; `added` and `removed` carry paths."""

    added = Signal(list)
    removed = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel("Own documents")
        title.setFont(font("large"))
        self._hint = QLabel("Add PDFs, pictures or folders, or drop them anywhere on the window.")
        self._hint.setWordWrap(True)
        quieten(self._hint)
        self._list = _SourceList()
        self._list.setAccessibleName("Own documents")
        self._list.itemSelectionChanged.connect(self._show_selection)
        self._list.delete_pressed.connect(self._remove)
        self._add = QPushButton("Add files…")
        self._add.setAccessibleName("Add own documents")
        set_icon(self._add, "add")
        self._add.clicked.connect(self.choose_files)
        self._folder = QPushButton("Add folder…")
        set_icon(self._folder, "folder")
        self._folder.clicked.connect(self.choose_folder)
        self._remove_button = QPushButton("Remove")
        set_icon(self._remove_button, "trash")
        self._remove_button.setToolTip("Take it off the list; the file itself stays")
        self._remove_button.clicked.connect(self._remove)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self._add)
        buttons.addWidget(self._folder)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(title)
        layout.addWidget(self._hint)
        layout.addLayout(buttons)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._remove_button)
        layout.addStretch(0)
        theme.changed.connect(self._tint)
        self.show_sources([])

    def show_sources(self, paths: Sequence[Path]) -> None:
        """Show these paths; those that have vanished are greyed and say so."""
        self._list.clear()
        for path in paths:
            entry = QListWidgetItem(path.name or str(path))
            entry.setData(Qt.ItemDataRole.UserRole, str(path))
            entry.setToolTip(str(path))
            if not path.exists():
                entry.setText(f"{path.name} — not there any more")
                entry.setToolTip(f"{path} has been moved or deleted.")
            self._list.addItem(entry)
        self._tint()
        self._list.setVisible(bool(paths))
        self._remove_button.setVisible(bool(paths))
        self._show_selection()

    @Slot()
    def choose_files(self) -> None:
        """Ask for files."""
        names, _ = QFileDialog.getOpenFileNames(
            self, "Add own documents", "", f"Documents ({' '.join(PICTURES)});;All files (*)"
        )
        if names:
            self.added.emit([Path(name) for name in names])

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(self, "Add a folder of documents")
        if name:
            self.added.emit([Path(name)])

    @Slot()
    def _remove(self) -> None:
        chosen = [Path(e.data(Qt.ItemDataRole.UserRole)) for e in self._list.selectedItems()]
        if chosen:
            self.removed.emit(chosen)

    @Slot()
    def _show_selection(self) -> None:
        self._remove_button.setEnabled(bool(self._list.selectedItems()))

    @Slot()
    def _tint(self) -> None:
        for place in range(self._list.count()):
            entry = self._list.item(place)
            path = Path(entry.data(Qt.ItemDataRole.UserRole))
            name = "warning" if not path.exists() else "folder" if path.is_dir() else "book"
            entry.setIcon(icon(name, "quiet"))


class _SourceList(QListWidget):
    """A list whose Delete key asks to remove what is selected."""

    delete_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)

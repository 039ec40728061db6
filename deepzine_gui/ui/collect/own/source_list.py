"""The list of own documents: what they are called, and where they lie."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from deepzine_gui.ui.theme import GRID, icon, theme

_PATH_ROLE = Qt.ItemDataRole.UserRole
_NAME_WIDTH = 40 * GRID


class SourceList(QTreeWidget):
    """Shows files and folders; Delete asks to remove what is selected."""

    remove_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Own documents")
        self.setHeaderLabels(["Name", "Lies in"])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().setStretchLastSection(True)
        self.setColumnWidth(0, _NAME_WIDTH)
        theme.changed.connect(self._tint)

    @property
    def chosen(self) -> list[Path]:
        """The paths that are selected."""
        return [Path(entry.data(0, _PATH_ROLE)) for entry in self.selectedItems()]

    def show_paths(self, copies: Sequence[Path], elsewhere: Sequence[Path]) -> None:
        """Show what lies in the project and what lies elsewhere; what has vanished says so."""
        self.clear()
        for path in copies:
            self._add(path, "this project")
        for path in elsewhere:
            where = str(path.parent) if path.exists() else "not there any more: moved or deleted"
            self._add(path, where)
        self._tint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete asks to remove what is selected."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_asked.emit()
        else:
            super().keyPressEvent(event)

    def _add(self, path: Path, where: str) -> None:
        entry = QTreeWidgetItem([path.name or str(path), where])
        entry.setData(0, _PATH_ROLE, str(path))
        for column in range(2):
            entry.setToolTip(column, str(path))
        self.addTopLevelItem(entry)

    @Slot()
    def _tint(self) -> None:
        places = range(self.topLevelItemCount())
        for entry in filter(None, map(self.topLevelItem, places)):
            path = Path(entry.data(0, _PATH_ROLE))
            name = "warning" if not path.exists() else "folder" if path.is_dir() else "book"
            entry.setIcon(0, icon(name, "quiet"))

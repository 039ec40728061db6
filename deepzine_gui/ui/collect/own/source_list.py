"""The list of own documents: what they are called, and where they lie."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem

from deepzine_gui.ui.collect.cells import PlainDelegate
from deepzine_gui.ui.theme import GRID, icon, theme

_PATH_ROLE = Qt.ItemDataRole.UserRole
_NAME_WIDTH = 48 * GRID
_ROW_HEIGHT = 4 * GRID


class SourceList(QTableWidget):
    """Shows files and folders; Delete asks to remove what is selected."""

    remove_asked = Signal()

    def __init__(self) -> None:
        super().__init__(0, 2)
        self.setAccessibleName("Own documents")
        self.setHorizontalHeaderLabels(["Name", "Lies in"])
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setItemDelegate(PlainDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        self.setColumnWidth(0, _NAME_WIDTH)
        theme.changed.connect(self._tint)

    @property
    def chosen(self) -> list[Path]:
        """The paths that are selected."""
        return [self._path(index.row()) for index in self.selectionModel().selectedRows()]

    def show_paths(self, copies: Sequence[Path], elsewhere: Sequence[Path]) -> None:
        """Show what lies in the project and what lies elsewhere; what has vanished says so."""
        self.setRowCount(0)
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
        row = self.rowCount()
        self.insertRow(row)
        for column, text in enumerate((path.name or str(path), where)):
            cell = QTableWidgetItem(text)
            cell.setData(_PATH_ROLE, str(path))
            cell.setToolTip(str(path))
            self.setItem(row, column, cell)

    def _path(self, row: int) -> Path:
        return Path(self.model().index(row, 0).data(_PATH_ROLE))

    @Slot()
    def _tint(self) -> None:
        for row in range(self.rowCount()):
            path = self._path(row)
            name = "warning" if not path.exists() else "folder" if path.is_dir() else "book"
            cell = self.item(row, 0)
            if cell is not None:
                cell.setIcon(icon(name, "quiet"))

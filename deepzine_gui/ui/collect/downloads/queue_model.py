"""The queue as a table for Qt, whose rows can be dragged to another place."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from deepzine_gui.archive import DocumentChanged
from deepzine_gui.ui.collect.downloads.queue_rows import QueueRow
from deepzine_gui.ui.theme import colour, theme

Index = QModelIndex | QPersistentModelIndex

COLUMNS = ("Title", "Size", "State")
TITLE, SIZE, STATE = range(3)
SHARE_ROLE = Qt.ItemDataRole.UserRole
"""How much of the document is here while it comes, 0 … 1; else None."""

_SIZE_TIP = (
    "Of the documents. Until an item's list of files is read, “≤” is all its files, and “≈” is "
    "reckoned from other items"
)
_ROWS = "application/x-deepzine-queue-rows"


class QueueModel(QAbstractTableModel):
    """Rows of the queue in their order; `ordered` when the person has changed that.

    Args:
        parent: owns the model.
        size_of: what is told elsewhere of the size of an item's documents, "" if nothing is; what
            the download tells goes before it.
    """

    ordered = Signal()

    def __init__(
        self, parent: QObject | None = None, *, size_of: Callable[[str], str] = lambda _: ""
    ) -> None:
        super().__init__(parent)
        self._size_of = size_of
        self.rows: list[QueueRow] = []
        self._places: dict[str, int] = {}
        theme.changed.connect(self._repaint)

    def show(self, rows: Sequence[QueueRow]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._set(rows)
        self.endResetModel()

    def row_of(self, identifier: str) -> QueueRow | None:
        """The row of an item."""
        place = self._places.get(identifier)
        return None if place is None else self.rows[place]

    def index_of(self, identifier: str) -> QModelIndex:
        """Where an item is shown; invalid if it is not."""
        return self.index(self._places.get(identifier, -1), TITLE)

    def begins(self, identifier: str) -> bool:
        """Whether an item that comes now did not come before."""
        row = self.row_of(identifier)
        return row is not None and row.state != "downloading"

    def take(self, event: DocumentChanged) -> None:
        """Show what became of an item; one that is not in the queue is passed over."""
        place = self._places.get(event.identifier)
        if place is not None:
            self.rows[place].take(event)
            self._changed(place, place)

    def wait(self, identifiers: Iterable[str]) -> list[str]:
        """Show that items wait; return those that are in the queue."""
        known = [name for name in identifiers if name in self._places]
        for name in known:
            self.rows[self._places[name]].wait()
        self._repaint()
        return known

    def rest(self) -> None:
        """Show that nothing goes on any more."""
        for row in self.rows:
            row.rest()
        self._repaint()

    def hold(self) -> None:
        """Show that everything waits, so that no speed holds any more."""
        for row in self.rows:
            row.hold()
        self._repaint()

    def move(self, places: Sequence[int], before: int) -> None:
        """Bring the rows at `places` together before the row now at `before`."""
        taken = set(places)
        chosen = [self.rows[place] for place in sorted(taken)]
        left = [row for place, row in enumerate(self.rows[:before]) if place not in taken]
        right = [row for place, row in enumerate(self.rows[before:], before) if place not in taken]
        new = [*left, *chosen, *right]
        if new == self.rows:
            return
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        names = [self.rows[index.row()].item.identifier for index in kept]
        self._set(new)
        moved = [
            self.index(self._places[name], index.column())
            for name, index in zip(names, kept, strict=True)
        ]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()
        self.ordered.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Number of items."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Number of columns."""
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.ToolTipRole and section == SIZE:
            return _SIZE_TIP
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What Qt asks about a cell."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return _ink(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.reason or self._text(row, column)
        return row.share if role == SHARE_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be dragged, and dropped between others."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return flags | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        """Rows move."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Only rows of this queue can be dropped on it."""
        return [_ROWS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """What is dragged: the places of the rows."""
        data = QMimeData()
        places = sorted({index.row() for index in indexes})
        data.setData(_ROWS, ",".join(map(str, places)).encode())
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Move what was dragged; False, as the view has nothing left to remove."""
        places = [int(text) for text in bytes(data.data(_ROWS).data()).decode().split(",") if text]
        place = row if row >= 0 else parent.row() if parent.isValid() else len(self.rows)
        self.move(places, place)
        return False

    def _text(self, row: QueueRow, column: int) -> str:
        if column == TITLE:
            return row.item.title or row.item.identifier
        if column == SIZE:
            elsewhere = "" if row.total_bytes else self._size_of(row.item.identifier)
            return elsewhere or row.size
        return row.text

    def _set(self, rows: Sequence[QueueRow]) -> None:
        self.rows = list(rows)
        self._places = {row.item.identifier: place for place, row in enumerate(self.rows)}

    def _changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    @Slot()
    def _repaint(self) -> None:
        if self.rows:
            self._changed(0, len(self.rows) - 1)


def _ink(row: QueueRow, column: int) -> Any:
    if row.state == "restricted":
        return colour("quiet")
    return colour("spot") if column == STATE and row.state == "failed" else None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == SIZE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter

"""The items as a table for Qt: a tick, what they are, what they weigh, how far they are."""

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from deepzine_gui.archive import DocumentChanged, Item
from deepzine_gui.ui.collect.listing import Row, tick_first
from deepzine_gui.ui.theme import colour, theme
from deepzine_gui.words import size_text

Index = QModelIndex | QPersistentModelIndex

COLUMNS = ("", "Title", "Creator", "Year", "Pages", "Size", "State")
TICK, TITLE, CREATOR, YEAR, PAGES, SIZE, STATE = range(7)
SORT_ROLE = Qt.ItemDataRole.UserRole
PROGRESS_ROLE = Qt.ItemDataRole.UserRole + 1
"""Share of the document that is here, 0 … 1, while it is downloading; else None."""

_STATES = {
    "": "",
    "begun": "Not finished",
    "waiting": "Waiting",
    "downloading": "Downloading",
    "done": "Here",
    "failed": "Failed",
    "restricted": "Restricted",
}


class ItemsModel(QAbstractTableModel):
    """Rows of items; `ticks_changed` when another sum would be downloaded."""

    ticks_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._places: dict[str, int] = {}
        theme.changed.connect(self._repaint)

    def show(self, rows: Sequence[Row]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self._places = {row.item.identifier: place for place, row in enumerate(self.rows)}
        self.endResetModel()
        self.ticks_changed.emit()

    def add(self, items: Iterable[Item], known: dict[str, Row]) -> None:
        """Append found items; those in `known` keep what became of them."""
        self.add_rows([_with_state(item, known.get(item.identifier)) for item in items])

    def add_rows(self, rows: Iterable[Row]) -> None:
        """Append rows of items that are not in the table yet."""
        new = [row for row in rows if row.item.identifier not in self._places]
        if not new:
            return
        first = len(self.rows)
        self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
        for row in new:
            self._places[row.item.identifier] = len(self.rows)
            self.rows.append(row)
        self.endInsertRows()

    def take_first(self, count: int, max_bytes: int, *, keep_hand_made: bool = False) -> None:
        """Tick the first `count` that can be taken and fit into `max_bytes`.

        With `keep_hand_made`, what the person ticked or unticked stays so, and counts.
        """
        if not keep_hand_made:
            for row in self.rows:
                row.by_hand = False
        tick_first(self.rows, count, max_bytes)
        self._changed(0, len(self.rows) - 1)
        self.ticks_changed.emit()

    def set_state(self, event: DocumentChanged) -> None:
        """Show what became of an item."""
        place = self._places.get(event.identifier)
        if place is None:
            return
        row = self.rows[place]
        row.state, row.reason = event.state, event.reason
        row.done_bytes, row.total_bytes = event.done_bytes, event.total_bytes
        self._changed(place, place)

    def end_downloading(self) -> None:
        """After a stop nothing downloads or waits any more."""
        for place, row in enumerate(self.rows):
            if row.state in ("downloading", "waiting"):
                row.state = "begun" if row.done_bytes else ""
                self._changed(place, place)

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
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A restricted item is greyed but can still be selected and read."""
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if index.column() == TICK and self.rows[index.row()].can_be_taken:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What Qt asks about a cell."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, column)
        if role == Qt.ItemDataRole.CheckStateRole and column == TICK and row.can_be_taken:
            return Qt.CheckState.Checked if row.ticked else Qt.CheckState.Unchecked
        if role == SORT_ROLE:
            return _sort_key(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return self._look(row, column, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick or untick."""
        row = self.rows[index.row()]
        if role != Qt.ItemDataRole.CheckStateRole or not row.can_be_taken:
            return False
        row.ticked = Qt.CheckState(value) == Qt.CheckState.Checked
        row.by_hand = True
        self._changed(index.row(), index.row())
        self.ticks_changed.emit()
        return True

    def _look(self, row: Row, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.ForegroundRole:
            if not row.can_be_taken:
                return colour("faint")
            return colour("spot") if column == STATE and row.state == "failed" else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.reason or row.item.restricted or _text(row, column) or None
        if role == PROGRESS_ROLE and row.state == "downloading" and row.total_bytes:
            return row.done_bytes / row.total_bytes
        return None

    def _changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    @Slot()
    def _repaint(self) -> None:
        if self.rows:
            self._changed(0, len(self.rows) - 1)


def _with_state(item: Item, known: Row | None) -> Row:
    if known is None:
        return Row(item, state="restricted" if item.restricted else "")
    return Row(item, state=known.state, reason=known.reason)


def _text(row: Row, column: int) -> str:
    item = row.item
    if column == STATE:
        return row.reason or item.restricted or _STATES[row.state]
    return {
        TITLE: item.title or item.identifier,
        CREATOR: item.creator,
        YEAR: str(item.year) if item.year else "",
        PAGES: f"{item.pages:,}" if item.pages else "",
        SIZE: size_text(item.size_bytes) if item.size_bytes else "",
    }.get(column, "")


def _sort_key(row: Row, column: int) -> Any:
    item = row.item
    return {
        TICK: int(row.ticked),
        YEAR: item.year or 0,
        PAGES: item.pages or 0,
        SIZE: item.size_bytes or 0,
    }.get(column, _text(row, column).casefold())


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = (
        Qt.AlignmentFlag.AlignRight if column in (YEAR, PAGES, SIZE) else Qt.AlignmentFlag.AlignLeft
    )
    return side | Qt.AlignmentFlag.AlignVCenter

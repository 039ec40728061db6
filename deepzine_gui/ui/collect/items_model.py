"""The items shown, as a table for Qt: those a filter lets through, in the order of a column."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from deepzine_gui.archive import Item
from deepzine_gui.ui.collect import columns
from deepzine_gui.ui.collect.columns import Column
from deepzine_gui.ui.collect.filtering import ALL, Filter, rows_shown
from deepzine_gui.ui.collect.listing import Listing, Rows, State, no_rows
from deepzine_gui.ui.collect.ranking import Ranking
from deepzine_gui.ui.theme import colour, theme

Index = QModelIndex | QPersistentModelIndex

PROGRESS_ROLE = Qt.ItemDataRole.UserRole + 1
"""Share of the document that is here, 0 … 1, while it is downloading; else None."""


class ItemsModel(QAbstractTableModel):
    """Shows a `Listing`.

    Attributes:
        listing: all items; change ticks through the model.
        shown: rows of the listing, in the order shown.

    Signals:
        ticked(): the person ticked or unticked.
        rearranged(): other items are shown, or in another order; `shown` has changed.
    """

    ticked = Signal()
    rearranged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.listing = Listing()
        self.shown: Rows = no_rows()
        self._filter = ALL
        self._sorted: tuple[Column, bool] | None = None
        self._ranking = Ranking(self)
        self._ranking.ready.connect(self._arrange)
        theme.changed.connect(self.repaint)

    def clear(self) -> None:
        """Begin with no items; filter and order stay."""
        self._ranking.forget()
        self.beginResetModel()
        self.listing, self.shown = Listing(), no_rows()
        self.endResetModel()
        self.rearranged.emit()

    def add(self, items: Iterable[Item], states: dict[str, State]) -> None:
        """Append items that are not there yet; those of a sorted table take their places later."""
        start = len(self.listing)
        self.listing.add(items, states)
        new = rows_shown(self.listing, self._filter, start=start)
        if len(new) == 0:
            return
        first = len(self.shown)
        self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
        self.shown = np.concatenate([self.shown, new])
        self.endInsertRows()

    def settle(self) -> bool:
        """Put what was added into its order; False if nothing is moved (yet)."""
        return self._sorted is not None and self._arrange()

    def narrow(self, wanted: Filter) -> None:
        """Show only what a filter lets through."""
        self._filter = wanted
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the items by a column; −1: as they came."""
        descending = order == Qt.SortOrder.DescendingOrder
        self._sorted = None if column < 0 else (Column(column), descending)
        self._arrange()

    def place_of(self, identifier: str) -> int | None:
        """Where an item is shown; None if it is not."""
        row = self.listing.row_of(identifier)
        found = np.flatnonzero(self.shown == row) if row is not None else no_rows()
        return int(found[0]) if len(found) else None

    def are_ticked(self, places: Rows) -> bool:
        """Whether all of these items shown that may be taken are ticked."""
        rows = self.shown[places]
        return bool(self.listing.column("is_ticked")[rows[self.listing.is_open()[rows]]].all())

    def tick(self, places: Rows, ticked: bool) -> None:
        """Tick or untick, by hand, those of the items shown that may be taken."""
        rows = self.shown[places]
        rows = rows[self.listing.is_open()[rows]]
        self.listing.column("is_ticked")[rows] = ticked
        self.listing.column("by_hand")[rows] = True
        self.repaint()
        self.ticked.emit()

    def show_state(self, identifier: str, state: State) -> bool:
        """Show what became of an item; False if it is not there."""
        row = self.listing.row_of(identifier)
        if row is None:
            return False
        self.listing.set_state(row, state)
        self.repaint()
        return True

    def wait(self, identifiers: Iterable[str]) -> None:
        """Show that items wait to be downloaded."""
        self.listing.wait(identifiers)
        self.repaint()

    def end_downloading(self) -> None:
        """After a stop nothing downloads or waits any more."""
        self.listing.end_downloading()
        self.repaint()

    def weigh(self, item: Item) -> bool:
        """Show what an item weighs, by which others are reckoned; False if it is not there."""
        is_there = self.listing.weigh(item) is not None
        self.repaint()
        return is_there

    @Slot()
    def repaint(self) -> None:
        """Let the view read again what it shows; it does so once, however often it is told."""
        if len(self.shown):
            last = self.index(len(self.shown) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Number of items shown."""
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Number of columns."""
        return len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return columns.alignment(column)
        return columns.TIPS.get(column) if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A closed item is greyed but can still be selected and read."""
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if index.column() == Column.TICK and not self._why_closed(index):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What Qt asks about a cell."""
        row, column = int(self.shown[index.row()]), Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return columns.text(self.listing, row, column)
        if role == Qt.ItemDataRole.CheckStateRole and column == Column.TICK:
            if self._why_closed(index):
                return None
            is_ticked = self.listing.column("is_ticked")[row]
            return Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return columns.alignment(column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == Column.TICK:
            return f"Take {self.listing.titles[row]}"
        return self._look(row, column, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick or untick."""
        if role != Qt.ItemDataRole.CheckStateRole or self._why_closed(index):
            return False
        self.tick(np.array([index.row()]), Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def _look(self, row: int, column: Column, role: int) -> Any:
        state = self.listing.state(row)
        if role == Qt.ItemDataRole.ForegroundRole:
            if self.listing.why_closed(row):
                return colour("faint")
            is_failure = column == Column.STATE and state.name in ("failed", "restricted")
            return colour("spot") if is_failure else None
        if role == Qt.ItemDataRole.ToolTipRole:
            why = state.reason or self.listing.why_closed(row)
            if state.name == "partly":
                why += " Untick and tick it to take the others as well."
            if column == Column.RIGHTS:
                return self.listing.item(row).rights or None
            return why or columns.text(self.listing, row, column) or None
        if role == PROGRESS_ROLE and state.name == "downloading" and state.total_bytes:
            return state.done_bytes / state.total_bytes
        return None

    def _why_closed(self, index: Index) -> str:
        return self.listing.why_closed(int(self.shown[index.row()]))

    @Slot()
    def _arrange(self) -> bool:
        """Show what the filter lets through, in order; False if that comes a moment later."""
        rows = rows_shown(self.listing, self._filter)
        if self._sorted is not None:
            column, descending = self._sorted
            ranks = None
            if column in columns.TEXTS:
                ranks = self._ranking.ranks(column, self.listing)
                if ranks is None:
                    return False
            rows = columns.sorted_rows(
                self.listing, rows, column, descending=descending, ranks=ranks
            )
        self.beginResetModel()
        self.shown = rows
        self.endResetModel()
        self.rearranged.emit()
        return True

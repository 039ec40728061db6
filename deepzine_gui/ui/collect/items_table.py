"""The table of items: sortable, ticked with the space bar, progress drawn in its cell."""

from typing import Final

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from deepzine_gui.ui.collect.cells import BarDelegate, PlainDelegate
from deepzine_gui.ui.collect.columns import Column
from deepzine_gui.ui.collect.items_model import PROGRESS_ROLE, ItemsModel
from deepzine_gui.ui.collect.listing import Rows, no_rows
from deepzine_gui.ui.theme import GRID, font

_WIDTHS: Final = {
    Column.TICK: 56,
    Column.CREATOR: 128,
    Column.YEAR: 64,
    Column.LANGUAGE: 88,
    Column.PAGES: 72,
    Column.SIZE: 88,
    Column.DOWNLOADS: 96,
    Column.RIGHTS: 120,
    Column.STATE: 120,
}
_GIVES_WAY: Final = {
    Column.DOWNLOADS: 30 * GRID,
    Column.LANGUAGE: 30 * GRID,
    Column.CREATOR: 24 * GRID,
    Column.RIGHTS: 20 * GRID,
}
"""Columns that are not shown where they would leave the title less than so much; the preview tells
what they do."""

_ROW_HEIGHT = 4 * GRID
_LABEL_WIDTH = 5 * GRID
_MOST_SELECTED = 1000
"""Selections of more rows than this are lost when the table is rearranged."""


class ItemsTable(QTableView):
    """Shows an `ItemsModel`.

    Signals:
        turned_to(str): the person turned to the item of this identifier; "": to none.
    """

    turned_to = Signal(str)

    def __init__(self, model: ItemsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items = model
        self._current = ""
        self._selected: list[str] = []
        self.setAccessibleName("Items found")
        self.setFont(font("normal", figures=True))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setModel(model)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setItemDelegate(PlainDelegate(self))
        self.setItemDelegateForColumn(Column.STATE, _StateDelegate(PROGRESS_ROLE, self))
        self._shape_headers()
        model.modelAboutToBeReset.connect(self._note_selection)
        model.modelReset.connect(self._restore_selection)
        self.selectionModel().currentRowChanged.connect(self._turn)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The space bar ticks or unticks every selected row."""
        if event.key() == Qt.Key.Key_Space and self.selectionModel().hasSelection():
            places = self._selected_places()
            self._items.tick(places, not self._items.are_ticked(places))
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as there is room for."""
        super().resizeEvent(event)
        title_width = self.viewport().width() - sum(_WIDTHS.values())
        for column, least in _GIVES_WAY.items():
            gives_way = title_width < least
            self.setColumnHidden(column, gives_way)
            if gives_way:
                title_width += _WIDTHS[column]

    def turn_to_place(self, place: int) -> None:
        """Turn to a row as the person does."""
        self.setCurrentIndex(self._items.index(place, Column.TITLE))

    def _shape_headers(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        # painting a head, Qt would ask of every row whether all of its column is selected
        header.setSelectionModel(QItemSelectionModel(self._items, header))
        header.setMinimumSectionSize(_WIDTHS[Column.TICK])
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(Column.TITLE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.TICK, QHeaderView.ResizeMode.Fixed)

    @Slot(QModelIndex, QModelIndex)
    def _turn(self, current: QModelIndex, _before: QModelIndex) -> None:
        listing, shown = self._items.listing, self._items.shown
        identifier = listing.identifiers[shown[current.row()]] if current.isValid() else ""
        if identifier and identifier != self._current:
            self._current = identifier
            self.turned_to.emit(identifier)

    def _selected_places(self) -> Rows:
        """The rows selected."""
        selection = self.selectionModel().selection()
        ranges = [selection.at(number) for number in range(selection.size())]
        found = [np.arange(one.top(), one.bottom() + 1) for one in ranges]
        return np.unique(np.concatenate([no_rows(), *found]))

    @Slot()
    def _note_selection(self) -> None:
        listing, shown = self._items.listing, self._items.shown
        rows = shown[self._selected_places()]
        few = rows.tolist() if len(rows) <= _MOST_SELECTED else []
        self._selected = [listing.identifiers[row] for row in few]

    @Slot()
    def _restore_selection(self) -> None:
        model = self._items
        if self._current and self._current not in model.listing:
            self._current = ""
            self.turned_to.emit("")
        selection = QItemSelection()
        rows = [model.listing.row_of(identifier) for identifier in self._selected]
        known = [row for row in rows if row is not None]
        if known:
            for place in np.flatnonzero(np.isin(model.shown, known)).tolist():
                selection.select(model.index(place, 0), model.index(place, len(Column) - 1))
            self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.Select)
        current = model.place_of(self._current) if self._current else None
        if current is not None:
            no_update = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(model.index(current, Column.TITLE), no_update)


class _StateDelegate(BarDelegate):
    """A thin bar and the share while an item downloads, else words."""

    def bar_width(self, cell_width: int) -> int:
        return max(GRID, cell_width - _LABEL_WIDTH - 2 * GRID)

    def words(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return f"{index.data(PROGRESS_ROLE):.0%}"

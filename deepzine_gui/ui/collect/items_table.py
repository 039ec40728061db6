"""The table of items: sortable, ticked with the space bar, progress drawn in its cell."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from deepzine_gui.ui.collect.items_model import (
    CREATOR,
    PAGES,
    PROGRESS_ROLE,
    SIZE,
    SORT_ROLE,
    STATE,
    TICK,
    TITLE,
    YEAR,
    ItemsModel,
)
from deepzine_gui.ui.theme import GRID, colour, font

_WIDTHS = {TICK: 36, CREATOR: 152, YEAR: 64, PAGES: 72, SIZE: 80, STATE: 168}
_ROW_HEIGHT = 4 * GRID
_BAR_HEIGHT = 6


class ItemsTable(QTableView):
    """Shows an `ItemsModel`."""

    def __init__(self, model: ItemsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(model)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setAccessibleName("Items found")
        self.setFont(font("normal", figures=True))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setItemDelegateForColumn(STATE, _StateDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(_WIDTHS[TICK])
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(TICK, QHeaderView.ResizeMode.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The space bar ticks or unticks every selected row."""
        if event.key() == Qt.Key.Key_Space and self.selectionModel().hasSelection():
            ticks = [index.siblingAtColumn(TICK) for index in self.selectionModel().selectedRows()]
            checked = Qt.CheckState.Checked
            role = Qt.ItemDataRole.CheckStateRole
            wanted = (
                Qt.CheckState.Unchecked
                if all(Qt.CheckState(tick.data(role) or 0) == checked for tick in ticks)
                else checked
            )
            for tick in ticks:
                self._sorted.setData(tick, wanted, role)
            return
        super().keyPressEvent(event)


class _StateDelegate(QStyledItemDelegate):
    """A thin bar while an item downloads, else words."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        share = index.data(PROGRESS_ROLE)
        if share is None:
            super().paint(painter, option, index)
            return
        rect = option.rect
        label_width = 5 * GRID
        bar = QRect(
            rect.left() + GRID,
            rect.center().y() - _BAR_HEIGHT // 2,
            max(GRID, rect.width() - label_width - 2 * GRID),
            _BAR_HEIGHT,
        )
        painter.save()
        painter.fillRect(bar, colour("rule"))
        done = QRect(bar)
        done.setWidth(int(bar.width() * min(1.0, share)))
        painter.fillRect(done, colour("spot"))
        painter.setPen(colour("ink"))
        label = QRect(bar.right() + GRID // 2, rect.top(), label_width, rect.height())
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, f"{share:.0%}")
        painter.restore()

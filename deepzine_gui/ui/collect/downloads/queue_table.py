"""The table of the queue: dragged into order, retried and removed by key or menu."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableView,
    QWidget,
)

from deepzine_gui.ui.collect.cells import BarDelegate, PlainDelegate
from deepzine_gui.ui.collect.downloads.queue_model import (
    SHARE_ROLE,
    SIZE,
    STATE,
    TITLE,
    QueueModel,
)
from deepzine_gui.ui.theme import GRID, font

_ROW_HEIGHT = 4 * GRID
_BAR_WIDTH = 10 * GRID
_SIZE_WIDTH = 13 * GRID


class QueueTable(QTableView):
    """Shows a `QueueModel`.

    Signals:
        retry_asked(list): identifiers to ask for once more.
        remove_asked(list): identifiers to take out of the queue.
        chosen_changed(): other rows are selected.
    """

    retry_asked = Signal(list)
    remove_asked = Signal(list)
    chosen_changed = Signal()

    def __init__(self, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._followed = QPersistentModelIndex()
        self.setModel(model)
        self.setAccessibleName("Downloads")
        self.setFont(font("normal", figures=True))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setDropIndicatorShown(True)
        self.setItemDelegate(PlainDelegate(self))
        self.setItemDelegateForColumn(STATE, _StateDelegate(SHARE_ROLE, self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        self.setColumnWidth(SIZE, _SIZE_WIDTH)
        # why a document could not be had is as long as a title
        for column in (TITLE, STATE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)

    @property
    def chosen(self) -> list[int]:
        """Places of the selected rows, in their order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    @property
    def chosen_names(self) -> list[str]:
        """Identifiers of the selected rows."""
        return [self._model.rows[place].item.identifier for place in self.chosen]

    def follow(self, identifier: str) -> None:
        """Bring what comes now into view, unless the person looks at something else."""
        index, before = self._model.index_of(identifier), self._followed
        self._followed = QPersistentModelIndex(index)
        place = self.visualRect(before)
        looks_on = not before.isValid() or self.viewport().rect().intersects(place)
        if looks_on and not self.chosen:
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes; Alt with an arrow moves the selected rows."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen:
            self.remove_asked.emit(self.chosen_names)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in (
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
        ):
            self._shift(up=event.key() == Qt.Key.Key_Up)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer that menu."""
        if self.chosen:
            menu = self.menu()
            menu.exec(event.globalPos())
            menu.deleteLater()

    def menu(self) -> QMenu:
        """What can be done with the selected rows."""
        rows = [self._model.rows[place] for place in self.chosen]
        menu = QMenu(self)
        again = menu.addAction("Try again", self._ask_again)
        again.setEnabled(any(row.can_be_retried for row in rows))
        first = menu.addAction("Take first", self._bring_first)
        first.setEnabled(any(row.is_unfinished for row in rows))
        menu.addAction("Take out of the queue", self._ask_removal)
        return menu

    def _shift(self, *, up: bool) -> None:
        chosen = self.chosen
        if chosen:
            self._model.move(chosen, max(0, chosen[0] - 1) if up else chosen[-1] + 2)

    @Slot()
    def _ask_again(self) -> None:
        self.retry_asked.emit(self.chosen_names)

    @Slot()
    def _ask_removal(self) -> None:
        self.remove_asked.emit(self.chosen_names)

    @Slot()
    def _bring_first(self) -> None:
        self._model.move(self.chosen, 0)


class _StateDelegate(BarDelegate):
    """Words, and before them a thin bar while the document comes."""

    def bar_width(self, cell_width: int) -> int:
        return _BAR_WIDTH

    def words(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data())

"""A list to choose one thing from: names with their counts, and a line to search them by."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui.ui.text_field import TextField
from deepzine_gui.ui.theme import GRID, colour, font
from deepzine_gui.words import count_text

Index = QModelIndex | QPersistentModelIndex

_ROW = 3 * GRID
_FEWEST_ROWS = 2
_COUNT_ROLE = Qt.ItemDataRole.UserRole
_PART_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what it stands for, its name, how many pages it holds, and whether it is indented.

    What is indented is part of the line above.
    """

    key: Hashable
    text: str
    count: int
    is_part: bool = False


class ChoiceList(QWidget):
    """Shows entries; the first one, which narrows nothing, is always there.

    Args:
        name: what is chosen ("Documents"), for people who do not see it.
        search: what to say in the empty search line; without it there is none.

    Signals:
        chosen(): the person chose another entry; see `key`.
    """

    chosen = Signal()

    def __init__(self, name: str, *, search: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._key: Hashable = None
        self._model = _Entries(self)
        self.view = _WholeRows()
        self.view.setModel(self._model)
        self.view.setItemDelegate(_Line(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setAccessibleName(name)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.selectionModel().currentChanged.connect(self._choose)
        self.view.setMinimumHeight(_FEWEST_ROWS * _ROW + 2 * self.view.frameWidth())
        self.line = TextField(placeholderText=search, clearButtonEnabled=True)
        self.line.setAccessibleName(search)
        if not search:
            self.line.hide()
        self.line.textChanged.connect(self._search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.line)
        layout.addWidget(self.view, 1)

    @property
    def key(self) -> Hashable:
        """What the chosen entry stands for."""
        return self._key

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show other entries; what was chosen stays so, or else the first one is."""
        self._entries = list(entries)
        if self._key not in [entry.key for entry in entries]:
            self._key = entries[0].key if entries else None
        self._search()

    def choose(self, key: Hashable) -> None:
        """Choose an entry as the person does."""
        row = self._model.row_of(key)
        if row is None:
            self.line.clear()
            row = self._model.row_of(key)
        if row is not None:
            self.view.setCurrentIndex(self._model.index(row))

    def fit_height(self, most_rows: int) -> None:
        """Be as high as all entries need, at most so many; lower where there is no room."""
        rows = max(_FEWEST_ROWS, min(most_rows, len(self._entries)))
        edges = 2 * self.view.frameWidth()
        self.view.setMaximumHeight(rows * _ROW + edges)
        self.setMaximumHeight(rows * _ROW + edges)

    @Slot()
    def _search(self) -> None:
        """Show the entries whose names hold what is searched for, and the first one."""
        words = self.line.text().casefold()
        found = [
            entry
            for place, entry in enumerate(self._entries)
            if not place or words in entry.text.casefold()
        ]
        self._model.show(found)
        row = self._model.row_of(self._key)
        if row is not None and row != self.view.currentIndex().row():
            blocked = self.view.selectionModel().blockSignals(True)
            self.view.setCurrentIndex(self._model.index(row))
            self.view.selectionModel().blockSignals(blocked)
            self.view.viewport().update()

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and (key := self._model.entries[current.row()].key) != self._key:
            self._key = key
            self.chosen.emit()


class _WholeRows(QListView):
    """Shows no row in part: what its height has too much stays empty."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.height() - 2 * self.frameWidth()
        self.setViewportMargins(0, 0, 0, room % _ROW if room > _ROW else 0)


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show(self, entries: list[Entry]) -> None:
        before = self.entries
        if [entry.key for entry in entries] == [entry.key for entry in before]:
            self.entries = entries
            others = [row for row, entry in enumerate(entries) if entry != before[row]]
            if others:
                self.dataChanged.emit(self.index(others[0]), self.index(others[-1]))
            return
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def row_of(self, key: Hashable) -> int | None:
        return next((row for row, entry in enumerate(self.entries) if entry.key == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == _COUNT_ROLE:
            return f"{entry.count:,}"
        if role == _PART_ROLE:
            return entry.is_part
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{entry.text}: {count_text(entry.count, 'pages')}"
        return None


class _Line(QStyledItemDelegate):
    """A name, cut where it is too long, and its count in quiet figures at the right."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._name_font, self._count_font = font("normal"), font("small", figures=True)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(8 * GRID, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, colour("over"))
        if chosen:
            painter.fillRect(option.rect.adjusted(0, 0, 3 - option.rect.width(), 0), colour("spot"))
        inset = 2 * GRID if index.data(_PART_ROLE) else GRID
        room = option.rect.adjusted(inset, 0, -GRID // 2, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._count_font)
        painter.setPen(colour("quiet"))
        count = str(index.data(_COUNT_ROLE))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, count)
        room.setRight(room.right() - painter.fontMetrics().horizontalAdvance(count) - GRID)
        painter.setFont(self._name_font)
        painter.setPen(colour("ink"))
        name = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, room.width()
        )
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, name)
        painter.restore()

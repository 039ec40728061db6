"""The pages of a dataset as a list for Qt; thumbnails come when they are looked at."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QImage

from deepzine_gui.ui.dataset.page_reader import BLOCK, BlockRead, PageReader

Index = QModelIndex | QPersistentModelIndex

_BLOCKS_KEPT = 96


class PagesModel(QAbstractListModel):
    """As many rows as pages; DecorationRole gives a QImage, or None and asks for it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._reader: PageReader | None = None
        self._blocks: OrderedDict[int, Sequence[QImage]] = OrderedDict()

    def show(self, reader: PageReader | None, count: int) -> None:
        """Show another dataset, or none."""
        self.beginResetModel()
        self._reader, self._count = reader, count
        self._blocks.clear()
        self.endResetModel()

    def detach(self) -> None:
        """Go on showing what has been read, and ask for no more."""
        self._reader = None

    def take_block(self, block: BlockRead) -> None:
        """Keep thumbnails that were read; forget those looked at longest ago."""
        self._blocks[block.number] = block.images
        while len(self._blocks) > _BLOCKS_KEPT:
            self._blocks.popitem(last=False)
        first = block.number * BLOCK
        last = min(first + BLOCK, self._count) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first), self.index(last))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Number of pages."""
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What Qt asks about a page."""
        if role == Qt.ItemDataRole.DecorationRole:
            return self._thumbnail(index.row())
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"Page {index.row() + 1:,} of {self._count:,}"
        return None

    def _thumbnail(self, row: int) -> QImage | None:
        number, place = divmod(row, BLOCK)
        block = self._blocks.get(number)
        if block is None:
            if self._reader is not None:
                self._reader.want_block(number)
            return None
        self._blocks.move_to_end(number)
        return block[place] if place < len(block) else None

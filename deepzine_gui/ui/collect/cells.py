"""Cells of a table whose rows are what is turned to."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from deepzine_gui.ui.theme import GRID, colour

_BAR_HEIGHT = 6


class PlainDelegate(QStyledItemDelegate):
    """Draws no frame around the one cell that has the focus."""

    def initStyleOption(  # noqa: N802 - Qt's own name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """See Qt's own."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus


class BarDelegate(PlainDelegate):
    """Words, and before them a thin bar while what they tell of comes."""

    def __init__(self, share_role: int, parent: QObject | None = None) -> None:
        """Ask cells by `share_role` how much has come, from 0 to 1; None draws words alone."""
        super().__init__(parent)
        self._share_role = share_role

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """See Qt's own."""
        share = index.data(self._share_role)
        if share is None:
            super().paint(painter, option, index)
            return
        cell = option.rect
        self._draw(painter, option, index, cell, "")
        top = cell.center().y() - _BAR_HEIGHT // 2
        bar = QRect(cell.left() + GRID, top, self.bar_width(cell.width()), _BAR_HEIGHT)
        painter.fillRect(bar, colour("rule"))
        done = QRect(bar)
        done.setWidth(int(bar.width() * min(1.0, share)))
        painter.fillRect(done, colour("spot"))
        self._draw(painter, option, index, self.place_of_words(cell, bar), self.words(index))

    def bar_width(self, cell_width: int) -> int:
        """Pixels of the whole bar in a cell of so many; a subclass says."""
        raise NotImplementedError

    def words(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """What stands beside the bar; a subclass says."""
        raise NotImplementedError

    def place_of_words(self, cell: QRect, bar: QRect) -> QRect:
        """Where that stands in a cell: from the bar to the end."""
        words = QRect(cell)
        words.setLeft(bar.right())
        return words

    def _draw(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        place: QRect,
        words: str,
    ) -> None:
        """Draw part of a cell as Qt draws a whole one: on the line of the others, chosen too."""
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.rect, cell.text = place, words
        cell.widget.style().drawControl(
            QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget
        )

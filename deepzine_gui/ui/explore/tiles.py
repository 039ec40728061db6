"""Small pages to pick from: a wall of random ones, or a strip of keyframes."""

from typing import Any

import numpy as np
from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
)
from PySide6.QtGui import QFocusEvent, QImage, QPainter, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from deepzine_gui.ui.pictures import SHARP_UP_TO, draw_page, to_qimage
from deepzine_gui.ui.theme import GRID, colour, font

SIDE = 64
"""Screen pixels of a small page."""

_IMAGE = Qt.ItemDataRole.UserRole


class Tiles(QListWidget):
    """A list of small pages; its own signals tell which is clicked or activated.

    Args:
        name: for people who hear the screen.
        one_row: a strip that scrolls sideways, each page with its label.
    """

    def __init__(self, name: str, *, one_row: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setMovement(QListWidget.Movement.Static)
        self.setUniformItemSizes(True)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setWrapping(not one_row)
        self.setItemDelegate(_Drawing(self))
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if one_row:
            self.setVerticalScrollBarPolicy(off)
            self.setFixedHeight(SIDE + 5 * GRID)
        else:
            self.setHorizontalScrollBarPolicy(off)
            self.setMinimumWidth(2 * (SIDE + GRID) + 4 * GRID)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Stand on no page before a key or a click asks for one; Qt would choose the first."""
        had_one = self.currentIndex().isValid()
        with QSignalBlocker(self):
            super().focusInEvent(event)
            if not had_one:
                self.setCurrentIndex(QModelIndex())

    def set_count(self, labels: list[str]) -> None:
        """Have as many empty places as there are labels; pages come with `set_pages`."""
        while self.count() > len(labels):
            self.takeItem(self.count() - 1)
        while self.count() < len(labels):
            self.addItem(QListWidgetItem())
        for row, label in enumerate(labels):
            item = self.item(row)
            item.setText(label)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"Page {label or row + 1}")

    def forget_pages(self) -> None:
        """Keep the places, empty."""
        for row in range(self.count()):
            self.item(row).setData(_IMAGE, None)

    def set_pages(self, first: int, pages: np.ndarray[Any, Any]) -> None:
        """Show pages (N, H, W, C) uint8 in the places from `first` on."""
        for row, page in enumerate(pages, start=first):
            if row < self.count():
                self.item(row).setData(_IMAGE, to_qimage(page))


class _Drawing(QStyledItemDelegate):
    """A page with a hairline, its label below, and a spot-coloured frame when it is chosen."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        label = 2 * GRID if index.data() else 0
        return QSize(SIDE + GRID, SIDE + GRID + label)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        space: QRect = option.rect
        state: QStyle.StateFlag = option.state
        room = QRectF(space.x() + GRID // 2, space.y() + GRID // 2, SIDE, SIDE)
        painter.save()
        image = index.data(_IMAGE)
        if isinstance(image, QImage):
            draw_page(painter, image, _fitted(image, room))
        else:
            painter.fillRect(room, colour("over"))
        if index.data():
            painter.setFont(font("small"))
            painter.setPen(colour("quiet"))
            below = QRectF(space.x(), room.bottom() + 2, space.width(), 2 * GRID)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, str(index.data()))
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(colour("spot"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(room.adjusted(-1, -1, 1, 1))
        painter.restore()


def _fitted(image: QImage, room: QRectF) -> QRectF:
    """Sharp pages take a whole number of screen pixels a pixel."""
    size = max(image.width(), image.height())
    if size <= SHARP_UP_TO and size <= room.width():
        side = int(room.width()) // size * size
        free = (room.width() - side) // 2
        return QRectF(room.x() + free, room.y() + free, side, side)
    return room

"""The small picture of an item's cover, whole, on neutral grey."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from deepzine_gui.ui.theme import GRID, colour, icon

_HEIGHT = 24 * GRID
_MARGIN = GRID
_ICON_PX = 32


class CoverView(QWidget):
    """Shows a picture as large as it fits, never enlarged; a book where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Cover")

    def show_cover(self, picture: QPixmap | None) -> None:
        """Show a picture, or that there is none (yet)."""
        self.picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the archive's own pictures."""
        return QSize(_HEIGHT, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cover in the middle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("table"))
        if self.picture is None:
            place = QRect(0, 0, _ICON_PX, _ICON_PX)
            place.moveCenter(self.rect().center())
            icon("book", "quiet", size=_ICON_PX).paint(painter, place)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN).size()
        size = self.picture.size()
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        painter.drawPixmap(place, self.picture)
        painter.setPen(colour("rule"))
        painter.drawRect(place)

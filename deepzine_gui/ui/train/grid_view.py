"""A grid of samples from its picture, page by page on neutral grey."""

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from deepzine_gui.training import SAMPLE_COLUMNS
from deepzine_gui.ui.pictures import SHARP_UP_TO, draw_page
from deepzine_gui.ui.theme import GRID, colour, font, theme

_SPACE = 4


class GridView(QWidget):
    """Shows a grid PNG whose pages lie in eight columns, without their neighbours touching."""

    def __init__(self, empty_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._empty_text = empty_text
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Samples")
        theme.changed.connect(self._repaint)

    def show_file(self, path: Path | None) -> None:
        """Show a grid, or the empty text where there is none."""
        image = QImage(str(path)) if path is not None and path.is_file() else QImage()
        self._image = None if image.isNull() else image
        self.update()

    @property
    def image(self) -> QImage | None:
        """The grid shown."""
        return self._image

    def sizeHint(self) -> QSize:
        """Pages of a readable size."""
        return QSize(64 * GRID, 48 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the grey and the pages, each as large as all of them fit."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("table"))
        if self._image is None:
            painter.setPen(colour("ink"))
            painter.setFont(font("normal"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            space = self.rect().adjusted(2 * GRID, 2 * GRID, -2 * GRID, -2 * GRID)
            painter.drawText(space, flags, self._empty_text)
        else:
            self._draw_pages(painter, self._image)
        painter.end()

    def _draw_pages(self, painter: QPainter, image: QImage) -> None:
        size = max(1, image.width() // SAMPLE_COLUMNS)
        rows = max(1, image.height() // size)
        room = min((self.width() - GRID) // SAMPLE_COLUMNS, (self.height() - GRID) // rows)
        side = max(1, room - _SPACE)
        left = (self.width() - SAMPLE_COLUMNS * (side + _SPACE) + _SPACE) // 2
        top = (self.height() - rows * (side + _SPACE) + _SPACE) // 2
        for row in range(rows):
            for column in range(SAMPLE_COLUMNS):
                page = _enlarged(image.copy(column * size, row * size, size, size), side)
                place = QRectF(
                    left + column * (side + _SPACE), top + row * (side + _SPACE), side, side
                )
                draw_page(painter, page, place)

    @Slot()
    def _repaint(self) -> None:
        self.update()


def _enlarged(page: QImage, side: int) -> QImage:
    """A page to be drawn `side` pixels wide, with its own pixels sharp and all equally large.

    Hard pixels need a whole factor: the next larger one is taken, and shrunk while drawing.
    """
    size = page.width()
    if size > SHARP_UP_TO or side <= size or side % size == 0:
        return page
    larger = -(-side // size) * size
    return page.scaled(larger, larger, mode=Qt.TransformationMode.FastTransformation)

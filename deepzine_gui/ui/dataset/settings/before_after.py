"""Draws a page as it is, an arrow, and the square pages that become of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from deepzine_gui.ui.theme import GRID, colour, font, theme

_ARROW = 4 * GRID
_BEFORE_SHARE = 0.6
"""Least width of the page before, against that of a page after."""

_CAPTION = 4 * GRID
"""Height of the words under a page: two lines."""

_NARROWEST = 11 * GRID
"""Width in which they can be read."""


@dataclass(frozen=True, slots=True, eq=False)
class After:
    """A square page, and what happens to it: "kept", or why it is set aside."""

    image: QImage
    fate: str
    kept: bool


class BeforeAfter(QWidget):
    """One page before and after, or a sentence where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before: QImage | None = None
        self._after: Sequence[After] = ()
        self._sentence = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(30 * GRID, 19 * GRID)
        self.setAccessibleName("Page before and after")
        theme.changed.connect(self._repaint)

    @property
    def after(self) -> Sequence[After]:
        """The square pages shown."""
        return self._after

    @property
    def before(self) -> QImage | None:
        """The page shown as it is."""
        return self._before

    @property
    def sentence(self) -> str:
        """What is said in place of a page."""
        return self._sentence

    def show_pages(self, before: QImage, after: Sequence[After]) -> None:
        """Show a page and what becomes of it."""
        self._before, self._after, self._sentence = before, tuple(after), ""
        self.setAccessibleDescription(", ".join(page.fate for page in after))
        self.update()

    def say(self, sentence: str) -> None:
        """Show a sentence and no page."""
        self._before, self._after, self._sentence = None, (), sentence
        self.setAccessibleDescription(sentence)
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for a page and the two halves of a spread."""
        return QSize(60 * GRID, 39 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the table, and the pages or the sentence on it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("table"))
        painter.setFont(font("small"))
        inner = QRectF(self.rect()).adjusted(GRID, GRID, -GRID, -GRID)
        if self._before is None:
            painter.setPen(colour("ink"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(inner, flags, self._sentence)
        else:
            self._paint_pages(painter, inner, self._before)
        painter.end()

    def _paint_pages(self, painter: QPainter, inner: QRectF, before: QImage) -> None:
        room = inner.adjusted(0, 0, 0, -_CAPTION)
        after_px = self._after_px(room)
        taken = len(self._after) * (after_px + GRID) + _ARROW
        left = QRectF(room.left(), room.top(), room.width() - taken, room.height())
        shape = _fitting(before, left)
        start = room.left() + (room.width() - taken - shape.width()) / 2
        shape.moveLeft(start)
        _draw(painter, before, shape)
        _write(painter, "before", shape, inner, "ink")
        arrow = QRectF(shape.right(), room.top(), _ARROW, room.height())
        _draw_arrow(painter, arrow)
        place = QRectF(arrow.right(), 0, after_px, after_px)
        for page in self._after:
            target = _fitting(page.image, place)
            target.moveCenter(QPointF(place.center().x(), room.center().y()))
            _draw(painter, page.image, target)
            _write(painter, page.fate, target, inner, "ink" if page.kept else "spot")
            place.translate(after_px + GRID, 0)

    def _after_px(self, room: QRectF) -> float:
        """Side of a square page: a multiple of its own where that leaves the page before room."""
        own = self._after[0].image.width() if self._after else 1
        share = (room.width() - _ARROW) / (len(self._after) + _BEFORE_SHARE) - GRID
        largest = max(1.0, min(room.height(), share))
        return own * int(largest / own) if largest >= own else largest

    @Slot()
    def _repaint(self) -> None:
        self.update()


def _fitting(image: QImage, room: QRectF) -> QRectF:
    """The largest centred rectangle of the picture's shape; whole numbers of pixels a pixel."""
    scale = min(room.width() / image.width(), room.height() / image.height())
    if scale > 1:
        scale = int(scale)
    place = QRectF(0, 0, max(1, image.width() * scale), max(1, image.height() * scale))
    place.moveCenter(room.center())
    return QRectF(place.toRect())


def _draw(painter: QPainter, image: QImage, target: QRectF) -> None:
    """Hard pixels where the picture is enlarged: as the network will see it."""
    shrinks = target.width() < image.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
    if shrinks:
        size = target.size().toSize()
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    painter.drawImage(target, image)
    painter.setPen(QPen(colour("quiet"), 0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(target)


def _write(painter: QPainter, words: str, below: QRectF, within: QRectF, name: str) -> None:
    """Write a caption centred below a picture, not beyond the edges of the room."""
    width = max(below.width() + GRID, _NARROWEST)
    left = min(max(below.center().x() - width / 2, within.left()), within.right() - width)
    painter.setPen(colour(name))
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    painter.drawText(QRectF(left, below.bottom() + 2, width, _CAPTION), flags, words)


def _draw_arrow(painter: QPainter, room: QRectF) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour("ink"), 1.5))
    tip = room.center() + QPointF(GRID, 0)
    painter.drawLine(room.center() - QPointF(GRID, 0), tip)
    half = GRID / 2
    painter.drawPolyline(QPolygonF([tip + QPointF(-half, -half), tip, tip + QPointF(-half, half)]))
    painter.restore()

"""The rubber band of a grid: a rectangle drawn out with the mouse, which scrolls at the edges."""

from PySide6.QtCore import QObject, QPoint, QRect, QTimer, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from deepzine_gui.ui.theme import colour

_SCROLL_EVERY_MS = 20
_FASTEST_PX = 60


class RubberBand(QObject):
    """Belongs to a scroll area; places are in its viewport's pixels, the band in the content's.

    Signals:
        moved(QRect): the band covers this part of the content now.
    """

    moved = Signal(QRect)

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._from: QPoint | None = None
        self._pointer = QPoint()
        self._drawn = False
        self._scroll = QTimer(self, interval=_SCROLL_EVERY_MS)
        self._scroll.timeout.connect(self._scroll_on)

    def begin(self, place: QPoint) -> None:
        """The button went down."""
        self._from = self._in_content(place)
        self._pointer = place
        self._drawn = False

    def drag(self, place: QPoint) -> None:
        """The pointer moves with the button down; a short way is no band yet."""
        if self._from is None:
            return
        self._pointer = place
        way = self._in_content(place) - self._from
        if not self._drawn and way.manhattanLength() < QApplication.startDragDistance():
            return
        self._drawn = True
        if self._beyond():
            self._scroll.start()
        else:
            self._scroll.stop()
        self._draw()

    def end(self) -> None:
        """The button came up."""
        self._scroll.stop()
        self._from = None
        self._area.viewport().update()

    def paint(self, painter: QPainter, top: int) -> None:
        """Draw the band into the viewport, whose content is scrolled by `top`."""
        if self._from is None or not self._drawn:
            return
        tint = colour("spot")
        painter.setPen(tint)
        tint.setAlpha(40)
        painter.setBrush(tint)
        painter.drawRect(self._covered().translated(0, -top))

    @Slot()
    def _scroll_on(self) -> None:
        bar = self._area.verticalScrollBar()
        beyond = self._beyond()
        bar.setValue(bar.value() + max(-_FASTEST_PX, min(_FASTEST_PX, beyond)))
        self._draw()

    def _draw(self) -> None:
        self.moved.emit(self._covered())
        self._area.viewport().update()

    def _beyond(self) -> int:
        """How far the pointer is below the viewport, or above it (negative)."""
        y, height = self._pointer.y(), self._area.viewport().height()
        return y if y < 0 else max(0, y - height)

    def _covered(self) -> QRect:
        assert self._from is not None
        return QRect(self._from, self._in_content(self._pointer)).normalized()

    def _in_content(self, place: QPoint) -> QPoint:
        return place + QPoint(0, self._area.verticalScrollBar().value())

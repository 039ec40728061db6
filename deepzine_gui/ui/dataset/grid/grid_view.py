"""A view of pages in rows: only what is in view is read and drawn, however many there are.

Pages are drawn a little larger or smaller than was chosen, so that the view holds whole rows.
"""

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from deepzine_gui.ui.dataset.grid.cells import CellPainter
from deepzine_gui.ui.dataset.grid.geometry import Geometry, fitting_side
from deepzine_gui.ui.dataset.grid.rubber_band import RubberBand
from deepzine_gui.ui.dataset.grid.selection import Selection
from deepzine_gui.ui.dataset.grid.thumbnails import Thumbnails
from deepzine_gui.ui.dataset.table import Indices, PageTable
from deepzine_gui.ui.theme import GRID, theme

SMALLEST, USUAL, LARGEST = 48, 96, 192
_ZOOM_STEP = 16
_AHEAD_PAGES = 300
_NOTCH = 120
"""One notch of a wheel, in eighths of a degree."""


class GridView(QAbstractScrollArea):
    """Draws pages of a `PageTable`, scrolls and zooms; what is selected is `PageGrid`'s.

    Signals:
        zoomed(int): the pages have another side in pixels.
    """

    zoomed = Signal(int)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._table = PageTable()
        self._shown: Indices = np.empty(0, np.intp)
        self._selection = Selection()
        self._side = USUAL
        self._geometry = Geometry(0, USUAL, 0)
        self._wheel = 0
        self._empty_text = ""
        self._cells = CellPainter(thumbnails)
        self._band = RubberBand(self)
        self._ask_soon = QTimer(self, singleShot=True, interval=0)
        self._ask_soon.timeout.connect(self._ask)
        self._refine_soon = QTimer(self, singleShot=True, interval=0)
        self._refine_soon.timeout.connect(self.repaint_pages)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(4 * GRID)
        self.verticalScrollBar().sliderReleased.connect(self._settle)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        thumbnails.arrived.connect(self._show_arrived)
        theme.changed.connect(self.repaint_pages)

    @property
    def page_px(self) -> int:
        """Side of a page in the grid, as it was chosen."""
        return self._side

    @property
    def shown(self) -> Indices:
        """The pages shown, in order."""
        return self._shown

    def set_empty_text(self, text: str) -> None:
        """Say why there is no page to see, where there is none."""
        self._empty_text = text
        self.viewport().update()

    def to_top(self) -> None:
        """Scroll to the first page."""
        self.verticalScrollBar().setValue(0)

    def place_of(self, page: int) -> QRect:
        """Where a page lies in the viewport; null if it is not shown."""
        (positions,) = np.nonzero(self._shown == page)
        return self._place(int(positions[0]), self._top()) if len(positions) else QRect()

    @Slot()
    def repaint_pages(self) -> None:
        """Draw again: marks of pages have changed, or the colours."""
        self.viewport().update()

    @Slot(int)
    def set_page_px(self, side: int) -> None:
        """Draw the pages larger or smaller; what is looked at stays in view."""
        side = min(max(side, SMALLEST), LARGEST)
        if side != self._side:
            self._side = side
            self._lay_out()
            self.viewport().update()
            self.zoomed.emit(side)

    @Slot()
    def zoom_in(self) -> None:
        """A step larger."""
        self.set_page_px(self.page_px + _ZOOM_STEP)

    @Slot()
    def zoom_out(self) -> None:
        """A step smaller."""
        self.set_page_px(self.page_px - _ZOOM_STEP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pages that the region touches."""
        painter = QPainter(self.viewport())
        touched, top = event.rect(), self._top()
        chosen, current = self._selection.chosen, -1
        if self.hasFocus():
            current = self._selection.current
        geometry, ratio = self._geometry, self.devicePixelRatioF()
        self._cells.begin(painter, touched, self._table, geometry.side, ratio)
        for position in geometry.rows_between(top + touched.top(), top + touched.bottom()):
            self._cells.draw(
                self._place(position, top),
                int(self._shown[position]),
                after=int(self._shown[position - 1]) if position % geometry.columns else -1,
                selected=bool(chosen[position]),
                current=position == current,
            )
        self._cells.end(self.viewport().rect(), "" if len(self._shown) else self._empty_text)
        self._band.paint(painter, top)
        painter.end()
        if self._cells.is_rough:
            self._refine_soon.start()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's own name
        """Move what is drawn already, so that only new rows are drawn."""
        self.viewport().scroll(0, dy)
        self._ask_soon.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out as many columns as there is room for."""
        super().resizeEvent(event)
        self._lay_out()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, a wheel by whole rows; with Ctrl, zoom."""
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._wheel += turned
            steps = int(self._wheel / _NOTCH)
            self._wheel -= steps * _NOTCH
            self.set_page_px(self.page_px + steps * _ZOOM_STEP)
        elif turned and not turned % _NOTCH and event.pixelDelta().isNull():
            self._scroll_rows(-turned // _NOTCH)
        else:
            super().wheelEvent(event)
            return
        event.accept()

    def _scroll_rows(self, notches: int) -> None:
        bar, cell = self.verticalScrollBar(), self._geometry.cell
        notch = QApplication.wheelScrollLines() * bar.singleStep()
        bar.setValue((round(bar.value() / cell) + notches * max(1, round(notch / cell))) * cell)

    @Slot()
    def _settle(self) -> None:
        """Scroll on to the nearest row."""
        cell = self._geometry.cell
        self.verticalScrollBar().setValue(round(self._top() / cell) * cell)

    def _top(self) -> int:
        return self.verticalScrollBar().value()

    def _place(self, position: int, scrolled: int) -> QRect:
        left, top = self._geometry.corner(position)
        return QRect(left, top - scrolled, self._geometry.side, self._geometry.side)

    def _at(self, point: QPoint) -> int | None:
        return self._geometry.at(point.x(), point.y() + self._top())

    def _in_view(self) -> range:
        # of a row above its gap alone may be in view, which is painted but holds no page
        top = self._top()
        return self._geometry.rows_between(top + GRID, top + self.viewport().height())

    def _bring_into_view(self, position: int) -> None:
        _, top = self._geometry.corner(position)
        height, cell = self.viewport().height(), self._geometry.cell
        # whole rows above: the view may be a little higher than its rows
        low, high = -(-(top + cell - height) // cell) * cell, top - GRID
        self.verticalScrollBar().setValue(min(max(self._top(), low), high))

    def _lay_out(self) -> None:
        """Find the pages' places; the current one, or the first in view, keeps its height."""
        old, in_view = self._geometry, self._in_view()
        keep = self._selection.current
        if keep not in in_view:
            keep = in_view.start
        offset = old.corner(keep)[1] - self._top()
        view, height = self.viewport(), self.contentsRect().height()
        side = fitting_side(self._side, height)
        self._geometry = new = Geometry(len(self._shown), side, view.width())
        spare = (height - GRID) % new.cell
        self.setViewportMargins(0, 0, 0, spare if spare < new.cell // 4 else 0)
        bar = self.verticalScrollBar()
        below = max(0, new.height - view.height())
        bar.setRange(0, -(-below // new.cell) * new.cell)
        bar.setPageStep(max(1, view.height() // new.cell) * new.cell)
        if (old.columns, old.side) != (new.columns, new.side):
            bar.setValue(new.corner(min(keep, max(0, len(self._shown) - 1)))[1] - offset)
            self._settle()
        self._ask_soon.start()

    @Slot()
    def _ask(self) -> None:
        """Have the thumbnails in view read, then those around them."""
        view = self._in_view()
        before = range(max(0, view.start - _AHEAD_PAGES // 2), view.start)
        after = range(view.stop, min(len(self._shown), view.stop + _AHEAD_PAGES))
        positions = [*view, *after, *reversed(before)]
        self._thumbnails.want([int(page) for page in self._shown[positions]])

    @Slot(object)
    def _show_arrived(self, pages: list[int]) -> None:
        """Draw thumbnails that have come, where they are in view."""
        view = self._in_view()
        seen = self._shown[view.start : view.stop]
        for offset in np.flatnonzero(np.isin(seen, pages)):
            self.viewport().update(self._place(view.start + int(offset), self._top()))

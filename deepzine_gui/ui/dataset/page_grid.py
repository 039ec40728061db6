"""The grid of all pages: only what is in view is read and drawn, however many there are."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from deepzine_gui.ui.dataset.cells import CellPainter
from deepzine_gui.ui.dataset.grid_geometry import Geometry
from deepzine_gui.ui.dataset.grid_keys import mode_asked, position_asked
from deepzine_gui.ui.dataset.rubber_band import RubberBand
from deepzine_gui.ui.dataset.selection import Mode, Selection
from deepzine_gui.ui.dataset.table import Indices, PageTable
from deepzine_gui.ui.dataset.thumbnails import Thumbnails
from deepzine_gui.ui.dataset.words import page_in_words
from deepzine_gui.ui.theme import GRID, theme

SMALLEST, USUAL, LARGEST = 48, 96, 192
_ZOOM_STEP = 16
_AHEAD_PAGES = 300
_NOTCH = 120
"""One notch of a wheel, in eighths of a degree."""


class PageGrid(QAbstractScrollArea):
    """Shows pages of a `PageTable`; they are named by their row in it.

    Signals:
        current_changed(int): the page to look at, -1 where there is none.
        selection_changed(): other pages are selected.
        zoomed(int): the pages have another side in pixels.
        menu_asked(QPoint): a menu is asked for, at a place of the screen.
    """

    current_changed = Signal(int)
    selection_changed = Signal()
    zoomed = Signal(int)
    menu_asked = Signal(QPoint)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._table = PageTable()
        self._shown: Indices = np.empty(0, np.intp)
        self._selection = Selection()
        self._geometry = Geometry(0, USUAL, 0)
        self._told = -1
        self._wheel = 0
        self._empty_text = ""
        self._cells = CellPainter(thumbnails)
        self._band = RubberBand(self)
        self._base = self._selection.chosen
        self._ask_soon = QTimer(self, singleShot=True, interval=0)
        self._ask_soon.timeout.connect(self._ask)
        self._refine_soon = QTimer(self, singleShot=True, interval=0)
        self._refine_soon.timeout.connect(self.repaint_pages)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(4 * GRID)
        self.setAccessibleName("Pages of the dataset")
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        thumbnails.arrived.connect(self._show_arrived)
        theme.changed.connect(self.repaint_pages)
        self._band.moved.connect(self._take_band)

    @property
    def page_px(self) -> int:
        """Side of a page in the grid."""
        return self._geometry.side

    @property
    def shown(self) -> Indices:
        """The pages shown, in order."""
        return self._shown

    @property
    def current(self) -> int:
        """The current page, or -1."""
        position = self._selection.current
        return int(self._shown[position]) if position >= 0 else -1

    @property
    def selected(self) -> Indices:
        """The selected pages, in the order shown."""
        return self._shown[self._selection.chosen]

    def show_pages(self, table: PageTable, shown: Indices) -> None:
        """Show some pages of a table, in this order; what was selected and in view stays so."""
        in_view = self._selection.current in self._in_view()
        if table is self._table:
            self._selection.carry_over(self._shown, shown)
        else:
            self._selection = Selection(len(shown))
        self._table, self._shown = table, shown
        self._lay_out()
        if in_view and self._selection.current >= 0:
            self._bring_into_view(self._selection.current)
        self._tell()

    def set_empty_text(self, text: str) -> None:
        """Say why there is no page to see, where there is none."""
        self._empty_text = text
        self.viewport().update()

    def choose(self, page: int) -> None:
        """Make a page the current one and select it alone, if it is shown."""
        (positions,) = np.nonzero(self._shown == page)
        if len(positions):
            self._move(int(positions[0]), "replace")

    def choose_first(self) -> None:
        """Make the first page shown the current one."""
        self._move(0, "replace")

    def selectAll(self) -> None:  # noqa: N802 - the Edit menu asks every widget by Qt's name
        """Select every page shown."""
        self._selection.select_all()
        self._tell()

    def to_top(self) -> None:
        """Scroll to the first page."""
        self.verticalScrollBar().setValue(0)

    def place_of(self, page: int) -> QRect:
        """Where a page lies in the viewport; null if it is not shown."""
        (positions,) = np.nonzero(self._shown == page)
        return self._place(int(positions[0])) if len(positions) else QRect()

    @Slot()
    def repaint_pages(self) -> None:
        """Draw again: marks of pages have changed, or the colours."""
        self.viewport().update()

    @Slot(int)
    def set_page_px(self, side: int) -> None:
        """Draw the pages larger or smaller; what is looked at stays in view."""
        side = min(max(side, SMALLEST), LARGEST)
        if side != self._geometry.side:
            self._lay_out(side)
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
        touched = event.rect()
        self._cells.begin(painter, touched, self.page_px, self.devicePixelRatioF())
        top = self._top()
        for position in self._geometry.rows_between(top + touched.top(), top + touched.bottom()):
            self._cells.draw(
                self._place(position),
                self._table,
                int(self._shown[position]),
                selected=bool(self._selection.chosen[position]),
                current=position == self._selection.current and self.hasFocus(),
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
        """Scroll; with Ctrl, zoom."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / _NOTCH)
        self._wheel -= steps * _NOTCH
        self.set_page_px(self.page_px + steps * _ZOOM_STEP)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by arrows, pages and ends; Space selects or not; Escape selects none."""
        key, current = event.key(), self._selection.current
        asked = position_asked(key, self._geometry, current, self.viewport().height())
        if asked is not None:
            self._move(asked, mode_asked(event.modifiers()))
        elif key == Qt.Key.Key_Space and current >= 0:
            self._selection.toggle(current)
            self._tell()
        elif key == Qt.Key.Key_Escape and len(self.selected):
            self._selection.clear()
            self._tell()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select a page; a rubber band may begin anywhere."""
        position = self._at(event.position().toPoint())
        held = event.modifiers()
        adding = bool(held & Qt.KeyboardModifier.ControlModifier)
        if event.button() == Qt.MouseButton.LeftButton:
            if position is None and not adding:
                self._selection.clear()
            elif position is not None and adding:
                self._selection.toggle(position)
            elif position is not None:
                extends = held & Qt.KeyboardModifier.ShiftModifier
                self._selection.move(position, "extend" if extends else "replace")
            self._base = self._selection.chosen.copy() if adding else self._no_page()
            self._band.begin(event.position().toPoint())
        elif position is not None and not self._selection.chosen[position]:
            self._selection.move(position)
        self._tell()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the rubber band out."""
        self._band.drag(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The rubber band has done."""
        self._band.end()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, by key beside the current page."""
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.current >= 0:
            place = self.viewport().mapToGlobal(self.place_of(self.current).center())
        self.menu_asked.emit(place)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what a page is when the pointer rests on it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            position = self._at(event.pos())
            words = "" if position is None else self._words(position)
            QToolTip.showText(event.globalPos(), words, self.viewport())
            return True
        return bool(super().viewportEvent(event))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the current page's frame; the first page becomes it where there is none."""
        super().focusInEvent(event)
        if self._selection.current < 0:
            self._selection.move(0, "only move")
            self._tell()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the current page's frame."""
        super().focusOutEvent(event)
        self.viewport().update()

    @Slot(QRect)
    def _take_band(self, area: QRect) -> None:
        touched = self._geometry.within(area.left(), area.top(), area.right(), area.bottom())
        self._selection.band(touched, self._base)
        self._tell()

    def _move(self, position: int, mode: Mode) -> None:
        self._selection.move(position, mode)
        if self._selection.current >= 0:
            self._bring_into_view(self._selection.current)
        self._tell()

    def _tell(self) -> None:
        self.viewport().update()
        self.selection_changed.emit()
        if self._selection.current >= 0:
            self.setAccessibleDescription(self._words(self._selection.current))
        if self.current != self._told:
            self._told = self.current
            self.current_changed.emit(self._told)

    def _words(self, position: int) -> str:
        return page_in_words(self._table, int(self._shown[position]))

    def _no_page(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        return np.zeros(len(self._shown), bool)

    def _top(self) -> int:
        return self.verticalScrollBar().value()

    def _place(self, position: int) -> QRect:
        left, top = self._geometry.corner(position)
        return QRect(left, top - self._top(), self.page_px, self.page_px)

    def _at(self, point: QPoint) -> int | None:
        return self._geometry.at(point.x(), point.y() + self._top())

    def _in_view(self) -> range:
        return self._geometry.rows_between(self._top(), self._top() + self.viewport().height())

    def _bring_into_view(self, position: int) -> None:
        _, top = self._geometry.corner(position)
        height, cell = self.viewport().height(), self._geometry.cell
        low, high = top + cell - height, top - GRID
        self.verticalScrollBar().setValue(min(max(self._top(), low), high))

    def _lay_out(self, side: int = 0) -> None:
        """Find the pages' places; the current one, or the first in view, keeps its height."""
        old, in_view = self._geometry, self._in_view()
        keep = self._selection.current
        if keep not in in_view:
            keep = in_view.start
        offset = old.corner(keep)[1] - self._top()
        view = self.viewport()
        self._geometry = Geometry(len(self._shown), side or old.side, view.width())
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._geometry.height - view.height()))
        bar.setPageStep(view.height())
        if (old.columns, old.side) != (self._geometry.columns, self._geometry.side):
            bar.setValue(self._geometry.corner(min(keep, max(0, len(self._shown) - 1)))[1] - offset)
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
            self.viewport().update(self._place(view.start + int(offset)))

"""The grid of all pages, in which they are selected by mouse and keys."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from deepzine_gui.ui.dataset.grid.grid_view import GridView
from deepzine_gui.ui.dataset.grid.keys import mode_asked, position_asked
from deepzine_gui.ui.dataset.grid.selection import Mode, Selection
from deepzine_gui.ui.dataset.grid.thumbnails import Thumbnails
from deepzine_gui.ui.dataset.table import Indices, PageTable, those
from deepzine_gui.ui.dataset.words import page_in_words


class PageGrid(GridView):
    """Shows pages of a `PageTable`; they are named by their row in it.

    Signals:
        current_changed(int): the page to look at, -1 where there is none.
        selection_changed(): other pages are selected.
        menu_asked(QPoint): a menu is asked for, at a place of the screen.
    """

    current_changed = Signal(int)
    selection_changed = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(thumbnails, parent)
        self._told = -1
        self._base = self._selection.chosen
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Pages of the dataset")
        self._band.moved.connect(self._take_band)

    @property
    def current(self) -> int:
        """The current page, or -1."""
        position = self._selection.current
        return int(self._shown[position]) if position >= 0 else -1

    @property
    def selected(self) -> Indices:
        """The selected pages, in the order shown."""
        return those(self._shown, self._selection.chosen)

    def show_pages(self, table: PageTable, shown: Indices) -> None:
        """Show some pages of a table, in this order; what was selected and in view stays so."""
        if table is self._table and np.array_equal(shown, self._shown):
            self._tell()
            return
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

    def choose(self, page: int) -> None:
        """Make a page the current one and select it alone, if it is shown."""
        (positions,) = np.nonzero(self._shown == page)
        if len(positions):
            self._move(int(positions[0]), "replace")

    def select(self, pages: Indices, current: int) -> None:
        """Select pages, as far as they are shown, and make one of them, or -1, the current one."""
        (positions,) = np.nonzero(self._shown == current)
        position = int(positions[0]) if len(positions) else -1
        self._selection.take(np.isin(self._shown, pages), position)
        if position >= 0:
            self._bring_into_view(position)
        self._tell()

    def choose_first(self) -> None:
        """Make the first page shown the current one."""
        self._move(0, "replace")

    def selectAll(self) -> None:  # noqa: N802 - the Edit menu asks every widget by Qt's name
        """Select every page shown."""
        self._selection.select_all()
        self._tell()

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

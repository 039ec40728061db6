"""The grid of all pages: only what is in view is read and drawn."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from deepzine_gui.ui.dataset.pages_model import PagesModel
from deepzine_gui.ui.pictures import draw_page
from deepzine_gui.ui.theme import GRID, colour, theme

SMALLEST, USUAL, LARGEST = 48, 96, 192


class PageGrid(QListView):
    """Shows a `PagesModel`; `page_chosen` carries the index of the page to look at."""

    page_chosen = Signal(int)

    def __init__(self, model: PagesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page_px = USUAL
        self.setModel(model)
        self.setAccessibleName("Pages of the dataset")
        self.setItemDelegate(_PageDelegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(4 * GRID)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._choose)
        theme.changed.connect(self._show_table)
        self.set_page_px(USUAL)
        self._show_table()

    @property
    def page_px(self) -> int:
        """Side of a page in the grid."""
        return self._page_px

    @Slot(int)
    def set_page_px(self, side: int) -> None:
        """Draw the pages larger or smaller, keeping the current one in view."""
        self._page_px = side
        self.setGridSize(QSize(side + GRID, side + GRID))
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.page_chosen.emit(current.row())

    @Slot()
    def _show_table(self) -> None:
        palette = self.palette()
        palette.setColor(palette.ColorRole.Base, colour("table"))
        self.setPalette(palette)
        self.setStyleSheet(f"QListView {{ background: {colour('table').name()}; border: 0; }}")


class _PageDelegate(QStyledItemDelegate):
    """A page with its edge; a frame in the spot colour around a selected one."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        grid = self.parent()
        side = grid.page_px if isinstance(grid, PageGrid) else USUAL
        return QSize(side + GRID, side + GRID)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        margin = GRID / 2
        place = QRectF(option.rect).adjusted(margin, margin, -margin, -margin)
        painter.save()
        image = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(image, QImage):
            draw_page(painter, image, place)
        else:
            painter.fillRect(place, colour("rule"))
        if option.state & QStyle.StateFlag.State_Selected:
            pen = painter.pen()
            pen.setColor(colour("spot"))
            pen.setWidth(3)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place)
        painter.restore()

"""The line above the grid: in which order pages are shown, and how large."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QWidget

from deepzine_gui.ui.dataset.choosing import Order
from deepzine_gui.ui.dataset.grid.grid_view import LARGEST, SMALLEST, USUAL
from deepzine_gui.ui.fitting_label import FittingLabel
from deepzine_gui.ui.theme import GRID, quieten

_WORDS: dict[Order, str] = {
    "file": "In document order",
    "least ink": "Least ink first",
    "most ink": "Most ink first",
    "darkest": "Darkest first",
    "brightest": "Brightest first",
    "likeness": "Like the chosen page",
}
_AS_THEY_COME = "As they come"


class OrderLine(QWidget):
    """Signals: `order_chosen(str)`, one of `Order`; also when the same is chosen again."""

    order_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.order = QComboBox()
        for order, words in _WORDS.items():
            self.order.addItem(words, order)
        self.order.setAccessibleName("Order of the pages")
        self.order.activated.connect(self._choose)
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.zoom.setRange(SMALLEST, LARGEST)
        self.zoom.setValue(USUAL)
        self.zoom.setFixedWidth(14 * GRID)
        self.zoom.setAccessibleName("Size of the pages in the grid")
        self.zoom.setToolTip("Size of the pages in the grid (Ctrl and wheel, Ctrl++, Ctrl+−)")
        self.words = FittingLabel()
        quieten(self.words)
        size = QLabel("Size")
        quieten(size)
        size.setBuddy(self.zoom)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.order)
        layout.addWidget(self.words, 1)
        layout.addWidget(size)
        layout.addWidget(self.zoom)

    def choose(self, order: Order) -> None:
        """Choose an order as the person does."""
        self.order.setCurrentIndex(self.order.findData(order))
        self._choose()

    def call_first(self, *, coming: bool) -> None:
        """Call the first order what it is: while pages come, several documents do at a time."""
        self.order.setItemText(0, _AS_THEY_COME if coming else _WORDS["file"])

    @Slot()
    def _choose(self) -> None:
        self.order_chosen.emit(self.order.currentData())

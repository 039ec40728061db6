"""Buttons 4, 8, 16 … for the size at which a page is looked at."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QToolButton, QWidget

from deepzine_gui.ui.theme import GRID, font

_SMALLEST = 4
_IN_A_ROW = 6


class SizeButtons(QWidget):
    """One of the powers of two up to the pages' own resolution.

    Signals:
        chosen(int): another size, in pixels.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.size_px = 0
        self._resolution = 0
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._choose)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GRID // 2)
        self.setAccessibleName("Size in pixels")

    def show_resolution(self, resolution: int) -> None:
        """Offer the sizes up to `resolution`; a size that is not among them gives way to it."""
        if resolution == self._resolution:
            return
        self._resolution = resolution
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.deleteLater()
        size, place = _SMALLEST, 0
        while size <= resolution:
            self._add(size, place)
            size, place = 2 * size, place + 1
        self.size_px = resolution
        self._group.button(resolution).setChecked(True)

    def button(self, size: int) -> QToolButton:
        """The button of a size."""
        found = self._group.button(size)
        assert isinstance(found, QToolButton)
        return found

    def _add(self, size: int, place: int) -> None:
        button = QToolButton()
        button.setText(str(size))
        button.setCheckable(True)
        button.setFont(font("small", figures=True))
        button.setToolTip(f"As the network sees the page while it trains at {size} px")
        button.setAccessibleName(f"{size} px")
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._group.addButton(button, size)
        self._layout.addWidget(button, *divmod(place, _IN_A_ROW))

    @Slot(int)
    def _choose(self, size: int) -> None:
        self.size_px = size
        self.chosen.emit(size)

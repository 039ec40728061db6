"""The row of switches that says which part of the Collect bench is shown."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from deepzine_gui.ui.theme import GRID


class Switches(QWidget):
    """One of several names is on; `turned` carries its place. A widget may stand at the end."""

    turned = Signal(int)

    def __init__(self, names: Sequence[str], last: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = list(names)
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        for place, name in enumerate(names):
            button = QPushButton(name)
            button.setCheckable(True)
            button.setProperty("plain", True)
            self._group.addButton(button, place)
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(last)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self._turn)

    def turn_to(self, place: int) -> None:
        """Switch on the name at `place`."""
        self._group.button(place).setChecked(True)
        self._turn(place)

    def button(self, place: int) -> QPushButton:
        """The switch at `place`."""
        button = self._group.button(place)
        assert isinstance(button, QPushButton)
        return button

    def mark(self, place: int, mark: str) -> None:
        """Show a small mark behind a name; "" for none."""
        self.button(place).setText(f"{self._names[place]}  {mark}".rstrip())

    @Slot(int)
    def _turn(self, place: int) -> None:
        self.turned.emit(place)

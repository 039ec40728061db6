"""A small field for a number that may be left empty."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QWidget

from deepzine_gui.ui.text_field import TextField
from deepzine_gui.ui.theme import GRID, font

_LARGEST = 999_999


class NumberField(TextField):
    """Says what it is for while it is empty; `changed` when the number is another."""

    changed = Signal()

    def __init__(self, hint: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFont(font("normal", figures=True))
        self.setValidator(QIntValidator(0, _LARGEST, self))
        self.setFixedWidth(7 * GRID)
        self._value: int | None = None
        self.textChanged.connect(self._read)

    @property
    def value(self) -> int | None:
        """The number; None where there is none."""
        return self._value

    @Slot(str)
    def _read(self, text: str) -> None:
        value = int(text) if text.isdecimal() else None
        if value != self._value:
            self._value = value
            self.changed.emit()

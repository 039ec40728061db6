"""A slider for a real number, with its name and value; a double click brings it back."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from deepzine_gui.ui.theme import GRID, font, quieten
from deepzine_gui.ui.wheel import let_wheel_pass

_STEPS = 200


class SliderRow(QWidget):
    """`moved` carries the value when the person changes it."""

    moved = Signal(float)

    def __init__(
        self,
        name: str,
        *,
        low: float,
        high: float,
        rest: float,
        tip: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._low, self._high, self._rest = low, high, rest
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setPageStep(_STEPS // 20)
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(f"{tip} Double click: back to {rest:g}.")
        self.slider.installEventFilter(self)
        # filled from its left end, one that rests at 0 in its middle would look half full
        self.slider.setProperty("centred", low == -high)
        title = QLabel(name)
        title.setFont(font("normal"))
        title.setBuddy(self.slider)
        self._number = QLabel()
        quieten(self._number)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(GRID)
        layout.setVerticalSpacing(0)
        layout.addWidget(title, 0, 0)
        layout.addWidget(self._number, 0, 1, Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self.slider, 1, 0, 1, 2)
        self.slider.valueChanged.connect(self._announce)
        let_wheel_pass(self)
        self.set_value(rest)

    @property
    def value(self) -> float:
        """The number the slider stands on."""
        return self._low + (self._high - self._low) * self.slider.value() / _STEPS

    def set_value(self, value: float) -> None:
        """Show a number, without emitting `moved`."""
        self.slider.blockSignals(True)
        self.slider.setValue(round((value - self._low) / (self._high - self._low) * _STEPS))
        self.slider.blockSignals(False)
        self._number.setText(f"{value:.2f}")

    @Slot()
    def reset(self) -> None:
        """Go back to rest, as a double click does."""
        self.set_value(self._rest)
        self.moved.emit(self._rest)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Catch double clicks on the slider."""
        if watched is self.slider and event.type() == QEvent.Type.MouseButtonDblClick:
            self.reset()
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _announce(self) -> None:
        self._number.setText(f"{self.value:.2f}")
        self.moved.emit(self.value)

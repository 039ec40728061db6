"""A step that is on or off, and how strong it is: a check box, a slider and a figure."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSlider, QWidget

from deepzine_gui.ui.controls import Control
from deepzine_gui.ui.theme import GRID, quieten

OFF = "off"


@dataclass(frozen=True, slots=True)
class Scale:
    """The strengths a slider offers; 0, which is off, is left to the check box.

    Attributes:
        step: between neighbouring strengths, and the least of them.
        high: the greatest.
        usual: where the slider stands until a strength is chosen.
        text: a strength as it is read, for example "50 %".
    """

    step: float
    high: float
    usual: float
    text: Callable[[float], str]

    @property
    def widest(self) -> str:
        """The longest such text."""
        steps = range(1, round(self.high / self.step) + 1)
        return max((self.text(step * self.step) for step in steps), key=len)


class Strength(Control):
    """A number of which 0 means off; a double click on the slider brings back what is usual."""

    def __init__(self, label: str, scale: Scale, parent: QWidget) -> None:
        row = QWidget(parent)
        super().__init__(row)
        self._scale = scale
        self._given = self._shown = 0.0
        self.check = QCheckBox(label)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(1, round(scale.high / scale.step))
        self.slider.setPageStep(max(1, self.slider.maximum() // 10))
        self.slider.setMinimumWidth(8 * GRID)
        self.slider.setAccessibleName(f"{label}: strength")
        self.slider.installEventFilter(self)
        self.figure = _right_aligned(scale.widest, row)
        self.note = _right_aligned("", row)
        self.note.hide()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID)
        line.addWidget(self.check)
        line.addWidget(self.slider, 1)
        line.addWidget(self.figure)
        line.addWidget(self.note)
        row.setFocusProxy(self.check)
        self._stand_on(scale.usual)
        self._show_figure()
        self.check.toggled.connect(self._take)
        self.slider.valueChanged.connect(self._take)

    def value(self) -> float:
        """The strength, 0 when off; one that was set comes back with all its digits."""
        if not self.check.isChecked():
            return 0.0
        return self._given if self._standing == self._shown else self._standing

    def set_value(self, value: float) -> None:
        """Show a strength; one above the scale makes the scale longer."""
        if value:
            self._given = float(value)
            self._stand_on(value)
            self._shown = self._standing
        self.check.setChecked(bool(value))
        self._show_figure()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Catch double clicks on the slider."""
        if watched is self.slider and event.type() == QEvent.Type.MouseButtonDblClick:
            self._stand_on(self._scale.usual)
            return True
        return super().eventFilter(watched, event)

    @property
    def _standing(self) -> float:
        return round(self.slider.value() * self._scale.step, 6)

    def _stand_on(self, value: float) -> None:
        place = max(1, round(value / self._scale.step))
        self.slider.setMaximum(max(self.slider.maximum(), place))
        self.slider.setValue(place)

    @Slot()
    def _take(self) -> None:
        self._show_figure()
        self.changed.emit()

    def _show_figure(self) -> None:
        on = self.check.isChecked()
        self.slider.setEnabled(on)
        self.figure.setText(self._scale.text(self.value()) if on else OFF)


def align(strengths: list[Strength]) -> None:
    """Let sliders that stand below each other begin and end at the same places."""
    for strength in strengths:
        strength.widget.ensurePolished()
        strength.check.ensurePolished()
    widest = max((strength.check.sizeHint().width() for strength in strengths), default=0)
    figure = max((strength.figure.minimumWidth() for strength in strengths), default=0)
    for strength in strengths:
        strength.check.setMinimumWidth(widest)
        strength.figure.setMinimumWidth(figure)


def _right_aligned(widest: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    quieten(label)
    label.setMinimumWidth(label.fontMetrics().horizontalAdvance(widest))
    return label

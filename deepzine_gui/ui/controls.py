"""One control for one field of a settings model, chosen by the field's type and limits."""

import types
from collections.abc import Sequence
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from deepzine_gui.ui.theme import GRID, indent

_INT_LIMIT = 2**31 - 1


class Control(QObject):
    """A widget that holds one value; `changed` follows the person's and the program's changes."""

    changed = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.widget = widget

    def value(self) -> Any:
        """The value shown."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    @Slot()
    def _announce(self) -> None:
        self.changed.emit()


class Choice(Control):
    """One of a few values."""

    def __init__(self, values: Sequence[Any], unit: str, parent: QWidget) -> None:
        self._box = QComboBox(parent)
        super().__init__(self._box)
        self._unit = unit
        for value in values:
            self._box.addItem(self._text(value), value)
        self._box.currentIndexChanged.connect(self._announce)

    def value(self) -> Any:
        """The value chosen."""
        return self._box.currentData()

    def set_value(self, value: Any) -> None:
        """Choose a value, added to the list if it is not there yet."""
        index = self._box.findData(value)
        if index < 0:
            self._box.addItem(self._text(value), value)
            index = self._box.count() - 1
        self._box.setCurrentIndex(index)

    def _text(self, value: Any) -> str:
        return f"{value}{self._unit}".replace("_", " ")


class Switch(Control):
    """Yes or no."""

    def __init__(self, parent: QWidget) -> None:
        self._box = QCheckBox(parent)
        super().__init__(self._box)
        self._box.toggled.connect(self._announce)

    def value(self) -> bool:
        """Whether it is on."""
        return self._box.isChecked()

    def set_value(self, value: Any) -> None:
        """Turn it on or off."""
        self._box.setChecked(bool(value))


class Whole(Control):
    """A whole number within limits."""

    def __init__(self, low: float | None, high: float | None, unit: str, parent: QWidget) -> None:
        self._box = QSpinBox(parent)
        super().__init__(self._box)
        self._box.setRange(
            int(low) if low is not None else -_INT_LIMIT,
            int(high) if high is not None else _INT_LIMIT,
        )
        self._box.setSuffix(unit)
        _fit(self._box)
        self._box.valueChanged.connect(self._announce)

    def value(self) -> int:
        """The number."""
        return self._box.value()

    def set_value(self, value: Any) -> None:
        """Show a number."""
        self._box.setValue(int(value))


class Real(Control):
    """A number within limits, shown with as many digits as it has, up to six."""

    def __init__(self, low: float | None, high: float | None, unit: str, parent: QWidget) -> None:
        self._box = QDoubleSpinBox(parent)
        super().__init__(self._box)
        self._box.setDecimals(6)
        self._box.setRange(low if low is not None else -1e9, high if high is not None else 1e9)
        self._box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self._box.setSuffix(unit)
        _fit(self._box)
        self._box.valueChanged.connect(self._announce)

    def value(self) -> float:
        """The number."""
        return self._box.value()

    def set_value(self, value: Any) -> None:
        """Show a number; the control narrows to the digits the value needs, at least two."""
        text = f"{float(value):.6f}".rstrip("0")
        self._box.setDecimals(max(2, len(text.partition(".")[2]) + 1))
        self._box.setValue(float(value))


class Line(Control):
    """A line of text."""

    def __init__(self, parent: QWidget) -> None:
        self._line = QLineEdit(parent)
        super().__init__(self._line)
        self._line.textChanged.connect(self._announce)

    def value(self) -> str:
        """The text."""
        return self._line.text()

    def set_value(self, value: Any) -> None:
        """Show a text."""
        self._line.setText(str(value))


def _fit(box: QAbstractSpinBox) -> None:
    """A usual width: by itself a box is as wide as the longest number it allows."""
    indent(box)
    box.setMinimumWidth(10 * GRID)
    box.setMaximumWidth(16 * GRID)


def make_control(
    field: FieldInfo, *, choices: Sequence[Any] | None, unit: str, parent: QWidget
) -> Control:
    """The control for a field: a list for literals and `choices`, a switch, a number, or a line."""
    kind = _plain_type(field.annotation)
    if choices is None and get_origin(kind) is Literal:
        choices = get_args(kind)
    if choices is not None:
        return Choice(choices, unit, parent)
    low, high = _limits(field)
    if kind is bool:
        return Switch(parent)
    if kind is int:
        return Whole(low, high, unit, parent)
    if kind is float:
        return Real(low, high, unit, parent)
    return Line(parent)


def _plain_type(annotation: Any) -> Any:
    """The type without ``| None``."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation


def _limits(field: FieldInfo) -> tuple[float | None, float | None]:
    low = high = None
    for limit in field.metadata:
        low = getattr(limit, "ge", getattr(limit, "gt", low))
        high = getattr(limit, "le", getattr(limit, "lt", high))
    return low, high

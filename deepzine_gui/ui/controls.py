"""One control for one field of a settings model, chosen by the field's type and limits."""

import types
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
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

_PAIRS_WIDTH = 24 * GRID
"""Room for a size and number of pages three times over."""

_INT_LIMIT = 2**31 - 1
_REAL_LIMIT = 10**9
_FEW_DECIMALS, _MANY_DECIMALS, _MOST_DECIMALS = 3, 6, 9


@dataclass(frozen=True, slots=True)
class Limits:
    """What a number may be; None where there is no such limit."""

    low: float | None = None
    high: float | None = None
    low_is_open: bool = False
    high_is_open: bool = False

    @property
    def decimals(self) -> int:
        """Digits after the point that such a number is told with: more for shares of one."""
        is_share = self.high is not None and self.high <= 1
        return _MANY_DECIMALS if is_share else max(_digits(self.low), _digits(self.high))

    def inclusive(self, decimals: int) -> tuple[float | None, float | None]:
        """The least and the greatest number of so many decimals that keeps to the limits."""
        step = Decimal(1).scaleb(-decimals)
        low: Decimal | None = None
        high: Decimal | None = None
        if self.low is not None:
            low = Decimal(str(self.low)).quantize(step, ROUND_CEILING)
            low += step * (self.low_is_open and float(low) <= self.low)
        if self.high is not None:
            high = Decimal(str(self.high)).quantize(step, ROUND_FLOOR)
            high -= step * (self.high_is_open and float(high) >= self.high)
        return None if low is None else float(low), None if high is None else float(high)


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

    def commit(self) -> None:
        """Take what is being typed, where that is taken only at its end."""

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

    def __init__(self, limits: Limits, unit: str, parent: QWidget) -> None:
        self._box = QSpinBox(parent)
        super().__init__(self._box)
        low, high = limits.inclusive(0)
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

    def commit(self) -> None:
        """Take the number that is being typed."""
        self._box.interpretText()

    def set_value(self, value: Any) -> None:
        """Show a number."""
        self._box.setValue(int(value))


class Real(Control):
    """A number within limits, shown with as many digits as it has."""

    def __init__(self, limits: Limits, unit: str, parent: QWidget) -> None:
        self._box = _RealBox(parent)
        super().__init__(self._box)
        self._limits = limits
        self._given = self._shown = 0.0
        self._allow(limits.decimals)
        self._box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self._box.setSuffix(unit)
        _fit(self._box)
        self._box.valueChanged.connect(self._announce)

    def value(self) -> float:
        """The number; one that was set comes back with all its digits."""
        shown = self._box.value()
        return self._given if shown == self._shown else shown

    def commit(self) -> None:
        """Take the number that is being typed."""
        self._box.interpretText()

    def set_value(self, value: Any) -> None:
        """Show a number, with more digits than usual where it needs them."""
        self._given = float(value)
        self._allow(max(self._limits.decimals, _digits(self._given)))
        self._box.setValue(self._given)
        self._shown = self._box.value()

    def _allow(self, decimals: int) -> None:
        """Take numbers of so many decimals."""
        low, high = self._limits.inclusive(decimals)
        self._box.setDecimals(decimals)
        self._box.setRange(
            low if low is not None else -_REAL_LIMIT, high if high is not None else _REAL_LIMIT
        )


class _RealBox(QDoubleSpinBox):
    """Shows 40 and 0.001, not 40.000 and 0.001000."""

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's own name
        text = super().textFromValue(value)
        point = self.locale().decimalPoint()
        if point in text:
            text = text.rstrip(self.locale().zeroDigit()).removesuffix(point)
        return text


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


class Pairs(Line):
    """Whole numbers by whole numbers, written as "256:14, 512:6"; taken when typed to the end."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._line.setMinimumWidth(_PAIRS_WIDTH)
        self._line.textChanged.disconnect(self._announce)
        self._line.editingFinished.connect(self._announce)

    def set_value(self, value: Any) -> None:
        """Show the pairs."""
        super().set_value(", ".join(f"{key}:{number}" for key, number in value.items()))
        # its beginning is read first where there is too little room
        self._line.setCursorPosition(0)


def _fit(box: QAbstractSpinBox) -> None:
    """Take a number only when it is typed to its end, and have a usual width.

    By itself a box is as wide as the longest number it allows.
    """
    box.setKeyboardTracking(False)
    indent(box)
    box.setMinimumWidth(10 * GRID)
    box.setMaximumWidth(16 * GRID)


def make_control(
    field: FieldInfo, *, choices: Sequence[Any] | None, unit: str, parent: QWidget
) -> Control:
    """The control for a field: a list for literals and `choices`, else what suits its type."""
    kind = _plain_type(field.annotation)
    if choices is None and get_origin(kind) is Literal:
        choices = get_args(kind)
    if choices is not None:
        return Choice(choices, unit, parent)
    if kind is bool:
        return Switch(parent)
    if kind is int:
        return Whole(_limits(field), unit, parent)
    if kind is float:
        return Real(_limits(field), unit, parent)
    return Pairs(parent) if get_origin(kind) is dict else Line(parent)


def _plain_type(annotation: Any) -> Any:
    """The type without ``| None``."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation


def _limits(field: FieldInfo) -> Limits:
    found = Limits()
    for limit in field.metadata:
        if hasattr(limit, "ge"):
            found = replace(found, low=limit.ge, low_is_open=False)
        if hasattr(limit, "gt"):
            found = replace(found, low=limit.gt, low_is_open=True)
        if hasattr(limit, "le"):
            found = replace(found, high=limit.le, high_is_open=False)
        if hasattr(limit, "lt"):
            found = replace(found, high=limit.lt, high_is_open=True)
    return found


def _digits(value: float | None) -> int:
    """Digits after the point that a number needs, at least three and at most nine."""
    text = f"{value or 0.0:.{_MOST_DECIMALS}f}".rstrip("0")
    return max(_FEW_DECIMALS, len(text.partition(".")[2]))

"""Forms made from settings models: a setting is written once, its control follows from it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QVBoxLayout,
    QWidget,
    QWidgetItem,
)

from deepzine_gui.settings import unit_of
from deepzine_gui.ui.controls import Control, make_control
from deepzine_gui.ui.strengths import Scale, Strength, align
from deepzine_gui.ui.theme import GRID, quieten

Model = TypeVar("Model", bound=BaseModel)


class SettingsForm(QWidget, Generic[Model]):
    """Labelled controls for the fields of a pydantic model, tooltips and limits included.

    Fields not shown keep the value they had in the last `set_value`.

    Args:
        model_class: the settings model.
        fields: names of the fields to show, in order; all if None.
        labels: a field's label where its name, spelt out, does not do.
        choices: the allowed values of a field whose type does not list them (powers of two).
        units: text after a number (" px"), where the model does not declare it.
        scales: of the fields that are strengths, shown as a check box and a slider.
        across: one line of label-above-control pairs instead of a column of rows.
    """

    changed = Signal()

    def __init__(
        self,
        model_class: type[Model],
        *,
        fields: Iterable[str] | None = None,
        labels: Mapping[str, str] | None = None,
        choices: Mapping[str, Sequence[Any]] | None = None,
        units: Mapping[str, str] | None = None,
        scales: Mapping[str, Scale] | None = None,
        across: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._value: Model = model_class()
        self._controls: dict[str, Control] = {}
        self._setting = False
        labels, choices, units, scales = labels or {}, choices or {}, units or {}, scales or {}
        for name in fields if fields is not None else model_class.model_fields:
            field = model_class.model_fields[name]
            label = labels.get(name, name.replace("_", " ").capitalize())
            if name in scales:
                control: Control = Strength(label, scales[name], self)
            else:
                unit = units.get(name, f" {unit_of(field)}".rstrip())
                control = make_control(field, choices=choices.get(name), unit=unit, parent=self)
            self._adopt(name, label, control, field.description or "", across=across)
        align(self.strengths())
        if across:
            self._line().addStretch(1)
        self.set_value(self._value)

    def value(self) -> Model:
        """The settings as they stand, what is being typed included."""
        for control in self._controls.values():
            control.commit()
        return self._value

    def set_value(self, value: Model) -> None:
        """Show `value`, without emitting `changed`."""
        self._value = value
        self._show()

    def control(self, name: str) -> QWidget:
        """The widget of a field."""
        return self._controls[name].widget

    @property
    def names(self) -> tuple[str, ...]:
        """The fields shown, in order."""
        return tuple(self._controls)

    def add_row(self, label: str, row: QLayout, control: QWidget) -> None:
        """Append a row of something else than a field, in line with the others of a column.

        Args:
            label: what stands before it.
            row: what is in it.
            control: the widget in it that the label belongs to.
        """
        self._rows().addRow(_level_label(label, control), row)

    def strengths(self) -> list[Strength]:
        """The controls of the fields that are strengths, in order."""
        return [control for control in self._controls.values() if isinstance(control, Strength)]

    def strength(self, name: str) -> Strength:
        """The control of a field that is a strength."""
        control = self._controls[name]
        assert isinstance(control, Strength)
        return control

    @Slot()
    def _take(self) -> None:
        """Take what the controls say; where the model refuses it, go back to what it was."""
        if self._setting:
            return
        changes = {name: control.value() for name, control in self._controls.items()}
        data = self._value.model_dump() | changes
        try:
            self._value = type(self._value).model_validate(data)
        except ValidationError:
            self._show()
        else:
            self.changed.emit()

    def _show(self) -> None:
        self._setting = True
        for name, control in self._controls.items():
            control.set_value(getattr(self._value, name))
        self._setting = False

    def _adopt(self, name: str, label: str, control: Control, tip: str, *, across: bool) -> None:
        control.widget.setAccessibleName(label)
        control.widget.setToolTip(tip)
        control.widget.setObjectName(name)
        control.changed.connect(self._take)
        self._controls[name] = control
        if isinstance(control, Strength):
            self._rows().addRow(control.widget)
        else:
            self._place(label, control.widget, tip, across=across)

    def _place(self, label: str, widget: QWidget, tip: str, *, across: bool) -> None:
        if not across:
            self._rows().addRow(_level_label(label, widget), widget)
            return
        title = QLabel(label)
        quieten(title, "small")
        title.setBuddy(widget)
        title.setToolTip(tip)
        pair = QVBoxLayout()
        pair.setSpacing(GRID // 2)
        pair.addWidget(title)
        pair.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
        self._line().addLayout(pair)

    def _rows(self) -> QFormLayout:
        layout = self.layout()
        if not isinstance(layout, QFormLayout):
            layout = QFormLayout(self)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setVerticalSpacing(GRID)
            layout.setHorizontalSpacing(2 * GRID)
        return layout

    def _line(self) -> QHBoxLayout:
        layout = self.layout()
        if not isinstance(layout, QHBoxLayout):
            layout = QHBoxLayout(self)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(2 * GRID)
        return layout


def _level_label(text: str, widget: QWidget) -> QLabel:
    """A label as high as its control: by itself it stands a little too high."""
    label = QLabel(text)
    label.setBuddy(widget)
    widget.ensurePolished()
    # as a layout sees it: what a spin box hints at by itself is too high
    label.setMinimumHeight(QWidgetItem(widget).sizeHint().height())
    return label

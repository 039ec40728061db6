"""Numbers are typed key by key, and no key is answered with an error."""

from typing import Annotated

import pytest
from pydantic import BaseModel, Field, field_validator
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox
from pytestqt.qtbot import QtBot

from deepzine_gui.training import TrainingConfig
from deepzine_gui.ui.forms import SettingsForm


class Settings(BaseModel):
    rate: float = Field(0.001, gt=0, le=1)
    memory: float = Field(0.999, ge=0, lt=1)
    length: float = Field(40.0, ge=0, le=1e5)
    sides: int = Field(4, gt=2, lt=9)
    even: int = Field(2, ge=0, le=100)
    other: Annotated[float, Field(gt=0.5)] = 0.75

    @field_validator("even")
    @classmethod
    def _no_odd_number(cls, value: int) -> int:
        if value % 2:
            raise ValueError("odd")
        return value


@pytest.fixture
def form(qtbot: QtBot) -> SettingsForm[Settings]:
    form = SettingsForm(Settings, units={"length": " kimg"})
    qtbot.addWidget(form)
    form.show()
    return form


def typed(qtbot: QtBot, form: SettingsForm[Settings], name: str, keys: str) -> QAbstractSpinBox:
    """Type over a number, as a person does, the form being read after every key."""
    box = form.control(name)
    assert isinstance(box, QAbstractSpinBox)
    box.setFocus()
    box.selectAll()
    for key in keys:
        qtbot.keyClicks(box, key)
    return box


@pytest.mark.parametrize("keys", ["0.0005", "0.00005", "1", "0.000001"])
def test_small_numbers_are_taken_when_typed_to_the_end(
    qtbot: QtBot, form: SettingsForm[Settings], keys: str
) -> None:
    said: list[float] = []
    form.changed.connect(lambda: said.append(form.value().rate))
    box = typed(qtbot, form, "rate", keys)
    assert said == []
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert said == ([float(keys)])
    assert box.text() == keys


def test_what_is_still_being_typed_counts(qtbot: QtBot, form: SettingsForm[Settings]) -> None:
    typed(qtbot, form, "rate", "0.02")
    with qtbot.waitSignal(form.changed):
        assert form.value().rate == 0.02


@pytest.mark.parametrize("keys", ["0", "0.", "0.0", "-", ""])
def test_a_number_half_typed_is_never_an_error(
    qtbot: QtBot, form: SettingsForm[Settings], keys: str
) -> None:
    typed(qtbot, form, "rate", keys)
    assert 0 < form.value().rate <= 1


@pytest.mark.parametrize(
    ("name", "least", "greatest"),
    [("rate", 1e-6, 1.0), ("memory", 0.0, 0.999999), ("sides", 3, 8), ("other", 0.501, 1e9)],
)
def test_open_limits_are_a_step_further_in(
    form: SettingsForm[Settings], name: str, least: float, greatest: float
) -> None:
    box = form.control(name)
    assert isinstance(box, QSpinBox | QDoubleSpinBox)
    assert (box.minimum(), box.maximum()) == (least, greatest)
    for end in (least, greatest):
        box.setValue(end)  # type: ignore[arg-type]
        assert getattr(form.value(), name) == end


def test_what_the_model_refuses_gives_way_to_what_it_was(
    qtbot: QtBot, form: SettingsForm[Settings]
) -> None:
    box = form.control("even")
    assert isinstance(box, QSpinBox)
    box.setValue(6)
    with qtbot.assertNotEmitted(form.changed):
        box.setValue(7)
    assert (box.value(), form.value().even) == (6, 6)


def test_numbers_are_told_without_useless_digits(form: SettingsForm[Settings]) -> None:
    shown = [form.control(name) for name in ("rate", "memory", "length")]
    assert [box.text() for box in shown if isinstance(box, QDoubleSpinBox)] == [
        "0.001", "0.999", "40 kimg",
    ]  # fmt: skip


def test_no_digit_of_a_value_is_lost(form: SettingsForm[Settings]) -> None:
    wanted = Settings(rate=1.25e-9, length=1 / 3)
    form.set_value(wanted)
    box = form.control("even")
    assert isinstance(box, QSpinBox)
    box.setValue(8)
    assert form.value() == wanted.model_copy(update={"even": 8})


def test_the_average_s_memory_can_not_be_one(qtbot: QtBot) -> None:
    form = SettingsForm(TrainingConfig, fields=["ema_decay"])
    qtbot.addWidget(form)
    box = form.control("ema_decay")
    assert isinstance(box, QDoubleSpinBox)
    box.setValue(1.0)
    assert form.value().ema_decay == box.maximum() < 1

"""A form follows its settings model."""

from typing import Literal

import pytest
from pydantic import BaseModel, Field
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.forms import SettingsForm


class Settings(BaseModel):
    resolution: int = Field(64, description="Side in pixels.")
    fit: Literal["pad", "crop"] = "pad"
    seed: int = Field(1, ge=0, le=99)
    learning_rate: float = Field(0.001, gt=0, le=1)
    trim: bool = False
    hidden: str = "kept"


@pytest.fixture
def form(qtbot: QtBot) -> SettingsForm[Settings]:
    fields = ["resolution", "fit", "seed", "learning_rate", "trim"]
    form = SettingsForm(
        Settings, fields=fields, choices={"resolution": (32, 64)}, units={"resolution": " px"}
    )
    qtbot.addWidget(form)
    return form


def test_controls_show_and_give_back_the_values(form: SettingsForm[Settings]) -> None:
    wanted = Settings(
        resolution=32, fit="crop", seed=7, learning_rate=0.00025, trim=True, hidden="x"
    )
    form.set_value(wanted)
    assert form.value() == wanted


def test_controls_have_limits_words_and_tooltips(form: SettingsForm[Settings]) -> None:
    resolution, seed = form.control("resolution"), form.control("seed")
    assert isinstance(resolution, QComboBox)
    assert resolution.currentText() == "64 px"
    assert resolution.toolTip() == "Side in pixels."
    assert resolution.accessibleName() == "Resolution"
    assert isinstance(seed, QSpinBox)
    assert (seed.minimum(), seed.maximum()) == (0, 99)
    assert isinstance(form.control("learning_rate"), QDoubleSpinBox)


def test_only_the_person_s_changes_are_announced(
    form: SettingsForm[Settings], qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(form.changed):
        form.set_value(Settings(seed=5))
    trim = form.control("trim")
    assert isinstance(trim, QCheckBox)
    with qtbot.waitSignal(form.changed):
        trim.setChecked(True)
    assert form.value() == Settings(seed=5, trim=True)


def test_a_value_outside_the_choices_is_kept(form: SettingsForm[Settings]) -> None:
    form.set_value(Settings(resolution=48))
    assert form.value().resolution == 48

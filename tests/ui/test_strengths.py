"""A strength is a check box and a slider; off is zero."""

import pytest
from pydantic import BaseModel, Field
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.forms import SettingsForm
from deepzine_gui.ui.strengths import Scale, Strength


class Cleaning(BaseModel):
    trim: float = Field(0.5, ge=0, le=1, description="How much to cut away.")
    skip: int = Field(0, ge=0, le=100)


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def pages(count: float) -> str:
    return f"{count:.0f} pages"


@pytest.fixture
def form(qtbot: QtBot) -> SettingsForm[Cleaning]:
    scales = {"trim": Scale(0.05, 1.0, 0.5, percent), "skip": Scale(1, 30, 2, pages)}
    form = SettingsForm(Cleaning, labels={"trim": "Trim margins"}, scales=scales)
    qtbot.addWidget(form)
    form.show()
    return form


def test_the_check_box_turns_it_off_and_the_slider_remembers(form: SettingsForm[Cleaning]) -> None:
    trim = form.strength("trim")
    trim.slider.setValue(16)
    assert form.value().trim == pytest.approx(0.8)
    assert trim.figure.text() == "80 %"
    trim.check.click()
    assert form.value().trim == 0
    assert trim.figure.text() == "off"
    assert not trim.slider.isEnabled()
    trim.check.click()
    assert form.value().trim == pytest.approx(0.8)


def test_one_that_was_never_on_begins_with_what_is_usual(form: SettingsForm[Cleaning]) -> None:
    assert form.value().skip == 0
    form.strength("skip").check.click()
    assert form.value().skip == 2


def test_a_value_between_the_steps_or_above_them_comes_back(form: SettingsForm[Cleaning]) -> None:
    wanted = Cleaning(trim=0.123456, skip=77)
    form.set_value(wanted)
    assert form.value() == wanted
    form.strength("skip").slider.setValue(5)
    assert form.value() == Cleaning(trim=0.123456, skip=5)


def test_the_least_place_of_the_slider_is_not_off(form: SettingsForm[Cleaning]) -> None:
    form.strength("trim").slider.setValue(0)
    assert form.value().trim == pytest.approx(0.05)


def test_only_the_person_s_changes_are_announced(
    form: SettingsForm[Cleaning], qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(form.changed):
        form.set_value(Cleaning(trim=0.2, skip=4))
    with qtbot.waitSignal(form.changed):
        qtbot.keyClick(form.strength("trim").slider, Qt.Key.Key_Right)
    assert form.value().trim == pytest.approx(0.25)


def test_a_double_click_brings_back_what_is_usual(
    form: SettingsForm[Cleaning], qtbot: QtBot
) -> None:
    form.set_value(Cleaning(trim=0.9))
    qtbot.mouseDClick(form.strength("trim").slider, Qt.MouseButton.LeftButton)
    assert form.value().trim == 0.5


def test_controls_have_names_tips_and_one_edge(form: SettingsForm[Cleaning]) -> None:
    trim, skip = form.strength("trim"), form.strength("skip")
    assert trim.check.text() == "Trim margins"
    assert trim.widget.toolTip() == "How much to cut away."
    assert trim.slider.accessibleName() == "Trim margins: strength"
    assert left_of(trim) == left_of(skip)


def left_of(strength: Strength) -> int:
    row = strength.widget
    assert isinstance(row, QWidget)
    return strength.slider.mapTo(row, strength.slider.rect().topLeft()).x()

"""Whoever scrolls changes no setting on the way."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QSlider, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.roomy import Roomy
from deepzine_gui.ui.wheel import let_wheel_pass


def turn(control: QWidget) -> None:
    """Turn the wheel one notch down over a control."""
    top = control.window()
    here = control.mapTo(top, control.rect().center())
    QTest.wheelEvent(top.windowHandle(), here, QPoint(0, -120))


@pytest.fixture
def controls(qtbot: QtBot) -> tuple[Roomy, QComboBox, QSpinBox, QSlider]:
    """A scroll area that is too low for what is in it, and that."""
    content = QWidget()
    box, number, slider = QComboBox(), QSpinBox(), QSlider(Qt.Orientation.Horizontal)
    box.addItems(["a", "b", "c"])
    number.setValue(50)
    slider.setValue(50)
    column = QVBoxLayout(content)
    for control in (box, number, slider):
        column.addWidget(control)
    column.addStretch(1)
    content.setMinimumHeight(2000)
    area = Roomy(content)
    let_wheel_pass(content)
    qtbot.addWidget(area)
    area.resize(300, 200)
    with qtbot.waitActive(area):
        area.show()
        area.activateWindow()
    return area, box, number, slider


def test_the_wheel_scrolls_past_controls(
    controls: tuple[Roomy, QComboBox, QSpinBox, QSlider],
) -> None:
    area, box, number, slider = controls
    area.setFocus()
    for control in (box, number, slider):
        area.verticalScrollBar().setValue(0)
        turn(control)
        assert area.verticalScrollBar().value() > 0
        assert not control.hasFocus()
    assert (box.currentIndex(), number.value(), slider.value()) == (0, 50, 50)


def test_the_wheel_turns_the_control_that_was_chosen(
    qtbot: QtBot, controls: tuple[Roomy, QComboBox, QSpinBox, QSlider]
) -> None:
    area, box, number, slider = controls
    for control in (box, number, slider):
        control.setFocus()
        qtbot.waitUntil(control.hasFocus)
        turn(control)
    assert area.verticalScrollBar().value() == 0
    assert box.currentIndex() == 1
    assert number.value() == 49
    assert slider.value() != 50

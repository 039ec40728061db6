"""A widget has the room there is, or the room it needs."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.roomy import Roomy


def test_what_does_not_fit_is_scrolled_to_and_what_fits_is_not(qtbot: QtBot) -> None:
    content = QWidget()
    column = QVBoxLayout(content)
    first = QLabel("one")
    first.setMinimumSize(100, 150)
    column.addWidget(first)
    area = Roomy(content)
    qtbot.addWidget(area)
    area.resize(300, 200)
    area.show()
    assert content.size() == QSize(300, 200)
    assert area.verticalScrollBar().maximum() == 0

    second = QLabel("two")
    second.setMinimumSize(100, 150)
    column.addWidget(second)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    assert content.height() == content.minimumSizeHint().height()
    assert content.width() == area.viewport().width() < 300
    assert area.horizontalScrollBar().maximum() == 0

    second.hide()
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0)
    assert content.size() == QSize(300, 200)
    area.resize(80, 200)
    assert content.width() == content.minimumSizeHint().width()
    assert area.horizontalScrollBar().maximum() > 0

"""An empty bench: its sentence is laid in lines about equally long."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.empty_state import EmptyState

SHORT = "There is no dataset of pages: build one on the Dataset bench."
LONG = " ".join(["Pictures that lie in one folder are the pages of one document."] * 3) + " So."


def lines(label: QLabel, width: int) -> int:
    box = QRect(0, 0, width, 0)
    flags = Qt.TextFlag.TextWordWrap
    height = label.fontMetrics().boundingRect(box, flags, label.text()).height()
    return round(height / label.fontMetrics().lineSpacing())


@pytest.mark.parametrize("sentence", [SHORT, LONG])
def test_no_word_is_left_alone_on_the_last_line(qtbot: QtBot, sentence: str) -> None:
    empty = EmptyState("Nothing yet.", "Go")
    qtbot.addWidget(empty)
    empty.say(sentence, "Go")
    (label,) = (label for label in empty.findChildren(QLabel) if label.text() == sentence)
    least = lines(label, label.width())
    assert least == lines(label, 72 * 8)
    shorter = sentence.rsplit(" ", 2)[0]
    label.setText(shorter)
    assert lines(label, label.width()) == least or least == 1

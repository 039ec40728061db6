"""A line that wraps: beside each other while there is room, below each other where there is not."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.wrapping import WrappingLine, together


class Line(QWidget):
    """A greedy field of 100 px at least, a group of 50 + 10 + 40, a stretch, and 60 at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.line = WrappingLine(spacing=10)
        self.field, self.one, self.two, self.last = (QLabel() for _ in range(4))
        for widget, width in ((self.one, 50), (self.two, 40), (self.last, 60)):
            widget.setFixedSize(width, 20)
        self.field.setMinimumSize(100, 20)
        self.line.add_greedy(self.field)
        self.line.addWidget(together(self.one, self.two, spacing=10))
        self.line.add_stretch()
        self.line.addWidget(self.last)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self.line)
        column.addStretch(1)

    def place(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self, widget.rect().topLeft()), widget.size())


@pytest.fixture
def line(qtbot: QtBot) -> Line:
    line = Line()
    qtbot.addWidget(line)
    line.show()
    return line


def test_what_has_room_stands_in_one_line(line: Line) -> None:
    line.resize(500, 200)
    assert line.line.heightForWidth(500) == 20
    # of the 210 px left the field and the stretch take half each
    assert line.place(line.field) == QRect(0, 0, 205, 20)
    assert line.place(line.one).left() == 215
    assert line.place(line.last) == QRect(440, 0, 60, 20)


def test_what_has_none_goes_below_and_a_group_stays_together(line: Line) -> None:
    line.resize(240, 200)
    assert line.line.heightForWidth(240) == 50
    assert line.place(line.field) == QRect(0, 0, 110, 20)
    assert line.place(line.two) == QRect(180, 0, 40, 20)
    assert line.place(line.last) == QRect(0, 30, 60, 20)
    line.resize(150, 200)
    assert line.place(line.one) == QRect(0, 30, 50, 20)
    assert line.place(line.two) == QRect(60, 30, 40, 20)


def test_it_can_be_as_narrow_as_its_widest_item(line: Line) -> None:
    assert line.minimumSizeHint().width() == 100


@pytest.mark.parametrize(("width", "height"), [(500, 20), (240, 50), (150, 80)])
def test_it_needs_the_height_of_its_lines_at_the_width_it_has(
    qtbot: QtBot, line: Line, width: int, height: int
) -> None:
    line.resize(width, 200)
    qtbot.waitUntil(lambda: line.minimumSizeHint().height() == height)
    line.resize(500, 200)
    qtbot.waitUntil(lambda: line.minimumSizeHint().height() == 20)


def test_what_is_hidden_takes_no_room(line: Line) -> None:
    line.last.hide()
    line.field.hide()
    line.resize(240, 200)
    assert line.line.heightForWidth(240) == 20
    assert line.place(line.one) == QRect(0, 0, 50, 20)

"""The notice line: the newest sentence shows, and no error is lost behind it."""

import pytest
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.notice_line import NoticeLine


@pytest.fixture
def line(qtbot: QtBot) -> NoticeLine:
    line = NoticeLine()
    qtbot.addWidget(line)
    return line


def test_an_error_does_not_hide_what_comes_later(line: NoticeLine) -> None:
    line.say("It broke.", "error")
    line.say("It is done.", "info")
    assert line.text == "It is done."
    assert line.more.text() == "1 more"
    line._timer.timeout.emit()
    assert line.text == "It broke."
    assert line.more.isHidden()
    assert not line._timer.isActive()


def test_information_waits_until_a_warning_has_been_read(line: NoticeLine) -> None:
    line.say("A picture was left out.", "warning")
    line.say("Two pictures came.", "info")
    line.say("Three pictures came.", "info")
    assert (line.text, line.more.text()) == ("A picture was left out.", "1 more")
    line._timer.timeout.emit()
    assert line.text == "Three pictures came."
    assert line.more.isHidden()
    line.say("Another was left out.", "warning")
    line._timer.start(1000)
    line.say("Four pictures came.", "info")
    assert (line.text, line.more.text()) == ("Four pictures came.", "1 more")


def test_information_replaces_information(line: NoticeLine) -> None:
    line.say("First.", "info")
    line.say("Second.", "info")
    assert line.more.isHidden()
    line.next()
    assert line.isHidden()
    assert line.text == ""


def test_older_errors_can_be_turned_to(line: NoticeLine) -> None:
    for text in ("One.", "Two.", "Three.", "Two."):
        line.say(text, "error")
    assert line.more.text() == "2 more"
    seen = {line.text}
    for _ in range(2):
        line.more.click()
        seen.add(line.text)
    assert seen == {"One.", "Two.", "Three."}


def test_what_was_said_of_a_job_goes_when_it_runs_again(line: NoticeLine) -> None:
    line.say("The disk is full.", "error", "Train run-2")
    line.say("Another thing.", "error")
    line.say("Train run-2: stopped.", "info", "Train run-2")
    line.forget("Train run-2")
    assert line.text == "Another thing."
    assert line.more.isHidden()
    line.next()
    assert line.isHidden()

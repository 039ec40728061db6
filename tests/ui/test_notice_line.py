"""The notice line: the newest sentence shows, and no error is lost behind it."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTabWidget, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.cut_text import CutText
from deepzine_gui.ui.notice_line import NoticeLine


@pytest.fixture
def tabs(qtbot: QtBot) -> QTabWidget:
    tabs = QTabWidget()
    for title in ("Collect", "Dataset  881 pages", "Train", "Explore"):
        tabs.addTab(QWidget(), title)
    qtbot.addWidget(tabs)
    tabs.resize(960, 560)
    return tabs


@pytest.fixture
def line(tabs: QTabWidget) -> NoticeLine:
    return NoticeLine(tabs)


def test_nothing_moves_when_a_sentence_comes_or_goes(
    qtbot: QtBot, tabs: QTabWidget, line: NoticeLine
) -> None:
    def places() -> list[QRect]:
        tab_bar = tabs.tabBar()
        return [*map(tab_bar.tabRect, range(4)), tabs.widget(0).geometry()]

    def lies_beside_tabs() -> None:
        place = line.geometry()
        assert place.left() >= tabs.tabBar().sizeHint().width()
        assert place.right() == tabs.width() - 1
        assert place.bottom() <= tabs.tabBar().height()

    tabs.show()
    before = places()
    line.say("The archive does not answer. " * 12, "error")
    qtbot.waitUntil(lies_beside_tabs)
    assert places() == before
    tabs.setTabText(1, "Dataset  18,204 pages")
    tabs.resize(1100, 560)
    qtbot.waitUntil(lies_beside_tabs)
    before = places()[-1:]
    line.next()
    assert places()[-1:] == before


@pytest.mark.qt_log_ignore(r"does not support raise\(\)")
def test_what_does_not_fit_is_cut_and_told_whole(
    qtbot: QtBot, tabs: QTabWidget, line: NoticeLine
) -> None:
    tabs.show()
    line.say("Saved.", "info")
    text = line.findChild(CutText)
    assert text is not None
    qtbot.waitUntil(lambda: text.width() > 200)
    assert (text.text(), text.toolTip()) == ("Saved.", "")
    whole = "The archive does not answer just now, so that nothing was found. " * 6
    line.say(whole, "error")
    assert text.text().startswith("The archive does not answer just now, so that")
    assert text.text().endswith(" was found. ")
    assert text.text().count("…") == 1
    assert 60 < len(text.text()) < len(whole)
    assert text.toolTip() == text.accessibleName() == whole
    qtbot.mouseClick(text, Qt.MouseButton.LeftButton)
    assert QToolTip.text() == whole
    QToolTip.hideText()
    tabs.resize(2400, 560)
    qtbot.waitUntil(lambda: text.text() == whole)
    assert text.toolTip() == ""
    text.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == whole


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

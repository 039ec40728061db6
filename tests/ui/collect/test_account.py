"""Signing in and out on the Collect bench."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from deepzine_gui import archive as engine
from deepzine_gui import places
from deepzine_gui.ui.collect import CollectBench, account
from deepzine_gui.ui.main_window import MainWindow
from tests.fakes.archive_server import ArchiveServer
from tests.ui.hosting import here

EMAIL, PASSWORD = "somebody@example.org", "correct horse"


def test_sign_in_is_refused_then_comes_through_then_out(
    qtbot: QtBot,
    window: MainWindow,
    bench: CollectBench,
    archive: ArchiveServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(account, "in_child", here)
    archive.accounts.passwords[EMAIL] = PASSWORD
    bench.account.show_account()
    assert bench.account.text() == "Sign in…"
    qtbot.mouseClick(bench.account, Qt.MouseButton.LeftButton)
    form = bench.account.form
    assert form is not None
    assert not form.enter.isEnabled()
    qtbot.keyClicks(form.email, EMAIL)
    qtbot.keyClicks(form.password, "guess")
    qtbot.keyClick(form.password, Qt.Key.Key_Return)
    qtbot.waitUntil(form.told.isVisible)
    assert form.told.text() == "The password is not that of this account: try again."
    assert form.password.text() == ""
    qtbot.waitUntil(lambda: not window.job_bar.jobs)
    qtbot.keyClicks(form.password, PASSWORD)
    qtbot.mouseClick(form.enter, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench.account.form is None)
    assert bench.account.text() == EMAIL
    assert PASSWORD not in everything_written(places.state_folder())
    bench.account.sign_out()
    assert bench.account.text() == "Sign in…"
    assert engine.account() is None


def test_a_form_that_is_closed_amid_signing_in_ends_it(
    qtbot: QtBot,
    window: MainWindow,
    bench: CollectBench,
    archive: ArchiveServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(account, "in_child", here)
    archive.go_down()
    qtbot.mouseClick(bench.account, Qt.MouseButton.LeftButton)
    form = bench.account.form
    assert form is not None
    form.asked.emit(EMAIL, PASSWORD)
    form.reject()
    qtbot.waitUntil(lambda: not window.job_bar.jobs)
    assert bench.account.form is None
    assert engine.account() is None


def test_the_contact_can_be_set_with_and_without_an_account(
    qtbot: QtBot, bench: CollectBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DEEPZINE_CONTACT", raising=False)
    qtbot.mouseClick(bench.account, Qt.MouseButton.LeftButton)
    form = bench.account.form
    assert form is not None
    qtbot.mouseClick(form.contact, Qt.MouseButton.LeftButton)
    asking = form.findChild(QInputDialog)
    assert asking is not None
    asking.setTextValue(EMAIL)
    asking.accept()
    assert engine.contact() == EMAIL
    form.reject()
    bench.account.ask_contact()
    asking = bench.account.findChild(QInputDialog)
    assert asking is not None
    assert asking.textValue() == EMAIL
    asking.reject()
    assert engine.contact() == EMAIL


def everything_written(folder: Path) -> str:
    return "".join(p.read_text("utf-8", "replace") for p in folder.rglob("*") if p.is_file())

"""The check of every test sees what a test leaves running."""

from PySide6.QtCore import QObject, QSemaphore, QThread
from pytestqt.qtbot import QtBot

from tests.conftest import native_threads, running_qt_threads
from tests.patience import PATIENCE_MS


class Waiting(QThread):
    """Runs until it is let go."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.may_end = QSemaphore()

    def run(self) -> None:
        self.may_end.acquire()


def test_a_thread_of_qt_left_running_is_seen(qtbot: QtBot) -> None:
    before = native_threads()
    owner = QObject()
    Waiting(owner).start()
    (seen,) = running_qt_threads(before, within_s=0.0)
    assert isinstance(seen, Waiting)
    seen.may_end.release()
    assert seen.wait(PATIENCE_MS)
    assert running_qt_threads(before) == []


def test_a_thread_about_to_end_is_waited_for(qtbot: QtBot) -> None:
    before = native_threads()
    thread = Waiting()
    thread.start()
    thread.may_end.release()
    assert running_qt_threads(before) == []

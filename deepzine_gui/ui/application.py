"""The application around the window: look, log, signals, and the event loop."""

import signal
import socket
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, Slot
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from deepzine_gui import __version__, places
from deepzine_gui.signals import heeded
from deepzine_gui.ui import journal, memory
from deepzine_gui.ui.main_window import MainWindow
from deepzine_gui.ui.theme import dress


def run(project: Path | None) -> int:
    """Build the application, show the window, and stay until it is closed."""
    QGuiApplication.setDesktopFileName("deepzine")
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("DeepZine")
    app.setApplicationVersion(__version__)
    journal.start()
    try:
        dress(app, memory.scheme())
        app.setWindowIcon(QIcon(str(places.resources() / "icons" / "deepzine.svg")))
        window = MainWindow(project)
        journal.tell(window.report)
        ending = _EndBySignal(window)
        window.show()
        code = app.exec()
        ending.give_back()
        return code
    finally:
        journal.stop()


class _EndBySignal(QObject):
    """Close the window, saving, on Ctrl-C in the terminal or when the system asks us to end.

    A Python signal handler runs only between byte codes, and Qt's loop has none while it sleeps:
    the byte that arrives on a socket wakes it.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._ours, self._theirs = socket.socketpair()
        self._theirs.setblocking(False)
        self._old_descriptor = signal.set_wakeup_fd(self._theirs.fileno())
        self._old = {number: signal.signal(number, lambda *_: None) for number in heeded()}
        self._notifier = QSocketNotifier(
            self._ours.fileno(), QSocketNotifier.Type.Read, parent=self
        )
        self._notifier.activated.connect(self._close)

    def give_back(self) -> None:
        """Restore what was in place before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_descriptor)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._ours.close()
        self._theirs.close()

    @Slot()
    def _close(self) -> None:
        self._ours.recv(64)
        self._window.close()

"""Asks a child process for a page before and after; only the newest wish counts."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from deepzine_gui.child import Child, in_child
from deepzine_gui.dataset.judging.glances import Glance, GlanceWish, glances
from deepzine_gui.ui.asking import Asking

LONGEST_MS = 20_000
"""A page that takes longer is given up, and its process ended."""

_TOO_LONG = "This page takes too long to look at: choose another one."


class Looking(QObject):
    """Looks at pages with patience.

    Signals:
        seen(Glance): a page that was wished for.
        failed(str): why there is none, in a sentence.
    """

    seen = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = Asking(_start, name="Preview", parent=self)
        self._asking.answered.connect(self._take)
        self._asking.failed.connect(self._fail)
        self._patience = QTimer(self, singleShot=True, interval=LONGEST_MS)
        self._patience.timeout.connect(self._give_up)

    def ask(self, wish: GlanceWish) -> None:
        """Wish for a page; the wish before is forgotten unless it is being answered."""
        self._asking.ask(wish)
        if not self._patience.isActive():
            self._patience.start()

    def close(self) -> None:
        """End the process; a later wish starts another one."""
        self._patience.stop()
        self._asking.close()

    @Slot(object)
    def _take(self, glance: Glance) -> None:
        self._patience.stop()
        self.seen.emit(glance)

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self._patience.stop()
        self.failed.emit(sentence)

    @Slot()
    def _give_up(self) -> None:
        self.close()
        self.failed.emit(_TOO_LONG)


def _start() -> Child[Glance | None]:
    return in_child(glances)

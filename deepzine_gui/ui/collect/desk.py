"""Where the bench asks about single items: the one looked at first, then those to be weighed."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot

from deepzine_gui import archive
from deepzine_gui.archive.scout.looking import Look, Seen
from deepzine_gui.child import Child, in_child
from deepzine_gui.ui.asking import Asking


class Desk(QObject):
    """Asks one thing at a time in a process of its own, which starts at the first question.

    Signals:
        seen(Seen): what a look has shown.
        idle(): nothing waits any more.
    """

    seen = Signal(object)
    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = Asking(_start, name="Items", parent=self)
        self._asking.answered.connect(self._take)
        self._asking.failed.connect(self._fail)
        self._looked_at = ""
        self._to_weigh: list[str] = []
        self._asked = ""

    def look(self, identifier: str) -> None:
        """Look at an item next; another one that still waits to be looked at is forgotten."""
        self._looked_at = identifier
        self._ask_next()

    def weigh(self, identifiers: Iterable[str]) -> None:
        """Weigh these in turn; others that still wait to be weighed are forgotten."""
        self._to_weigh = list(identifiers)
        self._ask_next()

    @property
    def is_weighing(self) -> bool:
        """Whether items still wait to be weighed."""
        return bool(self._to_weigh)

    def close(self) -> None:
        """Forget all questions and end the process; a later question starts another one."""
        self._looked_at, self._to_weigh, self._asked = "", [], ""
        self._asking.close()

    def _ask_next(self) -> None:
        if self._asked:
            return
        if self._looked_at:
            self._asked, self._looked_at = self._looked_at, ""
            self._asking.ask(Look(self._asked))
        elif self._to_weigh:
            self._asked = self._to_weigh.pop(0)
            self._asking.ask(Look(self._asked, weigh_only=True))

    @Slot(object)
    def _take(self, seen: Seen) -> None:
        self._asked = ""
        if seen.is_offline:
            # the others would wait in vain
            self._to_weigh = []
        self._tell(seen)

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        asked, self._asked, self._to_weigh = self._asked, "", []
        self._tell(Seen(asked, trouble=sentence, is_whole=True))

    def _tell(self, seen: Seen) -> None:
        self.seen.emit(seen)
        self._ask_next()
        if not self._asked:
            self.idle.emit()


def _start() -> Child[Seen | None]:
    return in_child(archive.look_closer)

"""Which documents of the project its dataset does not hold yet."""

import json
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal, Slot

from deepzine_gui.errors import DeepZineError
from deepzine_gui.files import write_json
from deepzine_gui.pages import find_documents

FILE_NAME = "left-out.json"


class Newcomers(QObject):
    """Lists the documents on a thread of its own, as a folder may be large or far away.

    Documents that the last build found no page in are no newcomers; they are kept by name in
    ``left-out.json`` of the project.

    Signals:
        changed(): `count` may be another one.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._look: _Look | None = None
        self._wanted: list[Path] | None = None
        self._there: frozenset[str] = frozenset()
        self._held: frozenset[str] | None = None
        self._left_out: frozenset[str] = frozenset()

    @property
    def count(self) -> int:
        """Documents that are there but not in the dataset; 0 without a dataset."""
        return 0 if self._held is None else len(self._there - self._held - self._left_out)

    def compare_with(self, held: frozenset[str] | None, project: Path) -> None:
        """Take the names of the documents in the dataset; None where there is no dataset."""
        self._held = held
        self._left_out = frozenset(_read(project / FILE_NAME))

    def settle(self, held: frozenset[str], project: Path) -> None:
        """After a build: what was there and gave no page is left out, and no newcomer.

        Raises:
            StorageError: the disk is full or the place read-only.
        """
        write_json(project / FILE_NAME, sorted(self._there - held))

    def look(self, sources: list[Path]) -> None:
        """List the documents of the sources anew; `changed` follows."""
        if self._look is not None:
            self._wanted = sources
            return
        self._wanted = None
        self._look = _Look(sources, self)
        self._look.finished.connect(self._take)
        self._look.start()

    def stop(self) -> None:
        """End the listing; what it finds is not told any more."""
        if self._look is not None:
            self._look.wait()
            self._look.deleteLater()
            self._look = self._wanted = None

    @Slot()
    def _take(self) -> None:
        look = self._look
        if look is None or look is not self.sender():
            return
        self._there, wanted = look.names, self._wanted
        self.stop()
        if wanted is not None:
            self.look(wanted)
        self.changed.emit()


def names_of(sources: list[Path]) -> frozenset[str]:
    """The documents' names as a dataset has them; those of sources that are gone are left out."""
    try:
        there = [source for source in sources if source.exists()]
        return frozenset(document.name for document in find_documents(there))
    except (DeepZineError, OSError):
        return frozenset()


class _Look(QThread):
    def __init__(self, sources: list[Path], parent: QObject) -> None:
        super().__init__(parent)
        self._sources = sources
        self.names: frozenset[str] = frozenset()

    def run(self) -> None:
        self.names = names_of(self._sources)


def _read(file: Path) -> list[str]:
    try:
        names = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

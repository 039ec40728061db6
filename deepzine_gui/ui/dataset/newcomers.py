"""Which documents of the project its dataset does not hold wholly, and what it could not take."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from deepzine_gui.errors import DeepZineError
from deepzine_gui.files import storage_errors, write_json
from deepzine_gui.pages import Document, find_documents
from deepzine_gui.pages.documents import pictures_in

FILE_NAME = "left-out.json"

Look = tuple[int, int]
"""Bytes of a document's files, and when the last of them was written, in nanoseconds."""


class Newcomers(QObject):
    """Lists the documents on a thread of its own, as a folder may be large or far away.

    Documents that the last build found no page in are no newcomers until their files are others.
    They are kept in ``left-out.json`` of the project, with what the build said of them.

    Signals:
        changed(): `count` may be another one.
        failed(str, str): what was left out could not be written down; a notice of the bench.
    """

    changed = Signal()
    failed = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._look: _Look | None = None
        self._wanted: list[Path] | None = None
        self._there: Mapping[str, Look] = {}
        self._held: frozenset[str] | None = None
        self._left_out: Mapping[str, Look | None] = {}

    @property
    def count(self) -> int:
        """Documents that are there but not wholly in the dataset; 0 without a dataset."""
        if self._held is None:
            return 0
        new = self._there.keys() - self._held
        return sum(self._left_out.get(name, ()) not in (None, self._there[name]) for name in new)

    def compare(
        self, held: frozenset[str] | None, project: Path, *, told: Sequence[str] | None = None
    ) -> None:
        """Take the names of the documents wholly in the dataset; None where there is none.

        Args:
            held: these names.
            project: its folder.
            told: after a build, what it said of all that it left out. What was there and is not
                wholly held was left out, and is no newcomer. The disk may be full or the place
                read-only: `failed` says so.
        """
        if told is not None and held is not None:
            left_out = {name: look for name, look in self._there.items() if name not in held}
            try:
                write_json(project / FILE_NAME, {"documents": left_out, "told": list(told)})
            except DeepZineError as error:
                self.failed.emit(str(error), "error")
        self._held = held
        self._left_out = _read(project)[0]

    def forget(self, project: Path) -> None:
        """After an import: what the last build left out is told of no more, and tried again.

        The place may be read-only: `failed` says so.
        """
        try:
            with storage_errors(project / FILE_NAME):
                (project / FILE_NAME).unlink(missing_ok=True)
        except DeepZineError as error:
            self.failed.emit(str(error), "error")

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
        self._there, wanted = look.found, self._wanted
        self.stop()
        if wanted is not None:
            self.look(wanted)
        self.changed.emit()


def told_in(project: Path) -> list[str]:
    """Return what the last build said of the documents and pages it left out."""
    return _read(project)[1]


def looks_of(sources: Sequence[Path]) -> dict[str, Look]:
    """Return what the documents look like, by the names a dataset has them under.

    Those of sources that are gone are left out.
    """
    try:
        there = [source for source in sources if source.exists()]
        return {document.name: _look_of(document) for document in find_documents(there)}
    except (DeepZineError, OSError):
        return {}


def _look_of(document: Document) -> Look:
    """Of what is gone, as a link that leads nowhere, there is nothing to see."""
    try:
        files = pictures_in(document.path) if document.kind == "folder" else [document.path]
        stats = [file.stat() for file in files]
    except (DeepZineError, OSError):
        return 0, 0
    return sum(one.st_size for one in stats), max((one.st_mtime_ns for one in stats), default=0)


class _Look(QThread):
    def __init__(self, sources: list[Path], parent: QObject) -> None:
        super().__init__(parent)
        self._sources = sources
        self.found: dict[str, Look] = {}

    def run(self) -> None:
        self.found = looks_of(self._sources)


def _read(project: Path) -> tuple[dict[str, Look | None], list[str]]:
    """Return the documents left out and the sentences; older files have nothing but names."""
    try:
        kept = json.loads((project / FILE_NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}, []
    if isinstance(kept, list):
        return {name: None for name in kept if isinstance(name, str)}, []
    if not isinstance(kept, dict):
        return {}, []
    documents, told = kept.get("documents"), kept.get("told")
    looks = documents.items() if isinstance(documents, dict) else ()
    return (
        {name: look for name, value in looks if (look := _as_look(value))},
        [one for one in told if isinstance(one, str)] if isinstance(told, list) else [],
    )


def _as_look(value: Any) -> Look | None:
    match value:
        case [int(size), int(time)]:
            return size, time
    return None

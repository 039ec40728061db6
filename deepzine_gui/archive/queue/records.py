"""The small record that lies beside every downloaded document."""

import contextlib
import dataclasses
import os
from collections.abc import Collection
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from deepzine_gui.files import PART, write_json

FILE_NAME = "record.json"

_ASIDE = ("failed", "restricted", "skipped")


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """Where a document comes from, whether it may be used, and whether it is wholly here.

    Attributes:
        date: as the archive tells it, such as ``1903-05``.
        pages: of the item, as the archive tells them; None: it does not.
        source: address of the item's page.
        file: name of the document beside the record; empty where none can be had.
        md5: of the document, as lower-case hexadecimal digits.
        fetched: when the document was whole, by ISO 8601 in UTC; empty before.
        state: ``waiting`` until it is whole, then ``done``.
        reason: one sentence, where the state is ``failed``, ``restricted`` or ``skipped`` (passed
            over, as it would go over a limit).
    """

    identifier: str
    title: str
    creator: str = ""
    year: int | None = None
    date: str = ""
    language: str = ""
    pages: int | None = None
    collection: str = ""
    rights: str = ""
    source: str = ""
    file: str = ""
    md5: str = ""
    size_bytes: int | None = None
    fetched: str = ""
    state: Literal["waiting", "done", "failed", "restricted", "skipped"] = "waiting"
    reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Brought:
    """Documents, and what they weigh together."""

    documents: int
    size_bytes: int


_RECORD = TypeAdapter(Record)


def read_records(folder: Path) -> list[Record]:
    """All records under `folder`, in the order of their paths; damaged ones are left out."""
    found = (_read(path) for path in _paths(folder))
    return [record for record in found if record is not None]


def record_of(document: Path) -> Record | None:
    """The record of a document, or None where it has none of its own."""
    record = _read(document.with_name(FILE_NAME))
    return record if record is not None and record.file == document.name else None


def write_record(folder: Path, record: Record) -> None:
    """Write a document's record into its folder.

    Raises:
        StorageError: the disk is full, or the folder cannot be written.
    """
    write_json(folder / FILE_NAME, dataclasses.asdict(record))


def folders_in(folder: Path) -> set[str]:
    """The names of the items that have something under a ``documents`` folder."""
    with contextlib.suppress(OSError):
        return {entry.name for entry in os.scandir(folder)}
    return set()


def is_finished(folder: Path) -> bool:
    """Whether every document recorded under an item's folder is here in its full size."""
    paths = _paths(folder)
    return bool(paths) and all(_whole(path) is not None for path in paths)


def brought_by(folder: Path) -> Brought:
    """How many documents of an item are here in their full sizes, and what they weigh."""
    whole = [record for path in _paths(folder) if (record := _whole(path)) is not None]
    return Brought(len(whole), sum(record.size_bytes or 0 for record in whole))


def why_not_all(folder: Path) -> str:
    """Why a limit keeps documents of an item away, where all others are here; else ""."""
    reasons = [r.reason for path in _paths(folder) if (r := _read(path)) and r.state == "skipped"]
    is_whole = brought_by(folder).documents == len(_paths(folder)) - len(reasons) > 0
    return reasons[0] if reasons and is_whole else ""


def is_set_aside(folder: Path) -> bool:
    """Whether a document recorded under an item's folder could not be had, or was passed over."""
    return any(record.state in _ASIDE for record in read_records(folder))


def is_skipped(folder: Path) -> bool:
    """Whether a limit keeps documents of an item away, and nothing but that."""
    aside = {record.state for record in read_records(folder)}.intersection(_ASIDE)
    return aside == {"skipped"}


def forgive(folder: Path) -> None:
    """Let the documents of an item that were set aside wait once more."""
    for path in _paths(folder):
        record = _read(path)
        if record is not None and record.state in _ASIDE:
            write_record(path.parent, dataclasses.replace(record, state="waiting", reason=""))


def recorded_places(folder: Path) -> list[tuple[Path, Record]]:
    """The folders below an item's, and that itself, that hold a record, each with it."""
    found = ((path.parent, _read(path)) for path in _paths(folder))
    return [(place, record) for place, record in found if record is not None]


def discard_unfinished(folder: Path) -> None:
    """Remove what has come of documents that are not whole, and their records."""
    for path in reversed(_paths(folder)):
        record = _read(path)
        if record is None or record.state != "done":
            _discard(path)
    with contextlib.suppress(OSError):
        folder.rmdir()


def discard_outdated(folder: Path, places: Collection[Path]) -> None:
    """Likewise, of documents that are not here, but those in the folders `places`."""
    for path in reversed(_paths(folder)):
        if path.parent not in places and _whole(path) is None:
            _discard(path)


def _discard(path: Path) -> None:
    """Remove a record, and the part beside it."""
    # another process may hold a part open, and removes it itself then
    with contextlib.suppress(OSError):
        for part in path.parent.glob(f"*{PART}"):
            part.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def _paths(folder: Path) -> list[Path]:
    """The records under `folder`, in order; what another process removes meanwhile is left out."""
    # unlike Path.rglob, os.walk passes over a folder that has just vanished
    return sorted(
        Path(place, FILE_NAME) for place, _, names in os.walk(folder) if FILE_NAME in names
    )


def _whole(path: Path) -> Record | None:
    """A record whose document is here in its full size, else None."""
    record = _read(path)
    if record is None or record.state != "done" or not record.file:
        return None
    document = path.with_name(record.file)
    is_whole = document.is_file() and document.stat().st_size == record.size_bytes
    return record if is_whole else None


def _read(path: Path) -> Record | None:
    try:
        return _RECORD.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None

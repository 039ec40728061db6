"""The small record that lies beside every downloaded document."""

import dataclasses
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from deepzine_gui.files import write_json

FILE_NAME = "record.json"


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """Where a document comes from, whether it may be used, and whether it is wholly here.

    Attributes:
        source: address of the item's page.
        file: name of the document beside the record; empty where none can be had.
        state: ``waiting`` until it is whole, then ``done``.
        reason: one sentence, where the state is ``failed`` or ``restricted``.
    """

    identifier: str
    title: str
    creator: str = ""
    year: int | None = None
    language: str = ""
    collection: str = ""
    rights: str = ""
    source: str = ""
    file: str = ""
    md5: str = ""
    size_bytes: int | None = None
    state: Literal["waiting", "done", "failed", "restricted"] = "waiting"
    reason: str = ""


_RECORD = TypeAdapter(Record)


def read_records(folder: Path) -> list[Record]:
    """All records under `folder`, in the order of their paths; damaged ones are left out."""
    found = (_read(path) for path in sorted(folder.rglob(FILE_NAME)))
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


def is_finished(folder: Path) -> bool:
    """Whether every document recorded under an item's folder is here in its full size."""
    paths = sorted(folder.rglob(FILE_NAME))
    return bool(paths) and all(_is_whole(path) for path in paths)


def _is_whole(path: Path) -> bool:
    record = _read(path)
    if record is None or record.state != "done" or not record.file:
        return False
    document = path.with_name(record.file)
    return document.is_file() and document.stat().st_size == record.size_bytes


def _read(path: Path) -> Record | None:
    try:
        return _RECORD.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None

"""Which pages a build takes over, which it renders, and in what order they end up."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from h5py import File, is_hdf5

from deepzine_gui.archive.records import record_of
from deepzine_gui.dataset.building.held import Held, Piece, by_document, described, fill
from deepzine_gui.dataset.building.recovery import finished_shards, pieces_of, unique_name
from deepzine_gui.dataset.building.spans import Span, blocks, without
from deepzine_gui.dataset.building.tasks import Task, key_of
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage.layout import FORMAT
from deepzine_gui.dataset.values import DocumentRow
from deepzine_gui.errors import DatasetError, DocumentError
from deepzine_gui.pages import Document, PageSettings


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to become of each document.

    Attributes:
        settings: how pages are made.
        rules: what is set aside of them.
        kept: documents of the old file that stay though they are no source.
        dropped: those that do not stay.
        there: what is taken over of each source that can be read, from the old file or an earlier
            build's shards, by name, in the order of the new file.
        tasks: for all pages that are not there; a document of which nothing is known is counted.
        refusals: why sources cannot be read, one sentence each.
    """

    settings: PageSettings
    rules: Rules
    kept: tuple[Piece, ...]
    dropped: tuple[DocumentRow, ...]
    there: dict[str, list[Piece]]
    tasks: tuple[Task, ...]
    refusals: tuple[str, ...]


def refuse_to_overwrite(out: Path, documents: Sequence[Document]) -> None:
    """See that only an older dataset is replaced, never a document or another file.

    Raises:
        DatasetError: `out` is one of those.
    """
    if out.is_dir():
        raise DatasetError(f"{out} is a folder: choose a file name for the dataset.")
    if any(out.resolve() == document.path.resolve() for document in documents):
        raise DatasetError(f"{out} is one of the documents: choose another name for the dataset.")
    if out.exists() and out.stat().st_size and _is_foreign(out):
        raise DatasetError(f"{out} exists and is no dataset: choose another name for it.")


def settings_of(
    out: Path, held: Held | None, settings: PageSettings | None, *, append: bool
) -> PageSettings:
    """Return the settings of a build: those given, else of the file appended to, else the usual.

    Raises:
        DatasetError: pages cannot be appended to `out`.
    """
    if not append or not out.exists():
        return settings or PageSettings()
    if held is None:
        raise DatasetError(
            f"{out} is damaged or of an older DeepZine, so nothing can be added to it: build it "
            "again from all its documents."
        )
    if settings not in (None, held.settings):
        raise DatasetError(
            f"{out} was made with other page settings: add to it with those, or build it again."
        )
    return held.settings


def make_plan(
    documents: Sequence[Document],
    parts: Path,
    held: Held | None,
    settings: PageSettings,
    rules: Rules,
    *,
    append: bool,
) -> Plan:
    """Compare the documents with what is `held` and with the shards in `parts`."""
    sources = {text_of(document.path.resolve()) for document in documents}
    old = [] if held is None else held.pieces()
    others = [piece for piece in old if piece.row.path not in sources]
    kept = others if append else []
    dropped = [] if append else list(dict.fromkeys(piece.row for piece in others))
    stored, rendered = by_document(old), by_document(pieces_of(finished_shards(parts)))
    taken = {piece.row.name for piece in kept}
    tasks, there, refusals = [], {}, []
    for document in documents:
        try:
            row = _described(document, settings, unique_name(document.name, taken))
        except DocumentError as error:
            refusals.append(str(error))
            continue
        pieces = fill(stored.get(row.key, []), rendered.get(row.key, []))
        row = replace(row, pages=pieces[0].row.pages if pieces else 0)
        there[row.name] = described(pieces, row)
        tasks += _tasks(Task(document, settings, rules, row, parts), pieces)
    return Plan(settings, rules, tuple(kept), tuple(dropped), there, tuple(tasks), tuple(refusals))


def rendering(task: Task, pieces: Sequence[Piece]) -> list[Task]:
    """Cut a document whose pages are counted into tasks for what is not in its `pieces`."""
    left = without([Span(1, task.row.pages)], [piece.span for piece in pieces])
    return [replace(task, span=span) for span in blocks(left)]


def _tasks(task: Task, pieces: Sequence[Piece]) -> list[Task]:
    return rendering(task, pieces) if pieces else [task]


def text_of(path: Path) -> str:
    """Return a path as text that any file can hold: a name may be no text at all."""
    return os.fsencode(path).decode("utf-8", "replace")


def _described(document: Document, settings: PageSettings, name: str) -> DocumentRow:
    key, path = key_of(document, settings), text_of(document.path.resolve())
    record = record_of(document.path)
    if record is None:
        return DocumentRow(name, key, path, folder=document.folder)
    return DocumentRow(
        name,
        key,
        path,
        record.source,
        record.rights,
        document.folder,
        record.year or 0,
        record.language,
        record.collection,
    )


def _is_foreign(path: Path) -> bool:
    if not is_hdf5(path):
        return True
    try:
        with File(path, "r") as file:
            return bool(file.attrs.get("format") != FORMAT)
    except OSError:
        # damaged: who builds it again may mean just that
        return False

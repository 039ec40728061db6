"""Which pages a build takes over, which it renders, and in what order they end up."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from h5py import File, is_hdf5

from deepzine_gui.archive.records import record_of
from deepzine_gui.dataset.building.held import Held, Older, Piece, by_document, described, fill
from deepzine_gui.dataset.building.recovery import finished_shards, pieces_of, unique_name
from deepzine_gui.dataset.building.spans import Span, blocks, without
from deepzine_gui.dataset.building.tasks import Task, files_half, key_of, told_apart
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
        there: what is taken over of each source, from the old file or an earlier build's shards,
            by name, in the order of the new file.
        before: what the old file has of sources that have changed since, or cannot be read.
        tasks: for all pages that are not there; a document of which nothing is known is counted.
        refusals: why sources cannot be read, one sentence each.
    """

    settings: PageSettings
    rules: Rules
    kept: tuple[Piece, ...]
    dropped: tuple[DocumentRow, ...]
    there: dict[str, list[Piece]]
    before: dict[str, list[Piece]]
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
    rows, refusals = _rows_of(documents, settings)
    old = _Old(held, documents, [row for row in rows if row is not None])
    kept = old.kept if append else ()
    rendered = by_document(pieces_of(finished_shards(parts)))
    taken = {piece.row.name for piece in kept}
    keys = {piece.row.key for piece in kept}
    tasks: list[Task] = []
    there: dict[str, list[Piece]] = {}
    before: dict[str, list[Piece]] = {}
    for document, row in zip(documents, rows, strict=True):
        name = unique_name(document.name, taken)
        before[name] = old.at(document, name, settings)
        pieces: list[Piece] = []
        if row is not None:
            row = replace(row, key=_unique_key(row.key, keys))
            pieces = fill(old.by_key.get(row.key, []), rendered.get(row.key, []))
            row = replace(row, name=name, pages=pieces[0].row.pages if pieces else 0)
            pieces = described(pieces, row)
            tasks += _tasks(Task(document, settings, rules, row, parts), pieces)
        there[name] = pieces
    dropped = () if append else old.dropped
    return Plan(settings, rules, kept, dropped, there, before, tuple(tasks), refusals)


class _Old:
    """What the old file has to do with the documents of a build.

    Attributes:
        by_key: its pieces, by the keys of their documents.
        kept: those of documents that are no source, and were not moved to where one is.
        dropped: the documents that none of the sources is a version of.
    """

    def __init__(
        self, held: Held | None, documents: Sequence[Document], rows: Sequence[DocumentRow]
    ) -> None:
        self._held = held
        old = () if held is None else held.documents
        pieces = [] if held is None else held.pieces()
        self._older = Older(old)
        self.by_key = by_document(pieces)
        here = {text_of(document.path.resolve()) for document in documents}
        new = {files_half(row.key) for row in rows}
        moved = {
            row.name for row in old if files_half(row.key) in new and not Path(row.path).exists()
        }
        self.kept = tuple(
            piece for piece in pieces if piece.row.path not in here and piece.row.name not in moved
        )
        again = self._older.places_of(rows)
        self.dropped = tuple(
            row for place, row in enumerate(old) if row.path not in here and place not in again
        )

    def at(self, document: Document, name: str, settings: PageSettings) -> list[Piece]:
        """Return what was made of a document with the same settings before, as of this name."""
        place = self._older.at(text_of(document.path.resolve()))
        if self._held is None or place is None or self._held.settings != settings:
            return []
        was = replace(self._held.documents[place], name=name)
        return described(self._held.pieces_at(place), was)


def _rows_of(
    documents: Sequence[Document], settings: PageSettings
) -> tuple[list[DocumentRow | None], tuple[str, ...]]:
    """Describe documents, None for one that cannot be read, and say why it cannot."""
    rows: list[DocumentRow | None] = []
    refusals = []
    for document in documents:
        try:
            rows.append(_described(document, key_of(document, settings)))
        except DocumentError as error:
            rows.append(None)
            refusals.append(str(error))
    return rows, tuple(refusals)


def rendering(task: Task, pieces: Sequence[Piece]) -> list[Task]:
    """Cut a document whose pages are counted into tasks for what is not in its `pieces`."""
    left = without([Span(1, task.row.pages)], [piece.span for piece in pieces])
    return [replace(task, span=span) for span in blocks(left)]


def _unique_key(key: str, taken: set[str]) -> str:
    """Tell documents of the same content apart; the key is taken from now on."""
    number = 0
    while told_apart(key, number) in taken:
        number += 1
    taken.add(told_apart(key, number))
    return told_apart(key, number)


def _tasks(task: Task, pieces: Sequence[Piece]) -> list[Task]:
    return rendering(task, pieces) if pieces else [task]


def text_of(path: Path) -> str:
    """Return a path as text that any file can hold: a name may be no text at all."""
    return os.fsencode(path).decode("utf-8", "replace")


def _described(document: Document, key: str) -> DocumentRow:
    name, path = document.name, text_of(document.path.resolve())
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

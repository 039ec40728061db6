"""Which pages a build takes over, which it renders, and in what order they end up."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from h5py import File, is_hdf5

from deepzine_gui.archive.queue.records import record_of
from deepzine_gui.dataset.building.ancestry import Ancestor, find_ancestors
from deepzine_gui.dataset.building.held import Held, Piece, by_document, described, fill
from deepzine_gui.dataset.building.keys import content_of, key_of, number_of
from deepzine_gui.dataset.building.recovery import finished_shards, pieces_of, unique_name
from deepzine_gui.dataset.building.spans import Span, blocks, without
from deepzine_gui.dataset.building.tasks import Task
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage.layout import FORMAT
from deepzine_gui.dataset.storage.places import text_of
from deepzine_gui.dataset.storage.shard import SHARD
from deepzine_gui.dataset.values import DocumentRow, RefusedDocument
from deepzine_gui.errors import DatasetError, DocumentError
from deepzine_gui.files import real_path
from deepzine_gui.pages import Document, PageSettings


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to become of each document.

    Attributes:
        settings: how pages are made.
        rules: what is set aside of them.
        kept: documents of the old file that stay though they are no source.
        dropped: those that do not stay.
        places: where documents are to stay in the order of the file, by name; others follow.
        ancestors: which document of the old file each source is or was, by name.
        there: what is taken over of each source, from the old file or an earlier build's shards,
            by name, in the order of the new file.
        before: what the old file has, made alike, of sources that may give fewer pages now.
        tasks: for all pages that are not there; a document of which nothing is known is counted.
        refused: sources that cannot be read.
        refused_before: with `append`, those of the old file that are no sources now.
    """

    settings: PageSettings
    rules: Rules
    kept: tuple[Piece, ...]
    dropped: tuple[DocumentRow, ...]
    places: Mapping[str, int]
    ancestors: Mapping[str, Ancestor]
    there: dict[str, list[Piece]]
    before: dict[str, list[Piece]]
    tasks: tuple[Task, ...]
    refused: tuple[RefusedDocument, ...]
    refused_before: tuple[RefusedDocument, ...]

    @property
    def additions(self) -> set[str]:
        """The keys of documents that take the place of none in the old file."""
        rows = [task.row for task in self.tasks]
        rows += [pieces[0].row for pieces in self.there.values() if pieces]
        return {row.key for row in rows if row.name not in self.ancestors}


def refuse_to_overwrite(out: Path, documents: Sequence[Document]) -> None:
    """See that only an older dataset is replaced, never a document or another file.

    Raises:
        DatasetError: `out` is one of those, or named as shards are.
    """
    if out.is_dir():
        raise DatasetError(f"{out} is a folder: choose a file name for the dataset.")
    if out.suffix == SHARD:
        raise DatasetError(
            f"{out} is named like the parts of a build, not like a dataset: choose a name with .h5."
        )
    if any(real_path(out) == real_path(document.path) for document in documents):
        raise DatasetError(f"{out} is one of the documents: choose another name for the dataset.")
    if out.exists() and out.stat().st_size and _is_foreign(out):
        raise DatasetError(f"{out} exists and is no dataset: choose another name for it.")


def settings_of(
    out: Path, held: Held | None, settings: PageSettings | None, *, append: bool
) -> PageSettings:
    """Return the settings of a build: those given, else of the older file, else the usual.

    Raises:
        DatasetError: pages cannot be appended to `out`.
    """
    if append and out.exists():
        if held is None:
            raise DatasetError(
                f"{out} is damaged or of an older DeepZine, so nothing can be added to it: build "
                "it again from all its documents."
            )
        if settings not in (None, held.settings):
            raise DatasetError(
                f"{out} was made with other page settings: add to it with those, or build it again."
            )
    if settings is not None:
        return settings
    return PageSettings() if held is None else held.settings


def make_plan(
    documents: Sequence[Document],
    contents: Sequence[str | DocumentError],
    parts: Path,
    held: Held | None,
    settings: PageSettings,
    rules: Rules,
    *,
    append: bool,
) -> Plan:
    """Compare the documents with what is `held` and with the shards in `parts`.

    `contents` stand for the documents' files, as `read_contents` returns them.
    """
    old = () if held is None else held.documents
    keys = ["" if isinstance(one, DocumentError) else key_of(one, settings) for one in contents]
    rows = [_described(document, key) for document, key in zip(documents, keys, strict=True)]
    ancestors = _ancestors(rows, old, append=append)
    kept, dropped = _others(rows, ancestors, old, append=append)
    rows = _told_apart(rows, ancestors, old, settings)
    rows = _named(rows, ancestors, old, kept, append=append)
    there = _there(rows, held, parts)
    names = {row.name for row in rows}
    rows = [there[row.name][0].row if there[row.name] else row for row in rows]
    readable = [pair for pair in zip(documents, rows, strict=True) if pair[1].key]
    tasks = [Task(document, settings, rules, row, parts) for document, row in readable]
    return Plan(
        settings,
        rules,
        kept=tuple(piece for place in kept for piece in _pieces_at(held, place)),
        dropped=dropped,
        places={row.name: place for place, row in enumerate(old)} if append else {},
        ancestors={row.name: one for row, one in zip(rows, ancestors, strict=True) if one},
        there=there,
        before=_before(rows, ancestors, held, settings),
        tasks=tuple(part for task in tasks for part in _tasks(task, there[task.row.name])),
        refused=tuple(
            RefusedDocument(row.name, str(content))
            for row, content in zip(rows, contents, strict=True)
            if isinstance(content, DocumentError)
        ),
        refused_before=tuple(
            one for one in (held.refused if append and held else ()) if one.name not in names
        ),
    )


def _ancestors(
    rows: Sequence[DocumentRow], old: Sequence[DocumentRow], *, append: bool
) -> list[Ancestor | None]:
    here = {row.path for row in rows}

    def is_gone(row: DocumentRow) -> bool:
        return bool(row.path) and not Path(row.path).exists()

    def may_move(row: DocumentRow) -> bool:
        # what still lies where it lay, and is only no source this time, stays as well
        return not append or row.path in here or is_gone(row)

    return find_ancestors(rows, old, may_move=may_move, is_gone=is_gone)


def _others(
    rows: Sequence[DocumentRow],
    ancestors: Sequence[Ancestor | None],
    old: Sequence[DocumentRow],
    *,
    append: bool,
) -> tuple[list[int], tuple[DocumentRow, ...]]:
    """Return which old documents stay though they are no source, by their places, and the rest."""
    heirs = {one.place for one in ancestors if one is not None}
    others = [place for place in range(len(old)) if place not in heirs]
    here = {row.path for row in rows}
    kept = [place for place in others if append and old[place].path not in here]
    names = {old[place].name for place in kept}
    return kept, tuple(old[place] for place in others if old[place].name not in names)


def _named(
    rows: Sequence[DocumentRow],
    ancestors: Sequence[Ancestor | None],
    old: Sequence[DocumentRow],
    kept: Sequence[int],
    *,
    append: bool,
) -> list[DocumentRow]:
    """Give each document a name of its own; what is added to is called as it was.

    The same file may be ``book.pdf`` among some sources and ``sub/book.pdf`` among others.
    """
    stays = [append and one is not None and not one.is_moved for one in ancestors]
    was = [
        old[one.place] if one is not None else row for row, one in zip(rows, ancestors, strict=True)
    ]
    taken = {old[place].name for place in kept}
    taken |= {before.name for before, stay in zip(was, stays, strict=True) if stay}
    return [
        replace(row, name=before.name, folder=row.folder or before.folder)
        if stay
        else replace(row, name=unique_name(row.name, taken))
        for row, before, stay in zip(rows, was, stays, strict=True)
    ]


def _told_apart(
    rows: Sequence[DocumentRow],
    ancestors: Sequence[Ancestor | None],
    old: Sequence[DocumentRow],
    settings: PageSettings,
) -> list[DocumentRow]:
    """Give documents of the same content keys of their own, where they had them the same."""
    taken: dict[str, set[int]] = defaultdict(set)
    for row in old:
        taken[content_of(row.key)].add(number_of(row.key))
    told = []
    for row, one in zip(rows, ancestors, strict=True):
        content = content_of(row.key)
        if one is not None and one.is_same:
            number = number_of(old[one.place].key)
        else:
            number = next(number for number in count(1) if number not in taken[content])
            taken[content].add(number)
        told.append(replace(row, key=key_of(content, settings, number) if content else ""))
    return told


def _there(rows: Sequence[DocumentRow], held: Held | None, parts: Path) -> dict[str, list[Piece]]:
    """Return what there is already of each document, by name."""
    pages = by_document(() if held is None else held.pieces())
    rendered = by_document(pieces_of(finished_shards(parts)))
    there = {}
    for row in rows:
        pieces = fill(pages.get(row.key, []), rendered.get(row.key, [])) if row.key else []
        there[row.name] = described(
            pieces, replace(row, pages=pieces[0].row.pages if pieces else 0)
        )
    return there


def _before(
    rows: Sequence[DocumentRow],
    ancestors: Sequence[Ancestor | None],
    held: Held | None,
    settings: PageSettings,
) -> dict[str, list[Piece]]:
    """Return the older pages of each document, as of its name and place now.

    There are none of a document whose older pages may be another's, or that lay elsewhere and has
    changed.
    """
    moved = {one.place for one in ancestors if one is not None and one.is_same}
    before = {}
    for row, one in zip(rows, ancestors, strict=True):
        if one is None or held is None or held.settings != settings:
            continue
        if one.is_same or not (one.is_moved or one.place in moved):
            was = replace(held.documents[one.place], name=row.name, path=row.path)
            before[row.name] = described(held.pieces_at(one.place), was)
    return before


def _pieces_at(held: Held | None, place: int) -> list[Piece]:
    return [] if held is None else held.pieces_at(place)


def rendering(task: Task, pieces: Sequence[Piece]) -> list[Task]:
    """Cut a document whose pages are counted into tasks for what is not in its `pieces`."""
    done = [piece.span for piece in pieces if not piece.is_torn]
    left = without([Span(1, task.row.pages)], done)
    return [replace(task, span=span) for span in blocks(left)]


def _tasks(task: Task, pieces: Sequence[Piece]) -> list[Task]:
    return rendering(task, pieces) if pieces else [task]


def _described(document: Document, key: str) -> DocumentRow:
    name, path = document.name, text_of(real_path(document.path))
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

"""Which pages a build takes over, which it renders, and in what order they end up."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from h5py import File, is_hdf5

from deepzine_gui.archive.records import record_of
from deepzine_gui.dataset.building.merging import Held, Piece, look_into
from deepzine_gui.dataset.building.recovery import unique_name
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
        order: the sources that can be read, by name, in the order of the new file.
        reused: those whose pages are taken over, from the old file or an earlier build's shard.
        tasks: the others.
        refusals: why sources cannot be read, one sentence each.
    """

    settings: PageSettings
    rules: Rules
    kept: tuple[Piece, ...]
    order: tuple[str, ...]
    reused: dict[str, Piece]
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
    old = held.pieces() if held is not None and append else []
    kept = tuple(piece for piece in old if piece.row.path not in sources)
    taken = {piece.row.name for piece in kept}
    stored = {} if held is None else {piece.row.key: piece for piece in held.pieces()}
    order, reused, tasks, refusals = [], {}, [], []
    for document in documents:
        try:
            row = _described(document, settings, unique_name(document.name, taken))
        except DocumentError as error:
            refusals.append(str(error))
            continue
        order.append(row.name)
        piece = stored.get(row.key) or _finished(parts / f"{row.key}.h5")
        if piece is None:
            shard = parts / f"{row.key}.h5"
            tasks.append(Task(document, settings, rules, row, shard))
        else:
            reused[row.name] = replace(piece, row=replace(row, pages=piece.row.pages))
    return Plan(settings, rules, kept, tuple(order), reused, tuple(tasks), tuple(refusals))


def text_of(path: Path) -> str:
    """Return a path as text that any file can hold: a name may be no text at all."""
    return os.fsencode(path).decode("utf-8", "replace")


def _finished(shard: Path) -> Piece | None:
    held = look_into(shard)
    return held.pieces()[0] if held is not None and held.documents else None


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

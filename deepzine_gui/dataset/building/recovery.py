"""The folder of finished shards beside a dataset: held by one build, never lost."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from deepzine_gui.dataset.building.held import (
    Held,
    Older,
    Piece,
    by_document,
    described,
    fill,
    is_whole,
    look_into,
    made_anew,
)
from deepzine_gui.dataset.building.merging import merge
from deepzine_gui.dataset.building.parts import parts_of
from deepzine_gui.dataset.values import DocumentRow
from deepzine_gui.errors import DatasetError
from deepzine_gui.files import PART, part_of, storage_errors

_LOCK = "lock"


@contextlib.contextmanager
def held_parts(out: Path) -> Iterator[Path]:
    """Hold the folder of shards, so that no other build of `out` goes on at the same time.

    The folder is made, and removed in the end unless shards are left in it.

    Raises:
        DatasetError: another process is building `out`.
        StorageError: the folder cannot be written.
    """
    parts = parts_of(out)
    lock = FileLock(parts / _LOCK, timeout=0)
    with storage_errors(out):
        parts.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except (Timeout, FileNotFoundError) as error:
            # the folder vanishes when the other one ends this very moment
            raise DatasetError(
                f"{out} is being built by another DeepZine: wait for it, or choose another name."
            ) from error
    try:
        yield parts
    finally:
        whole = {shard.path for shard in finished_shards(parts)}
        for leftover in {*parts.glob("*.h5")} - whole:
            leftover.unlink(missing_ok=True)
        _let_go(parts, lock)


def recover(out: Path) -> None:
    """Put what a killed build of `out` had finished into `out`; see `settle`.

    Nothing happens while another process builds it, or where the folder may not be written.

    Raises:
        StorageError: the disk is full.
    """
    parts = parts_of(out)
    if not parts.is_dir() or not os.access(parts, os.W_OK):
        return
    with contextlib.suppress(DatasetError), held_parts(out):
        settle(out, parts)


def settle(out: Path, parts: Path) -> None:
    """Add the finished shards in `parts` to the dataset `out`, by name; the folder must be held.

    They take the place of older pages of the same documents once they are complete; all other
    documents stay. Where `out` was made with other settings, or is no dataset of this version, it
    is left as it is and the shards wait for the build to go on.

    Raises:
        StorageError: the disk is full, or the place cannot be written.
    """
    part_of(out).unlink(missing_ok=True)
    shards = finished_shards(parts)
    held = look_into(out)
    if held is not None:
        shards = [shard for shard in shards if shard.settings == held.settings]
    elif out.exists():
        return
    elif shards:
        newest = max(shards, key=lambda shard: shard.path.stat().st_mtime_ns)
        shards = [shard for shard in shards if shard.settings == newest.settings]
    shards = _ready(held, shards)
    if any(shard.count for shard in shards):
        pieces = _together(held, shards)
        if held is None or pieces != held.pieces():
            marks = {} if held is None else held.marks(made_anew(pieces, out))
            for _ in merge(out, pieces, shards[0].settings, shards[0].rules, marks):
                pass
    clear(parts, shards)


def _ready(held: Held | None, shards: list[Held]) -> list[Held]:
    """Leave out shards of a document whose older version is better than an incomplete new one."""
    older = Older([] if held is None else held.documents)
    keys = set() if held is None else {row.key for row in held.documents}
    whole = {
        key: is_whole(fill([], pieces)) for key, pieces in by_document(pieces_of(shards)).items()
    }

    def is_ready(row: DocumentRow) -> bool:
        return row.key in keys or whole[row.key] or older.at(row.path) is None

    return [shard for shard in shards if is_ready(shard.documents[0])]


def finished_shards(parts: Path) -> list[Held]:
    """Return the shards in `parts` that are whole and hold a document."""
    whole = [path for path in sorted(parts.glob("*.h5")) if not path.stem.endswith(PART)]
    found = (look_into(path) for path in whole)
    return [shard for shard in found if shard is not None and shard.documents]


def clear(parts: Path, shards: list[Held] | None = None) -> None:
    """Remove shards whose pages are in the dataset, or all."""
    paths = parts.glob("*.h5") if shards is None else [shard.path for shard in shards]
    for path in paths:
        path.unlink(missing_ok=True)


def pieces_of(shards: Iterable[Held]) -> list[Piece]:
    """Return all that is in some shards."""
    return [piece for shard in shards for piece in shard.pieces()]


def unique_name(name: str, taken: set[str]) -> str:
    """Return `name`, with a number behind it if it is taken; the result is taken from now on."""
    unique, number = name, 1
    base = re.sub(r" \(\d+\)$", "", name)
    while unique in taken:
        number += 1
        unique = f"{base} ({number})"
    taken.add(unique)
    return unique


def _together(held: Held | None, shards: list[Held]) -> list[Piece]:
    """What the dataset and the shards hold; an older version of a document gives way."""
    new = by_document(pieces_of(shards))
    paths = {pieces[0].row.path for pieces in new.values()}
    together: list[Piece] = []
    taken: set[str] = set()
    for place, row in enumerate(() if held is None else held.documents):
        more = new.pop(row.key, None)
        if held is not None and (more or row.path not in paths):
            taken.add(row.name)
            together += fill(held.pieces_at(place), described(more or [], row))
    for pieces in sorted(new.values(), key=lambda pieces: pieces[0].row.name):
        row = pieces[0].row
        named = replace(row, name=unique_name(row.name, taken))
        together += fill([], described(pieces, named))
    return together


def _let_go(parts: Path, lock: FileLock) -> None:
    """Release the folder; remove it with its lock where nothing else is in it."""
    empty = all(path.name == _LOCK for path in parts.iterdir())
    if empty and os.name != "nt":
        # while it is still ours: later it may be another's
        (parts / _LOCK).unlink(missing_ok=True)
    lock.release()
    with contextlib.suppress(OSError):
        if empty and os.name == "nt":
            (parts / _LOCK).unlink(missing_ok=True)
        parts.rmdir()

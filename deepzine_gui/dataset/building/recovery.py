"""The folder of finished shards beside a dataset: held by one build, never lost."""

import contextlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from deepzine_gui.dataset.building.held import (
    Held,
    Piece,
    at_once,
    by_document,
    described,
    fill,
    look_into,
    look_thoroughly_into,
    without_damaged,
)
from deepzine_gui.dataset.building.merging import merge
from deepzine_gui.dataset.building.noted import NOTE
from deepzine_gui.dataset.building.parts import parts_of
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage.shard import SHARD
from deepzine_gui.errors import DatasetError
from deepzine_gui.files import PART, make_folder, part_of, storage_errors, write_json

_LOCK = "lock"
_ADDITIONS = "additions.json"
_SHARDS = f"*{SHARD}"
_NOTES = f"*{NOTE}"
_OLD_SHARDS = "*.h5"
"""What an older DeepZine has left; it is rendered again."""


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
        make_folder(parts, out, exist_ok=True)
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
        for pattern in (_SHARDS, _OLD_SHARDS, _NOTES):
            for leftover in set(parts.glob(pattern)) - whole:
                _remove(leftover)
        if not whole:
            (parts / _ADDITIONS).unlink(missing_ok=True)
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


def settle(out: Path, parts: Path, *, is_sound: bool | None = None) -> bool:
    """Add the finished shards in `parts` to the dataset `out`; the folder must be held.

    Only what is new is added: pages of documents that `out` holds, and of those that the build
    noted as additions. All else in `out` stays as it is. Shards of a document that is to take the
    place of an older one wait for a build that comes to its end, for only that can tell what
    becomes of the older one and its marks. So do all where `out` was made with other settings, is
    no dataset of this version, or has damaged pages, whose marks would go with them.

    Args:
        out: the dataset.
        parts: the folder.
        is_sound: whether `out` has no damaged page; it is read to know that where it is None.

    Returns:
        Whether `out` was written; each page in it was checked as it was copied.

    Raises:
        StorageError: the disk is full, or the place cannot be written.
    """
    part_of(out).unlink(missing_ok=True)
    shards = finished_shards(parts)
    held = look_into(out)
    if held is not None:
        if shards and not (_is_sound(held) if is_sound is None else is_sound):
            return False
        shards = [shard for shard in shards if shard.settings == held.settings]
    elif out.exists():
        return False
    elif shards:
        newest = max(shards, key=lambda shard: shard.path.stat().st_mtime_ns)
        shards = [shard for shard in shards if shard.settings == newest.settings]
    wanted = _additions(parts) | {row.key for row in (held.documents if held is not None else ())}
    new = [piece for piece in pieces_of(shards) if piece.row.key in wanted]
    is_written = False
    # a document may so far have nothing but pages that cannot be rendered
    if any(piece.has_pages for piece in new):
        pieces = _together(held, new)
        there = {piece.row.name for piece in pieces}
        known = () if held is None else held.refused
        refused = [document for document in known if document.name not in there]
        if held is None or pieces != held.pieces():
            rules = shards[0].rules or Rules()
            for _ in merge(out, pieces, shards[0].settings, rules, None, refused):
                pass
            is_written = True
    clear(parts, [one for one in shards if all(row.key in wanted for row in one.documents)])
    return is_written


def _is_sound(held: Held) -> bool:
    return at_once(without_damaged(held)) == held


def note_additions(parts: Path, keys: Iterable[str]) -> None:
    """Note which documents of the build that begins take the place of no older one, by keys.

    Raises:
        StorageError: the folder cannot be written.
    """
    write_json(parts / _ADDITIONS, sorted(keys))


def _additions(parts: Path) -> set[str]:
    try:
        keys = json.loads((parts / _ADDITIONS).read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    return set(keys) if isinstance(keys, list) else set()


def finished_shards(parts: Path) -> list[Held]:
    """Return the shards in `parts` that are whole and hold a document, without damaged pages."""
    whole = [path for path in sorted(parts.glob(_SHARDS)) if not path.stem.endswith(PART)]
    found = (look_thoroughly_into(path) for path in whole)
    return [shard for shard in found if shard is not None and shard.documents]


def clear(parts: Path, shards: list[Held] | None = None) -> None:
    """Remove shards whose pages are in the dataset, or all."""
    paths = parts.glob(_SHARDS) if shards is None else [shard.path for shard in shards]
    for path in paths:
        _remove(path)


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


def _together(held: Held | None, new: Sequence[Piece]) -> list[Piece]:
    """Return what the dataset holds with what is new besides, in order."""
    left = by_document(new)
    together: list[Piece] = []
    taken: set[str] = set()
    for place, row in enumerate(() if held is None else held.documents):
        taken.add(row.name)
        more = described(left.pop(row.key, []), row)
        together += fill([] if held is None else held.pieces_at(place), more)
    for pieces in sorted(left.values(), key=lambda pieces: pieces[0].row.name):
        row = pieces[0].row
        named = replace(row, name=unique_name(row.name, taken))
        together += fill([], described(pieces, named))
    return together


def _remove(shard: Path) -> None:
    # Windows keeps a file that is open, as in a window that shows it; the next build takes it away
    with contextlib.suppress(PermissionError):
        shard.unlink(missing_ok=True)


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

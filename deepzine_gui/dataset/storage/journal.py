"""Write over parts of a file in place so that a kill leaves all of the old or all of the new.

What is to be written lies whole in ``<file>.marks`` before the file is touched, and is taken away
after; whoever finds it there writes it (again) first. One process at a time holds the lock.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock

from deepzine_gui.errors import StorageError
from deepzine_gui.files import part_of, storage_errors, whole_file

Span = tuple[int, int]
"""Offset and length in bytes."""


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the right to write into `path`; what a kill left half written is finished first.

    Raises:
        StorageError: its folder cannot be written.
    """
    lock = _lock(path)
    with storage_errors(path), FileLock(lock):
        try:
            _finish(path)
            yield
        finally:
            with contextlib.suppress(PermissionError):
                # Windows keeps a file that is open; the next one takes it away
                lock.unlink(missing_ok=True)


def recover(path: Path) -> None:
    """Finish what a kill left half written, if anything; raises as `held`."""
    if _journal(path).exists() or _lock(path).exists():
        with held(path):
            pass


def overwrite(path: Path, pieces: Sequence[tuple[int, bytes]], *, fixed: Sequence[Span]) -> None:
    """Write each piece of bytes at its offset; call it while `held`.

    `fixed` are parts of the file that never change: another file of the same name, put there after
    a kill, is told by them and left alone.

    Raises:
        StorageError: the disk is full, or the file cannot be written.
    """
    if any(offset + len(data) > path.stat().st_size for offset, data in pieces):
        raise StorageError(f"{path} is shorter than it should be: build it again.")
    head = {
        "identity": _identity(path, fixed),
        "fixed": fixed,
        "pieces": [(offset, len(data)) for offset, data in pieces],
    }
    with whole_file(_journal(path)) as part, part.open("wb") as file:
        file.write(json.dumps(head).encode() + b"\n")
        file.writelines(data for _, data in pieces)
    _finish(path)


def _finish(path: Path) -> None:
    journal = _journal(path)
    part_of(journal).unlink(missing_ok=True)
    if not journal.exists():
        return
    with journal.open("rb") as file:
        head = json.loads(file.readline())
        if path.exists() and _identity(path, head["fixed"]) == head["identity"]:
            _write(path, file, head["pieces"])
    journal.unlink()


def _write(path: Path, data: BinaryIO, pieces: Sequence[Span]) -> None:
    with path.open("r+b") as file:
        for offset, length in pieces:
            file.seek(offset)
            file.write(data.read(length))
        file.flush()
        os.fsync(file.fileno())


def _identity(path: Path, fixed: Sequence[Span]) -> str:
    digest = hashlib.sha256(str(path.stat().st_size).encode())
    with path.open("rb") as file:
        for offset, length in fixed:
            file.seek(offset)
            digest.update(file.read(length))
    return digest.hexdigest()


def _journal(path: Path) -> Path:
    return path.with_name(path.name + ".marks")


def _lock(path: Path) -> Path:
    return path.with_name(path.name + ".marks.lock")

"""The page a worker is at, which can be read even when the worker has died.

It lies in a file of four bytes in the folder of the build, so that whoever cleans that finds what a
kill has left. It is written and read, not mapped: not every file system that a dataset may lie on
can do that.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from deepzine_gui.files import storage_errors

NOTE = ".page"
"""How the names of these files end."""

_BYTES = 4


class Number(Protocol):
    """What a worker notes the page in."""

    value: int


class Noted:
    """A number in a file; passed on to a child process, it arrives there as the same number.

    Args:
        path: the file.

    Raises:
        StorageError: as it is written, where the disk is full or does not answer.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("r+b", buffering=0)

    @property
    def value(self) -> int:
        """What was noted last."""
        self._file.seek(0)
        return int.from_bytes(self._file.read(_BYTES), "little", signed=True)

    @value.setter
    def value(self, value: int) -> None:
        with storage_errors(self._path):
            self._file.seek(0)
            self._file.write(value.to_bytes(_BYTES, "little", signed=True))

    def remove(self) -> None:
        """Remove the file, once the child has ended."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def __reduce__(self) -> "tuple[Callable[[Path], Noted], tuple[Path]]":
        return Noted, (self._path,)


def new_noted(folder: Path, value: int) -> Noted:
    """Return a number in a new file in `folder`.

    Raises:
        StorageError: the disk is full, or the folder cannot be written.
    """
    with storage_errors(folder):
        handle, name = tempfile.mkstemp(dir=folder, suffix=NOTE)
        os.close(handle)
        noted = Noted(Path(name))
        noted.value = value
        return noted

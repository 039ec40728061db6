"""The page a worker is at, which can be read even when the worker has died.

It lies in a file of four bytes that both processes map. Python's own shared numbers want a shared
memory file system that can be written, which not every container has.
"""

import contextlib
import mmap
import os
import tempfile
from collections.abc import Callable
from ctypes import c_int, sizeof
from pathlib import Path


class Noted:
    """A number; passed on to a child process, it arrives there as a `c_int` of the same memory.

    Args:
        value: what it is at first.
    """

    def __init__(self, value: int) -> None:
        handle, name = tempfile.mkstemp(prefix="deepzine-", suffix=".page")
        with os.fdopen(handle, "wb") as file:
            file.write(bytes(c_int(value)))
        self._path = Path(name)
        self._number = mapped(self._path)

    @property
    def value(self) -> int:
        """What was noted last."""
        return self._number.value

    @value.setter
    def value(self, value: int) -> None:
        self._number.value = value

    def unlink(self) -> None:
        """Take the file's name away, once the child has mapped it or has ended."""
        # Windows keeps a file that is mapped
        with contextlib.suppress(PermissionError):
            self._path.unlink(missing_ok=True)

    def __reduce__(self) -> tuple[Callable[[Path], c_int], tuple[Path]]:
        return mapped, (self._path,)


def mapped(path: Path) -> c_int:
    """Return the number in a file, shared by all who map it."""
    with path.open("r+b") as file:
        return c_int.from_buffer(mmap.mmap(file.fileno(), sizeof(c_int)))

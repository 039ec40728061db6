"""What a process prints, kept for the case that it dies.

It lies in a file without a name, which is gone with those who have it open, however they end. Only
Windows, where a file is handed on by its name, keeps that until the file is closed.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from multiprocessing import reduction
from typing import IO, Any

if sys.platform != "win32":
    import fcntl

_LIMIT_BYTES = 4_000_000
_TAIL_BYTES = 4_000


class Outlet:
    """What a child is to print into; passed on as it is started, it arrives as a descriptor."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __reduce__(self) -> tuple[Callable[[Any], int], tuple[Any]]:
        if sys.platform == "win32":
            return _opened, (self._file.name,)
        return _received, (reduction.DupFd(self._file.fileno()),)


def _opened(name: str) -> int:
    return os.open(name, os.O_WRONLY | os.O_APPEND)


def _received(handed_on: Any) -> int:
    descriptor: int = handed_on.detach()
    return descriptor


class LastWords:
    """A file that takes what a child prints."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None

    def open(self) -> Outlet:
        """Make the file; return what the child prints into."""
        self._file = _new_file()
        return Outlet(self._file)

    def tail(self) -> str:
        """The last that was printed."""
        if self._file is None:
            return ""
        self._file.seek(max(0, self._size() - _TAIL_BYTES))
        return self._file.read().decode("utf-8", "replace")

    def forget_old(self) -> None:
        """Start over when a talkative child has filled the file."""
        if self._file is not None and self._size() > _LIMIT_BYTES:
            self._file.truncate(0)

    def close(self) -> None:
        """Close the file, which is gone then."""
        if self._file is not None:
            self._file.close()
            if sys.platform == "win32":
                os.unlink(self._file.name)
            self._file = None

    def _size(self) -> int:
        return 0 if self._file is None else os.fstat(self._file.fileno()).st_size


def _new_file() -> IO[bytes]:
    if sys.platform == "win32":
        return tempfile.NamedTemporaryFile(prefix="deepzine-", suffix=".log", delete=False)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - `LastWords` closes it
    # one who reads it moves the place at which the other would write
    flags = fcntl.fcntl(file, fcntl.F_GETFL)
    fcntl.fcntl(file, fcntl.F_SETFL, flags | os.O_APPEND)
    return file

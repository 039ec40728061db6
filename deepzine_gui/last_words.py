"""What a process prints, kept for the case that it dies."""

import contextlib
import os
import tempfile
from typing import IO

_LIMIT_BYTES = 4_000_000
_TAIL_BYTES = 4_000


class LastWords:
    """A file that takes what a child prints; it has no name as soon as the child has opened it."""

    def __init__(self) -> None:
        self._path = ""
        self._file: IO[bytes] | None = None

    def open(self) -> str:
        """Make the file; return the name by which the child opens it."""
        handle, self._path = tempfile.mkstemp(prefix="deepzine-", suffix=".log")
        self._file = os.fdopen(handle, "r+b")
        return self._path

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
        """Remove the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path)

    def _size(self) -> int:
        return 0 if self._file is None else os.fstat(self._file.fileno()).st_size

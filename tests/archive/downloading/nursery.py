"""Processes that begin at once and may be killed: forks of one that has imported everything.

Run as ``python -m tests.archive.downloading.nursery FOLDER``: each line on its standard input
begins a download of the collection's items that are named on it.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType


class Nursery:
    """Begins downloads into a folder, one at a time, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "tests.archive.downloading.nursery", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._mother.communicate()

    def begin(self, identifiers: Sequence[str]) -> int:
        """Begin a download and return its process id."""
        assert self._mother.stdin is not None
        self._mother.stdin.write(" ".join(identifiers) + "\n")
        self._mother.stdin.flush()
        return int(self._line())

    def end(self) -> int:
        """Wait for the download's end; return its exit code, negative if a signal ended it."""
        return int(self._line())

    def _line(self) -> str:
        assert self._mother.stdout is not None
        return self._mother.stdout.readline()


def _bear(folder: Path) -> None:
    from deepzine_gui import archive
    from deepzine_gui.archive.choosing import rates
    from deepzine_gui.archive.connection import manners
    from deepzine_gui.archive.downloading import download

    assert download
    assert rates
    manners.METADATA_INTERVAL_S = 0.0
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            items = [archive.Item(name, name) for name in line.split()]
            for _ in archive.download(items, folder):
                pass
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _bear(Path(sys.argv[1]))

"""Processes that begin at once and may be killed: forks of one that has imported everything.

Run as ``python -m tests.archive.downloading.nursery FOLDER``: each line on its standard input
begins a download of the collection's items that are named on it.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.programs import Program
from tests.telling import tell


class Nursery(Program):
    """Begins downloads into a folder, one at a time, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__([sys.executable, "-m", "tests.archive.downloading.nursery", str(folder)])

    def begin(self, identifiers: Sequence[str]) -> int:
        """Begin a download and return its process id."""
        self.say(" ".join(identifiers))
        return int(self.out.line())

    def ended(self) -> int:
        """Wait for the download's end; return its exit code, negative if a signal ended it."""
        return int(self.out.line())


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
        tell(str(pid))
        _, status = os.waitpid(pid, 0)
        tell(str(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    _bear(Path(sys.argv[1]))

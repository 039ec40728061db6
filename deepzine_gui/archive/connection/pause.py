"""A pause that all programs of ours keep together, whichever of them the archive asked for it."""

import contextlib
import threading
import time
from pathlib import Path

from filelock import FileLock

from deepzine_gui import places
from deepzine_gui.errors import StorageError
from deepzine_gui.files import write_text

_NOTEWORTHY_S = 0.5


class Pause:
    """Holds every request back for a while, told by a file beside the log.

    Where that file cannot be read or written, this program keeps to its own pauses.
    """

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._ends = 0.0

    def begin(self, seconds: float) -> bool:
        """Pause for so long, or as long as was asked for before; whether that is news."""
        with self._changing:
            is_new = seconds > self.left_s() + _NOTEWORTHY_S
            self._ends = max(self._ends, time.monotonic() + seconds)
        with contextlib.suppress(OSError, StorageError):
            _tell(seconds)
        return is_new

    def left_s(self) -> float:
        """Seconds until the pause is over, whichever program began it; 0 if there is none."""
        told = 0.0
        with contextlib.suppress(OSError):
            told = _told_s(_note())
        return max(0.0, self._ends - time.monotonic(), told)


def _tell(seconds: float) -> None:
    """Write when the pause began and when it ends, unless one that ends later is in force."""
    note = _note()
    with FileLock(note.with_suffix(".lock")):
        if _told_s(note) < seconds:
            now = time.time()
            write_text(note, f"{now} {now + seconds}\n")


def _told_s(note: Path) -> float:
    """Seconds that are left of the pause in the file; 0 where it tells of none."""
    try:
        began, ends = map(float, note.read_text(encoding="utf-8").split())
    except (FileNotFoundError, ValueError):
        return 0.0
    now = time.time()
    # a clock set back must not hold anyone up
    return ends - now if began <= now < ends else 0.0


def _note() -> Path:
    return places.state_folder() / "archive-pause"

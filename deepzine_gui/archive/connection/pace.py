"""A pace that all programs of ours keep together, as a preview and a download may run at once."""

import contextlib
import os
import time
from collections.abc import Callable

from filelock import FileLock

from deepzine_gui import places


class Pace:
    """Turns that are at least so far apart, told by a file beside the log.

    Where that file cannot be read or written, this program keeps to the pace for itself.

    Args:
        sleep: waits so many seconds, or raises.
    """

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._next = 0.0

    def take_turn(self, interval_s: float) -> None:
        """Wait until the last turn of any program is `interval_s` ago, and take the next."""
        self._sleep(max(0.0, self._next - time.monotonic()))
        if interval_s > 0:
            with contextlib.suppress(OSError):
                while (left := _left_of_turn(interval_s)) > 0:
                    self._sleep(left)
        self._next = time.monotonic() + interval_s


def _left_of_turn(interval_s: float) -> float:
    """Take the turn and return 0, or return how long it is still somebody else's."""
    note = places.state_folder() / "archive-turn"
    with FileLock(note.with_suffix(".lock")):
        now = time.time()
        taken = note.stat().st_mtime if note.exists() else 0.0
        # a clock set back must not hold anyone up
        left = min(taken + interval_s - now, interval_s)
        if left > 0:
            return left
        note.touch()
        os.utime(note, (now, now))
        return 0.0

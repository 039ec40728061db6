"""Slots for transfers, so many for all programs of ours together, as two projects may download.

A slot is a file beside the log, locked as long as a transfer lasts. The system takes the lock from
whoever dies, so that no slot is ever lost.
"""

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from deepzine_gui import places

_LOOK_UP_S = 0.25
"""So often a thread that waits looks for a free slot."""

_COURTESY_S = 2.4 * _LOOK_UP_S
"""So long a thread that has given a slot back leaves it to those that wait."""


class _Mine(threading.local):
    """What a thread has.

    Attributes:
        has_slot: whether it may transfer.
        lock: of its slot; None too where the files cannot be locked.
        given_back: when it had a slot last.
    """

    has_slot = False
    lock: FileLock | None = None
    given_back = -math.inf


class Slots:
    """The slots as the threads of one job see them.

    Where their files cannot be locked, this job keeps to the number of its threads alone.

    Args:
        most: how many there are.
        sleep: waits so many seconds, or raises to end the job.
    """

    def __init__(self, most: int, *, sleep: Callable[[float], None]) -> None:
        self._most = most
        self._sleep = sleep
        self._mine = _Mine()
        self._counting = threading.Lock()
        self._taken = self._waiting = 0

    @property
    def waits_for(self) -> str:
        """What all threads with something to transfer wait for at present, in words, or ""."""
        is_held_up = self._waiting and not self._taken
        return "waiting for another DeepZine's transfers" if is_held_up else ""

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """Have a slot in this thread; one that is free is waited for."""
        self._wait_for_one()
        try:
            yield
        finally:
            self._give_back()

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """Leave the slot of this thread, if it has one, to others until the block ends."""
        had_slot = self._mine.has_slot
        self._give_back()
        yield
        if had_slot:
            self._wait_for_one()

    def _wait_for_one(self) -> None:
        courtesy_s = self._mine.given_back + _COURTESY_S - time.monotonic()
        if courtesy_s > 0 and _is_anyone_waiting():
            self._sleep(courtesy_s)
        if self._take_free():
            return
        self._count(waiting=1)
        try:
            while True:
                _tell_of_waiting()
                self._sleep(_LOOK_UP_S)
                if self._take_free():
                    return
        finally:
            self._count(waiting=-1)

    def _take_free(self) -> bool:
        """Take a slot for this thread; False if none is free."""
        with contextlib.suppress(OSError, NotImplementedError):
            self._mine.lock = _free_lock(self._most)
            if self._mine.lock is None:
                return False
        self._mine.has_slot = True
        self._count(taken=1)
        return True

    def _give_back(self) -> None:
        mine = self._mine
        if not mine.has_slot:
            return
        mine.has_slot, mine.given_back = False, time.monotonic()
        self._count(taken=-1)
        if mine.lock is not None:
            mine.lock.release()
            mine.lock = None

    def _count(self, *, taken: int = 0, waiting: int = 0) -> None:
        with self._counting:
            self._taken += taken
            self._waiting += waiting


def _free_lock(most: int) -> FileLock | None:
    """Return the lock of a slot that was free, held now; None if all are taken.

    A slot whose file alone cannot be locked, as it is another person's, counts as taken.

    Raises:
        OSError, NotImplementedError: no file can be locked here.
    """
    is_taken, failure = False, None
    for number in range(1, most + 1):
        lock = FileLock(places.state_folder() / f"archive-transfer-{number}.lock", timeout=0)
        try:
            lock.acquire()
            return lock
        except Timeout:
            is_taken = True
        except (OSError, NotImplementedError) as error:
            failure = error
    if failure is not None and not is_taken:
        raise failure
    return None


def _is_anyone_waiting() -> bool:
    """Whether a thread of any program has found no free slot just now."""
    with contextlib.suppress(OSError):
        # a clock set back must not hold anyone up
        return 0 <= time.time() - _note_of_waiting().stat().st_mtime < 2 * _LOOK_UP_S
    return False


def _tell_of_waiting() -> None:
    with contextlib.suppress(OSError):
        _note_of_waiting().touch()


def _note_of_waiting() -> Path:
    return places.state_folder() / "archive-waiting"

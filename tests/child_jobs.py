"""Jobs that behave and misbehave, for test_child; importable by a spawned process."""

import ctypes
import errno
import os
import signal
import sys
import time
from collections.abc import Generator
from pathlib import Path

from deepzine_gui import child, lifeline
from deepzine_gui.child import in_child
from deepzine_gui.errors import DatasetError


def count(up_to: int, *, first: int = 0) -> Generator[int]:
    yield from range(first, up_to)


def echo() -> Generator[object, object]:
    heard: object = "ready"
    while True:
        heard = yield heard


def pid_then_wait(tidied: Path | None = None) -> Generator[int]:
    try:
        while True:
            yield os.getpid()
    finally:
        if tidied is not None:
            tidied.write_text("tidied", encoding="utf-8")


def raise_ours() -> Generator[int]:
    yield 1
    raise DatasetError("pages.h5 is no dataset: build it again.")


class UnportableError(Exception):
    """Cannot be pickled: its constructor wants two arguments."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


def raise_unportable() -> Generator[int]:
    yield 1
    raise UnportableError("this", "that")


def leave(code: int) -> Generator[int]:
    yield 1
    os._exit(code)


def exit_politely() -> Generator[int]:
    yield 1
    raise SystemExit(4)


def kill_itself(number: int) -> Generator[int]:
    yield 1
    os.kill(os.getpid(), number)


def crash() -> Generator[int]:
    yield 1
    ctypes.string_at(0)


def print_megabytes() -> Generator[int]:
    for round_ in range(4):
        sys.stderr.write("x" * 2_000_000 + "\n")
        os.write(1, b"y" * 2_000_000)
        yield round_


def yield_unpicklable() -> Generator[object]:
    yield lambda: None


def never_tidy() -> Generator[int]:
    try:
        yield os.getpid()
    finally:
        signal.pause()


def sleep_inside(pids: Path) -> Generator[int]:
    pids.write_text(str(os.getpid()), encoding="utf-8")
    yield 1
    time.sleep(600)
    yield 2


def hold_the_lock() -> Generator[int]:
    """Get stuck in native code that never lets another thread of Python run."""
    yield os.getpid()
    mutex = ctypes.create_string_buffer(64)
    for _ in ("taken", "waited for, and no signal ends that"):
        ctypes.PyDLL(None).pthread_mutex_lock(mutex)


def hold_the_lock_tied() -> Generator[int]:
    """As `hold_the_lock`, with a last resort that is quick to come."""
    lifeline.tie_to(os.getppid(), last_resort=2)
    yield from hold_the_lock()


def tied_to(parent_pid: int) -> Generator[float]:
    """Yield in how many seconds the last resort will come; 0 while the parent lives."""
    lifeline.tie_to(parent_pid)
    while True:
        yield signal.getitimer(signal.ITIMER_REAL)[0]


def be_quick_to_kill() -> None:
    child.CLOSING_GRACE_S = child.warden.grace_s = 0.5


def nested(job: str) -> Generator[list[int]]:
    """Have a child of one's own; yields both process ids."""
    inner = in_child(globals()[job])
    yield [os.getpid(), next(inner)]
    next(inner)


def nested_with_all_the_time(job: str) -> Generator[list[int]]:
    """As `nested`, with a child that would never be killed for its slowness."""
    child.CLOSING_GRACE_S = 1e6
    yield from nested(job)


def _write_whole(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.rename(path)


def parent_with_children(pids: str) -> None:
    """Run as a process of its own: start children, write their ids, then wait to be killed."""
    children = [in_child(pid_then_wait) for _ in range(2)]
    _write_whole(Path(pids), " ".join(str(next(child)) for child in children))
    signal.pause()


def parent_with_stuck_children(pids: str) -> None:
    """Run as a process of its own: as `parent_with_children`, but these cannot end themselves."""
    be_quick_to_kill()
    # the inner one is left to this process's warden: its own would take its time
    plain, outer = in_child(hold_the_lock), in_child(nested, "hold_the_lock")
    found = [next(plain), *next(outer)]
    for stuck in (plain, outer):
        stuck.post()
    _write_whole(Path(pids), " ".join(map(str, found)))
    signal.pause()


def parent_without_warden(pids: str) -> None:
    """Run as a process of its own: as `parent_with_stuck_children`, and the warden is dead."""
    stuck = in_child(hold_the_lock_tied)
    found = next(stuck)
    stuck.post()
    os.kill(child.warden.pid or 0, signal.SIGKILL)
    _write_whole(Path(pids), str(found))
    signal.pause()


def yield_twice() -> Generator[int]:
    lifeline.tie_to(os.getppid(), last_resort=1)
    yield 1
    time.sleep(2.5)
    yield 2


def echo_back(value: object) -> Generator[object]:
    yield value


def open_a_locked_file() -> Generator[int]:
    raise BlockingIOError(errno.EAGAIN, "unable to lock file")
    yield 1


def start_a_thread_too_many() -> Generator[int]:
    yield 1
    raise RuntimeError("can't start new thread")

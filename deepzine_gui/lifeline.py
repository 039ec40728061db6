"""How a child process is started, and tied to its parent by the kernel where it can do that."""

import atexit
import contextlib
import ctypes
import multiprocessing
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from multiprocessing import spawn
from multiprocessing.process import BaseProcess
from typing import Any

from deepzine_gui.crowding import CROWDED, MAKE_ROOM, is_crowded
from deepzine_gui.errors import ChildError
from deepzine_gui.signals import deaf_children

if sys.platform != "win32":
    from multiprocessing import resource_tracker

STARTER = "deepzine-starter"
"""Name of the thread that starts all processes."""

LAST_RESORT = signal.SIGXCPU if sys.platform != "win32" else 24
"""What the kernel tells a child of its parent's death; its number is the seconds then left."""

NAMES = "deepzine-"
"""How the names of all processes begin that are started here."""

_PR_SET_PDEATHSIG = 1
_PATIENCE_S = 5.0


class Starter:
    """Starts processes from one thread that lives as long as this process.

    The kernel takes the end of the thread that started a process for the end of its parent.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._orders: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]]
        self._thread: threading.Thread | None = None
        self._shut = False

    def start(self, process: BaseProcess) -> None:
        """Start a process, deaf to the ending signals until it has turned so itself.

        Raises:
            ChildError: this program is ending, or the system gives no further process or thread.
        """
        try:
            self._started(process)
        except (RuntimeError, OSError) as error:
            if is_crowded(error):
                told = f"{CROWDED}, so no job was started: {MAKE_ROOM}, then try again."
                raise ChildError(told) from error
            raise

    def _started(self, process: BaseProcess) -> None:
        with self._lock:
            if self._shut:
                raise ChildError("DeepZine is ending: no new job was started.")
            started = self._order(partial(_start, process))
        try:
            started.result()
        except BaseException:
            # an interrupted wait leaves no process that nobody knows
            with contextlib.suppress(BaseException):
                started.result()
            if process.pid is not None:
                process.kill()
                process.join()
            raise

    @property
    def is_shut(self) -> bool:
        """Whether this program is ending."""
        return self._shut

    def shut(self) -> None:
        """Start nothing from now on; wait for a start that is under way, though not for ever."""
        with self._lock:
            self._shut = True
            last = None if self._thread is None else self._order(lambda: None)
        if last is not None:
            with contextlib.suppress(TimeoutError):
                last.result(_PATIENCE_S)

    def _order(self, job: Callable[[], None]) -> "Future[None]":
        if self._thread is None or not self._thread.is_alive():
            self._orders = queue.SimpleQueue()
            self._thread = threading.Thread(target=self._work, name=STARTER, daemon=True)
            self._thread.start()
        done: Future[None] = Future()
        self._orders.put((job, done))
        return done

    def _work(self) -> None:
        while True:
            job, done = self._orders.get()
            try:
                job()
            except BaseException as error:
                done.set_exception(error)
            else:
                done.set_result(None)


starter = Starter()


def tracker_pid() -> int | None:
    """Process id of multiprocessing's own helper, once it runs; None where there is none."""
    if sys.platform == "win32":
        return None
    pid: int | None = getattr(resource_tracker._resource_tracker, "_pid", None)
    return pid


def _start_tracker() -> None:
    """Start multiprocessing's own helper, as it would do itself, but in a group of its own.

    Thus the kernel continues it, if someone has stopped it, when this process dies.
    """
    tracker: Any = resource_tracker._resource_tracker
    if tracker._fd is None:
        reads, writes = os.pipe()
        os.set_inheritable(reads, True)
        program = spawn.get_executable()
        flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
        code = f"from multiprocessing.resource_tracker import main; main({reads})"
        tracker._pid = os.posix_spawn(
            program, [program, *flags, "-c", code], os.environ, setpgroup=0
        )
        tracker._fd = writes
        os.close(reads)
    resource_tracker.ensure_running()


def let_tracker_go() -> None:
    """Have multiprocessing's own helper not wait for the end of this process."""
    if sys.platform != "win32":
        descriptor = resource_tracker.getfd()
        if descriptor is not None:
            os.close(descriptor)


def _start(process: BaseProcess) -> None:
    if sys.platform != "win32":
        # would else start along with the first process, and then lift the block for that one
        with deaf_children():
            _start_tracker()
    with deaf_children():
        process.start()


def _wake_tracker() -> None:
    """Let multiprocessing's own helper see the end of this program if someone has stopped it."""
    pid = tracker_pid()
    if pid is not None and sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGCONT)


def kill_below(pid: int) -> None:
    """Kill all processes that descend from the process `pid`."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        for process in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


@atexit.register
def end_all() -> None:
    """Kill the children that are left when this program ends, the warden included."""
    starter.shut()
    _wake_tracker()
    ours = [one for one in multiprocessing.active_children() if one.name.startswith(NAMES)]
    for step in (BaseProcess.kill, BaseProcess.join):
        for process in ours:
            # whoever used it may just be putting it away
            with contextlib.suppress(ValueError, AssertionError):
                step(process)


def tie_to(parent_pid: int, last_resort: int = LAST_RESORT) -> None:
    """In a child: have the kernel end this process soon after its parent, stuck, stopped or not.

    Its process group, its own, is orphaned when the parent dies, and the kernel continues whatever
    is stopped in such a group (POSIX.1-2017, ``_exit``).

    On Linux the signal of the parent's death has the C library's ``alarm`` for a handler, which is
    called with the signal's *number* and takes it for seconds: no interpreter, no lock and no other
    process has a part in it. So a job has no alarms of its own, and one that exceeds a limit of
    processor time ends some seconds later than usual. Elsewhere the warden does it alone.
    """
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    if sys.platform != "linux":
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGALRM, last_resort))
    libc = ctypes.CDLL(None)
    libc.signal.argtypes = (ctypes.c_int, ctypes.c_void_p)
    libc.signal.restype = ctypes.c_void_p
    libc.signal(last_resort, ctypes.cast(libc.alarm, ctypes.c_void_p))
    hear_of_parents_death(last_resort)
    if os.getppid() != parent_pid:
        signal.raise_signal(last_resort)


def hear_of_parents_death(by: int) -> None:
    """In a child: have the kernel send it this signal when the parent dies; on Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, by, 0, 0, 0)

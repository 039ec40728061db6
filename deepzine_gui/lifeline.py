"""How a child process is started, and tied to its parent by the kernel where it can do that.

A process that someone has stopped (SIGSTOP) ends once it is continued, or by the warden.
"""

import contextlib
import ctypes
import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from multiprocessing.process import BaseProcess

from deepzine_gui.errors import ChildError
from deepzine_gui.signals import deaf_children

if sys.platform != "win32":
    from multiprocessing import resource_tracker

STARTER = "deepzine-starter"
"""Name of the thread that starts all processes."""

LAST_RESORT = signal.SIGXCPU if sys.platform != "win32" else 24
"""What the kernel tells a child of its parent's death; its number is the seconds then left."""

_PR_SET_PDEATHSIG = 1


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
            ChildError: this program is ending.
            Exception: what cannot be sent to the new process, or why there is none.
        """
        if threading.current_thread() is self._thread:
            _start(process)
            return
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

    def shut(self) -> None:
        """Start nothing from now on; return when nothing is being started."""
        with self._lock:
            if self._shut or self._thread is None:
                self._shut = True
                return
            self._shut = True
            last = self._order(lambda: None)
        last.result()

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


def _start(process: BaseProcess) -> None:
    if sys.platform != "win32":
        # it comes along with the first process, and lifts every block when it is there
        with deaf_children():
            resource_tracker.ensure_running()
    with deaf_children():
        process.start()


def end_all(name: str) -> None:
    """End this process's children of this name at once; from now on none is started."""
    starter.shut()
    for process in multiprocessing.active_children():
        if process.name == name:
            process.kill()


def tie_to(parent_pid: int, last_resort: int = LAST_RESORT) -> None:
    """In a child: have the kernel end this process soon after its parent, stuck or not.

    On Linux only; elsewhere the warden does it alone. The signal of the parent's death has the C
    library's ``alarm`` for a handler, which is called with the signal's *number* and takes it for
    seconds: no interpreter, no lock and no other process has a part in it. So a job has no alarms
    of its own, and one that exceeds a limit of processor time ends some seconds later than usual.
    """
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

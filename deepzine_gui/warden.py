"""A small process that outlives its parent by moments, to end the children it left behind.

A child watches its parent by itself, but cannot while native code holds the interpreter's lock.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection
from typing import Any

from deepzine_gui import lifeline
from deepzine_gui.signals import turn_deaf


class Warden:
    """Knows the children of this process; its own process starts with the first one.

    Args:
        grace_s: how long a child may live on after this process has died, in seconds.
    """

    def __init__(self, grace_s: float) -> None:
        self.grace_s = grace_s
        self._watched: set[int] = set()
        self._told: set[int] = set()
        self._telling = False
        self._lock = threading.RLock()
        self._process: Any = None
        self._connection: Connection[Any, Any] | None = None

    @property
    def pid(self) -> int | None:
        """The warden's own process id, once started."""
        return None if self._process is None else self._process.pid

    def watch(self, *pids: int) -> None:
        """Have these processes ended after this process, however this process dies.

        To be said again from time to time: a warden that was killed is then replaced.
        """
        self._watched.update(pids)
        with self._lock:
            if self._telling:
                # a signal's handler has come between: what it interrupted tells of these too
                return
            self._telling = True
            try:
                self._tell()
            finally:
                self._telling = False

    def forget(self, pid: int) -> None:
        """Forget a process that has ended; safe at any moment, the interpreter's last included."""
        self._watched.discard(pid)

    def _tell(self) -> None:
        if self._process is None or not self._process.is_alive():
            self._start()
            self._told = set()
        while self._connection is not None and not self._watched <= self._told:
            self._told = self._watched.copy()
            with contextlib.suppress(OSError):
                self._connection.send(self._told)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        if self._connection is not None:
            self._connection.close()
        theirs, self._connection = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_watch, args=(theirs, self.grace_s), name=f"{lifeline.NAMES}warden", daemon=True
        )
        with theirs:
            lifeline.starter.start(self._process)


def _watch(connection: "Connection[Any, Any]", grace_s: float) -> None:
    """The warden's main function: learn of children until the parent is gone, then end them."""
    import psutil

    _stand_apart()
    watched: dict[int, psutil.Process] = {}
    with contextlib.suppress(EOFError, OSError):
        while True:
            wanted = connection.recv()
            watched = {pid: one for pid, one in watched.items() if one.is_running()}
            for pid in wanted - watched.keys():
                with contextlib.suppress(psutil.NoSuchProcess):
                    watched[pid] = psutil.Process(pid)
    for process in watched.values():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.resume()
    # a psutil.Process remembers when it began, so no other process of the same id is hit
    for process in psutil.wait_procs(list(watched.values()), timeout=grace_s)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            lifeline.kill_below(process.pid)
            process.kill()


def _stand_apart() -> None:
    """Let nothing that ends the parent end this process, and nobody wait for its output."""
    turn_deaf()
    if sys.platform != "win32":
        lifeline.let_tracker_go()
        # wakes this process if someone has stopped it
        lifeline.hear_of_parents_death(by=signal.SIGCONT)
        os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)

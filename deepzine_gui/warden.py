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


class Warden:
    """Knows the children of this process; its own process starts with the first one.

    Args:
        grace_s: how long a child may live on after this process has died, in seconds.
    """

    def __init__(self, grace_s: float) -> None:
        self.grace_s = grace_s
        self._watched: set[int] = set()
        self._lock = threading.Lock()
        self._process: Any = None
        self._connection: Connection[Any, Any] | None = None

    @property
    def pid(self) -> int | None:
        """The warden's own process id, once started."""
        return None if self._process is None else self._process.pid

    def watch(self, pid: int) -> None:
        """Have the process `pid` ended after this process, however this process dies."""
        with self._lock:
            self._watched.add(pid)
            self._tell()

    def forget(self, pid: int) -> None:
        """Leave the process `pid` alone: it has ended."""
        with self._lock:
            self._watched.discard(pid)
            self._tell()

    def _tell(self) -> None:
        if self._connection is not None:
            try:
                self._connection.send(self._watched)
            except OSError:
                self._connection.close()
            else:
                return
        self._start().send(self._watched)

    def _start(self) -> "Connection[Any, Any]":
        context = multiprocessing.get_context("spawn")
        theirs, self._connection = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_watch, args=(theirs, self.grace_s), name="deepzine-warden", daemon=True
        )
        with theirs:
            self._process.start()
        return self._connection


def _watch(connection: "Connection[Any, Any]", grace_s: float) -> None:
    """The warden's main function: learn of children until the parent is gone, then end them."""
    import psutil

    # What ends the parent's whole group of processes must not end who tidies up after it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        os.setsid()
    watched: dict[int, psutil.Process] = {}
    with contextlib.suppress(EOFError, OSError):
        while True:
            wanted = connection.recv()
            watched = {pid: watched[pid] for pid in wanted & watched.keys()}
            for pid in wanted - watched.keys():
                with contextlib.suppress(psutil.NoSuchProcess):
                    watched[pid] = psutil.Process(pid)
    # a psutil.Process remembers when it began, so no other process of the same id is hit
    for process in psutil.wait_procs(list(watched.values()), timeout=grace_s)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()

"""Which signals ask the program to end, and how child processes leave them to their parent."""

import contextlib
import signal
from collections.abc import Iterator

ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Ctrl-C, the system's wish, and a closed terminal: they reach the whole group of processes."""


def heeded() -> tuple[int, ...]:
    """The ending signals, without those this program was started to ignore (as by nohup)."""
    return tuple(number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN)


@contextlib.contextmanager
def deaf_children() -> Iterator[None]:
    """Keep the ending signals from a process that is started meanwhile, until it can turn deaf."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def turn_deaf() -> None:
    """In a child: leave it to the parent what the ending signals mean."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

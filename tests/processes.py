"""What processes and threads there are, in the eyes of a test."""

import threading

import psutil

from deepzine_gui.child import warden
from deepzine_gui.lifeline import STARTER, tracker_pid
from tests.patience import PATIENCE_S


def our_children() -> list[psutil.Process]:
    """All processes below this one, without the two helpers that live as long as it does."""
    found = psutil.Process().children(recursive=True)
    return [process for process in found if process.pid not in (tracker_pid(), warden.pid)]


def our_threads() -> list[threading.Thread]:
    """All threads of Python, without the one that starts processes and lives to the end."""
    return [thread for thread in threading.enumerate() if not thread.name.startswith(STARTER)]


def gone(process: psutil.Process, within_s: float = PATIENCE_S) -> bool:
    """Whether a process ends within so many seconds, or has ended.

    It is to be looked up while it surely lives: its number soon passes on to another one on a
    machine that starts many.
    """
    try:
        process.wait(within_s)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True

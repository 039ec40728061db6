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


def gone(process: psutil.Process | int, within_s: float = PATIENCE_S) -> bool:
    """Whether a process ends within so many seconds, or has ended.

    By its number alone it is also waited for where that has passed on to another one: numbers come
    back soon on a machine that starts many processes.
    """
    try:
        if isinstance(process, int):
            process = psutil.Process(process)
        process.wait(within_s)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True

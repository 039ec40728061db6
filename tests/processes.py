"""What processes there are, in the eyes of a test."""

import multiprocessing.resource_tracker

import psutil

from deepzine_gui.child import warden


def our_children() -> list[psutil.Process]:
    """All processes below this one, without the two helpers that live as long as it does."""
    tracker = getattr(multiprocessing.resource_tracker._resource_tracker, "_pid", None)
    found = psutil.Process().children(recursive=True)
    return [process for process in found if process.pid not in (tracker, warden.pid)]

"""How long a test waits for what should come at once.

It is only a guard against what never comes: a machine that is slow or busy is no fault. It is less
than a whole test may take (``timeout`` in pyproject.toml), so that the wait itself tells its fault.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

PATIENCE_S = 100.0
PATIENCE_MS = round(1000 * PATIENCE_S)


def comes_true(condition: Callable[[], bool], within_s: float = PATIENCE_S) -> bool:
    """Whether something becomes so within so many seconds."""
    ends = time.monotonic() + within_s
    while not (is_true := condition()) and time.monotonic() < ends:
        threading.Event().wait(0.02)
    return is_true


class PatientBot(QtBot):
    """pytest-qt's own waits five seconds where nothing else is said."""

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitActive(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitActive(widget, timeout=timeout)

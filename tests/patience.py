"""How long a test waits for what should come at once.

It is only a guard against what never comes: a machine that is slow or busy is no fault. It is less
than a whole test may take (``timeout`` in pyproject.toml), so that the wait itself tells its fault.
"""

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

PATIENCE_S = 100.0
PATIENCE_MS = round(1000 * PATIENCE_S)


class PatientBot(QtBot):
    """pytest-qt's own waits five seconds where nothing else is said."""

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitActive(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitActive(widget, timeout=timeout)

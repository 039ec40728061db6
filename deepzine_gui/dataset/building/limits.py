"""How long a worker may stay on one page and how much memory it may hold."""

import time
from dataclasses import dataclass

import psutil

from deepzine_gui.dataset.building.noted import Noted

NOT_BEGUN, OPENING = -1, 0
"""What a worker notes in place of a page before it looks at its task, and as it opens it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost before its worker is ended.

    Attributes:
        page_s: seconds without turning to the next page.
        memory_bytes: resident memory of the worker's process.
    """

    page_s: float = 60.0
    memory_bytes: int = 2_000_000_000


class Watch:
    """Looks at one worker now and then, and tells when it breaks a limit.

    Args:
        pid: the worker's process.
        noted: where the worker notes the number of the page it turns to.
        limits: what it may take.
    """

    def __init__(self, pid: int, noted: Noted, limits: Limits) -> None:
        self._process = psutil.Process(pid)
        self._noted = noted
        self._limits = limits
        self._last = noted.value
        self._since_s = time.monotonic()

    def restart(self) -> None:
        """Count the time from now on: the worker was not asked to work before."""
        self._since_s = time.monotonic()

    def verdict(self) -> str:
        """Say which limit the worker breaks, or "" while it keeps to both."""
        page = self._noted.value
        now = time.monotonic()
        if page != self._last:
            self._last, self._since_s = page, now
        if page == NOT_BEGUN:
            return ""
        if now - self._since_s > self._limits.page_s:
            return f"took longer than {self._limits.page_s:g} s"
        if self.memory_bytes() > self._limits.memory_bytes:
            return f"took more than {self._limits.memory_bytes / 1e9:.1f} GB of memory"
        return ""

    def memory_bytes(self) -> int:
        """Resident memory of the worker; 0 when it has gone."""
        try:
            return int(self._process.memory_info().rss)
        except psutil.Error:
            return 0

"""The bytes of a download: what is planned, what is here, what may still be taken."""

import threading

from deepzine_gui.archive.queue.lining import Limit
from deepzine_gui.progress import Progress


class Ledger:
    """Counts the bytes of every item; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str, int] = {}
        self._limits: dict[str, Limit] = {}
        self._here: dict[str, int] = {}
        self._out: set[str] = set()

    def reserve(self, identifier: str, size_bytes: int, limit: Limit) -> bool:
        """Plan an item's bytes, unless those of its lot would go over their limit."""
        with self._lock:
            if limit.max_bytes is not None:
                together = size_bytes + sum(
                    planned
                    for name, planned in self._planned.items()
                    if self._limits[name].lot == limit.lot and name != identifier
                )
                if together > limit.max_bytes:
                    return False
            self._plan(identifier, size_bytes, limit)
            return True

    def plan(self, identifier: str, size_bytes: int, limit: Limit) -> None:
        """Count an item's bytes whatever the limit: they are here already."""
        with self._lock:
            self._plan(identifier, size_bytes, limit)

    def room(self, max_bytes: int) -> int:
        """What all planned so far leave of a limit."""
        with self._lock:
            return max_bytes - sum(self._planned.values())

    def arrived(self, identifier: str, here_bytes: int) -> None:
        """Note how many of an item's bytes are here."""
        with self._lock:
            self._here[identifier] = here_bytes

    def leave_out(self, identifier: str) -> None:
        """Count an item no longer; what was planned for it stays taken from the limit."""
        with self._lock:
            self._out.add(identifier)

    def forget(self, identifier: str) -> None:
        """Take an item that is no longer wanted out of all sums."""
        with self._lock:
            self._planned.pop(identifier, None)
            self._here.pop(identifier, None)
            self._out.discard(identifier)

    def progress(
        self,
        count: int,
        what: str = "",
        *,
        max_bytes: int | None = None,
        is_over: bool = False,
    ) -> Progress:
        """Bytes here of all; items not planned yet are taken to be as large as the others.

        Args:
            count: how many items there are.
            what: names what is going on.
            max_bytes: all of them together will not be more.
            is_over: nothing more will come.
        """
        with self._lock:
            planned = {name: size for name, size in self._planned.items() if name not in self._out}
            here = sum(size for name, size in self._here.items() if name not in self._out)
            total: float | None = sum(planned.values())
            unknown = 0 if is_over else count - len(self._planned.keys() | self._out)
            if unknown > 0 and total is not None:
                total = total * (1 + unknown / len(planned)) if planned else None
            if total is not None and max_bytes is not None:
                total = min(total, max_bytes)
            return Progress(here, total if total is None else max(total, here), "bytes", what)

    def _plan(self, identifier: str, size_bytes: int, limit: Limit) -> None:
        self._planned[identifier] = size_bytes
        self._limits[identifier] = limit
        # of an earlier try, which failed
        self._out.discard(identifier)

"""What a download comes to: what is planned, what is here, what may still be taken."""

import threading
from collections.abc import Iterator

from deepzine_gui.archive.queue.queue import Limit
from deepzine_gui.archive.queue.records import Brought
from deepzine_gui.progress import Progress


class Ledger:
    """Counts the bytes and the documents of every item; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str, Brought] = {}
        self._limits: dict[str, Limit] = {}
        self._here: dict[str, int] = {}
        self._out: set[str] = set()

    def reserve(self, identifier: str, wanted: Brought, limit: Limit) -> bool:
        """Plan an item's documents, unless those of its lot would go over their limit of bytes."""
        with self._lock:
            if limit.max_bytes is not None:
                others = sum(one.size_bytes for one in self._others(identifier, limit))
                if wanted.size_bytes + others > limit.max_bytes:
                    return False
            self._plan(identifier, wanted, limit)
            return True

    def plan(self, identifier: str, here: Brought, limit: Limit) -> None:
        """Count an item's documents whatever the limit: they are here already."""
        with self._lock:
            self._plan(identifier, here, limit)

    def documents_left(self, identifier: str, limit: Limit) -> int | None:
        """How many documents the others of its lot leave to an item; None: any number."""
        if limit.max_documents is None:
            return None
        with self._lock:
            others = sum(one.documents for one in self._others(identifier, limit))
            return max(0, limit.max_documents - others)

    def room(self, max_bytes: int) -> int:
        """What all planned so far leave of a limit."""
        with self._lock:
            return max_bytes - sum(one.size_bytes for one in self._planned.values())

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
            what: names what everybody waits for, "" for nothing.
            max_bytes: all of them together will not be more.
            is_over: nothing more will come.
        """
        with self._lock:
            planned = {
                name: one.size_bytes for name, one in self._planned.items() if name not in self._out
            }
            here = sum(size for name, size in self._here.items() if name not in self._out)
            total: float | None = sum(planned.values())
            unknown = 0 if is_over else count - len(self._planned.keys() | self._out)
            if unknown > 0 and total is not None:
                total = total * (1 + unknown / len(planned)) if planned else None
            if total is not None and max_bytes is not None:
                total = min(total, max_bytes)
            total = total if total is None else max(total, here)
            return Progress(here, total, "bytes", what, waits=bool(what))

    def _others(self, identifier: str, limit: Limit) -> Iterator[Brought]:
        """What is planned of the others of an item's lot."""
        for name, one in self._planned.items():
            if self._limits[name].lot == limit.lot and name != identifier:
                yield one

    def _plan(self, identifier: str, wanted: Brought, limit: Limit) -> None:
        self._planned[identifier] = wanted
        self._limits[identifier] = limit
        # of an earlier try, which failed
        self._out.discard(identifier)

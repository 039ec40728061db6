"""What a download comes to: what is planned, what is here, what may still be taken."""

import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deepzine_gui.archive.downloading.expecting import Expecting
from deepzine_gui.archive.items import Item
from deepzine_gui.archive.queue.queue import Limit
from deepzine_gui.archive.queue.records import Brought
from deepzine_gui.progress import Progress


@dataclass(slots=True)
class _Sum:
    """Planned documents of some items together."""

    items: int = 0
    documents: int = 0
    size_bytes: int = 0

    def add(self, one: Brought, by: int) -> None:
        self.items += by
        self.documents += by * one.documents
        self.size_bytes += by * one.size_bytes


class Ledger:
    """Counts the bytes and the documents of every item; for any thread.

    All sums run along: each change takes an item off them, and adds it as it is then.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str, Brought] = {}
        self._limits: dict[str, Limit] = {}
        self._here: dict[str, int] = {}
        self._out: set[str] = set()
        self._told: Sequence[tuple[Item, Limit]] = ()
        self._wanted: dict[str, tuple[Item, Limit]] = {}
        self._all, self._counted = _Sum(), _Sum()
        self._by_lot: defaultdict[int, _Sum] = defaultdict(_Sum)
        self._here_bytes = 0
        self._expecting = Expecting()

    def reserve(self, identifier: str, wanted: Brought, limit: Limit) -> bool:
        """Plan an item's documents, unless those of its lot would go over their limit of bytes."""
        with self._lock:
            if limit.max_bytes is not None:
                others = self._others(identifier, limit)
                if wanted.size_bytes + others.size_bytes > limit.max_bytes:
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
            return max(0, limit.max_documents - self._others(identifier, limit).documents)

    def room(self, max_bytes: int) -> int:
        """What all planned so far leave of a limit."""
        with self._lock:
            return max_bytes - self._all.size_bytes

    def arrived(self, identifier: str, here_bytes: int) -> None:
        """Note how many of an item's bytes are here."""
        with self._lock, self._changing(identifier):
            self._here[identifier] = here_bytes

    def leave_out(self, identifier: str) -> None:
        """Count an item no longer; what was planned for it stays taken from the limit."""
        with self._lock, self._changing(identifier):
            self._out.add(identifier)

    def forget(self, identifier: str) -> None:
        """Take an item that is no longer wanted out of all sums."""
        with self._lock, self._changing(identifier):
            self._planned.pop(identifier, None)
            self._here.pop(identifier, None)
            self._out.discard(identifier)

    def progress(self, wanted: Sequence[tuple[Item, Limit]], what: str = "") -> Progress:
        """Bytes here, of all that is planned and all that is expected of items not planned yet.

        No lot is expected to go over its limit.

        Args:
            wanted: items that were or will be taken, each with what limits its lot; none when
                nothing more will come. As long as it is the same object it is not read again.
            what: names what everybody waits for, "" for nothing.
        """
        with self._lock:
            if wanted is not self._told:
                self._want(wanted)
            more = self._expected()
            here, planned = self._here_bytes, self._counted.size_bytes
            total = None if more is None else max(here, planned + more)
            return Progress(here, total, "bytes", what, waits=bool(what))

    def _expected(self) -> float | None:
        """Bytes of the items that are not planned yet; None while nothing tells of them."""
        by_lot = self._expecting.by_lot(self._all.items, self._all.size_bytes)
        if by_lot is None:
            return None
        return sum(self._within(limit, size) for limit, size in by_lot.items())

    def _within(self, limit: Limit, size: float) -> float:
        """What may still come of a lot that is expected to bring so much more."""
        if limit.max_bytes is None:
            return size
        return min(size, max(0, limit.max_bytes - self._by_lot[limit.lot].size_bytes))

    def _others(self, identifier: str, limit: Limit) -> _Sum:
        """What is planned of the others of an item's lot."""
        lot, own = self._by_lot[limit.lot], self._planned.get(identifier)
        others = _Sum(lot.items, lot.documents, lot.size_bytes)
        if own is not None and self._limits[identifier].lot == limit.lot:
            others.add(own, -1)
        return others

    def _plan(self, identifier: str, wanted: Brought, limit: Limit) -> None:
        with self._changing(identifier):
            self._planned[identifier] = wanted
            self._limits[identifier] = limit
            # of an earlier try, which failed
            self._out.discard(identifier)

    def _want(self, wanted: Sequence[tuple[Item, Limit]]) -> None:
        self._told, self._wanted = wanted, {item.identifier: (item, lim) for item, lim in wanted}
        self._expecting = Expecting()
        for identifier in self._wanted:
            self._expect(identifier, 1)

    @contextlib.contextmanager
    def _changing(self, identifier: str) -> Iterator[None]:
        self._count(identifier, -1)
        self._expect(identifier, -1)
        yield
        self._count(identifier, 1)
        self._expect(identifier, 1)

    def _count(self, identifier: str, by: int) -> None:
        """Add what is here and planned of an item to the sums (1), or take it off them (-1)."""
        planned, is_out = self._planned.get(identifier), identifier in self._out
        if not is_out:
            self._here_bytes += by * self._here.get(identifier, 0)
        if planned is not None:
            self._all.add(planned, by)
            self._by_lot[self._limits[identifier].lot].add(planned, by)
            if not is_out:
                self._counted.add(planned, by)

    def _expect(self, identifier: str, by: int) -> None:
        """The same of what is wanted: awaited, or if it is planned, what it tells of the others."""
        if identifier not in self._wanted:
            return
        item, limit = self._wanted[identifier]
        planned = self._planned.get(identifier)
        if planned is not None:
            self._expecting.add_planned(item, planned.size_bytes, by)
        elif identifier not in self._out:
            self._expecting.add(item, limit, by)

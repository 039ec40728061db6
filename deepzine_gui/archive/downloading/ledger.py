"""What a download comes to: what is planned, what is here, what may still be taken."""

import threading
from collections.abc import Iterable, Iterator

from deepzine_gui.archive.choosing.costs import Share, expected_bytes
from deepzine_gui.archive.items import Item
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

    def progress(self, wanted: Iterable[tuple[Item, Limit]], what: str = "") -> Progress:
        """Bytes here, of all that is planned and all that is expected of items not planned yet.

        No lot is expected to go over its limit.

        Args:
            wanted: items that were or will be taken, each with what limits its lot; none when
                nothing more will come.
            what: names what everybody waits for, "" for nothing.
        """
        with self._lock:
            here = sum(size for name, size in self._here.items() if name not in self._out)
            planned = sum(
                one.size_bytes for name, one in self._planned.items() if name not in self._out
            )
            more = self._expected(list(wanted))
            total = None if more is None else max(here, planned + more)
            return Progress(here, total, "bytes", what, waits=bool(what))

    def _expected(self, wanted: list[tuple[Item, Limit]]) -> float | None:
        """Bytes of the items that are not planned yet; None while nothing tells of them.

        They are as they were weighed, else the share of their files that the planned items have,
        else as large as one is, on an average, whose size is known.
        """
        left = [
            (item, limit)
            for item, limit in wanted
            if item.identifier not in self._planned and item.identifier not in self._out
        ]
        known = [one.size_bytes for one in self._planned.values()]
        known += [item.size_bytes or 0 for item, _ in left if item.is_weighed]
        if left and not known:
            return None
        share, usual = self._share(wanted), sum(known) / max(1, len(known))
        by_lot: dict[Limit, float] = {}
        for item, limit in left:
            size: float | None = None
            if item.is_weighed or share.ratio:
                size = expected_bytes(item, share)
            by_lot[limit] = by_lot.get(limit, 0.0) + (usual if size is None else size)
        return sum(self._within(limit, size) for limit, size in by_lot.items())

    def _share(self, wanted: list[tuple[Item, Limit]]) -> Share:
        told = [
            (self._planned[item.identifier].size_bytes, item.size_bytes)
            for item, _ in wanted
            if item.size_bytes and not item.is_weighed and item.identifier in self._planned
        ]
        return Share(sum(one for one, _ in told), sum(every for _, every in told), len(told))

    def _within(self, limit: Limit, size: float) -> float:
        """What may still come of a lot that is expected to bring so much more."""
        if limit.max_bytes is None:
            return size
        others = sum(one.size_bytes for one in self._others("", limit))
        return min(size, max(0, limit.max_bytes - others))

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

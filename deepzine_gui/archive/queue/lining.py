"""Who is next: a fixed line of items, or the project's queue followed as it changes."""

from collections import deque
from collections.abc import Sequence
from typing import Protocol

from deepzine_gui.archive.items import Item
from deepzine_gui.archive.queue.queue import NO_LIMIT, Entry, Limit, Queue
from deepzine_gui.archive.queue.records import is_set_aside


class Line(Protocol):
    """Items in the order in which they are to be taken; not for several threads at once."""

    @property
    def parallel(self) -> int:
        """How many may be under way at once."""

    @property
    def limit(self) -> Limit:
        """What limits the documents of all of them together."""

    def next(self) -> Item | None:
        """The next item, or None while there is none."""

    def holds(self, identifier: str) -> bool:
        """Whether an item that was taken is still wanted."""

    def rest(self) -> list[Item]:
        """Items not taken yet."""

    def all(self) -> list[Item]:
        """Those and the ones that were set aside before."""

    def wanted(self) -> tuple[tuple[Item, Limit], ...]:
        """Items that were or will be taken, each with what limits its lot.

        As long as nothing changes it is the same object.
        """

    def limit_of(self, identifier: str) -> Limit:
        """What limits the documents of an item's lot."""

    def spare(self, room_bytes: int) -> Item | None:
        """One item more that is expected to fit into the room that is left of `limit`."""


class FixedLine:
    """A line that was known from the start.

    Args:
        items: in the order in which they are taken.
        parallel: how many may be under way at once.
        limit: of all together.
        spares: taken after those, as long as there is room; their sizes are as expected.
    """

    def __init__(
        self,
        items: Sequence[Item],
        *,
        parallel: int,
        limit: Limit = NO_LIMIT,
        spares: Sequence[Item] = (),
    ) -> None:
        self.limit = limit
        self._left = list({item.identifier: item for item in items}.values())
        self._wanted = tuple((item, limit) for item in self._left)
        self._spares = list(spares)
        self.parallel = parallel

    def next(self) -> Item | None:
        """See `Line`."""
        return self._left.pop(0) if self._left else None

    def holds(self, identifier: str) -> bool:
        """See `Line`."""
        return True

    def rest(self) -> list[Item]:
        """See `Line`."""
        return list(self._left)

    def all(self) -> list[Item]:
        """See `Line`."""
        return list(self._left)

    def wanted(self) -> tuple[tuple[Item, Limit], ...]:
        """See `Line`."""
        return self._wanted

    def limit_of(self, identifier: str) -> Limit:
        """See `Line`."""
        return self.limit

    def spare(self, room_bytes: int) -> Item | None:
        """See `Line`."""
        for place, item in enumerate(self._spares):
            if (item.size_bytes or 0) <= room_bytes:
                self._wanted += ((item, self.limit),)
                return self._spares.pop(place)
        return None


class QueueLine:
    """The line of a queue, whose file is read again whenever it has changed.

    Items that were set aside before are left alone until the person asks for them once more.
    """

    limit = NO_LIMIT

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._stamp = queue.stamp()
        self._read()
        self._taken: set[tuple[str, int]] = set()
        self._passed: set[tuple[str, int]] = set()
        self._left: deque[Entry] = deque()
        self._ahead_of: tuple[Entry, ...] = ()
        self._wanted: tuple[tuple[Item, Limit], ...] = ()
        self._wanted_of: tuple[Entry, ...] = ()
        self._wanted_without = 0

    @property
    def parallel(self) -> int:
        """See `Line`."""
        return self._queued.parallel

    def next(self) -> Item | None:
        """See `Line`."""
        ahead = self._ahead()
        while ahead:
            entry = ahead.popleft()
            if not self._is_passed(entry):
                self._taken.add(_key(entry))
                return entry.item
        return None

    def holds(self, identifier: str) -> bool:
        """See `Line`."""
        self._entries()
        return identifier in self._limits

    def rest(self) -> list[Item]:
        """See `Line`."""
        return [entry.item for entry in self._ahead() if not self._is_passed(entry)]

    def all(self) -> list[Item]:
        """See `Line`."""
        return [entry.item for entry in self._entries()]

    def wanted(self) -> tuple[tuple[Item, Limit], ...]:
        """See `Line`."""
        entries, passed = self._entries(), len(self._passed)
        if entries is not self._wanted_of or passed != self._wanted_without:
            self._wanted = tuple((e.item, e.limit) for e in entries if _key(e) not in self._passed)
            self._wanted_of, self._wanted_without = entries, passed
        return self._wanted

    def limit_of(self, identifier: str) -> Limit:
        """See `Line`."""
        self._entries()
        return self._limits.get(identifier, NO_LIMIT)

    def spare(self, room_bytes: int) -> None:
        """See `Line`: a queue has none."""

    def _is_passed(self, entry: Entry) -> bool:
        """Whether an item was set aside before."""
        was_set_aside = is_set_aside(self._queue.folder / entry.item.identifier)
        if was_set_aside:
            self._passed.add(_key(entry))
        return was_set_aside

    def _ahead(self) -> deque[Entry]:
        """The entries nobody has looked at yet, and some that were found set aside."""
        entries = self._entries()
        if entries is not self._ahead_of:
            seen = self._taken | self._passed
            self._left = deque(entry for entry in entries if _key(entry) not in seen)
            self._ahead_of = entries
        return self._left

    def _entries(self) -> tuple[Entry, ...]:
        stamp = self._queue.stamp()
        if stamp != self._stamp:
            self._read()
            self._stamp = stamp
        return self._queued.entries

    def _read(self) -> None:
        self._queued = self._queue.read()
        self._limits = {entry.item.identifier: entry.limit for entry in self._queued.entries}


def _key(entry: Entry) -> tuple[str, int]:
    return entry.item.identifier, entry.tries

"""The queue of a project's downloads: a small file that outlives every window."""

import contextlib
import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from deepzine_gui.archive.items import Item
from deepzine_gui.archive.queue.records import (
    Brought,
    discard_unfinished,
    folders_in,
    forgive,
    is_set_aside,
    is_skipped,
)
from deepzine_gui.errors import ArchiveError
from deepzine_gui.files import storage_errors, write_text

MOST_PARALLEL = 4
"""No more transfers run at once, whatever is set: the archive is everyone's."""

USUAL_PARALLEL = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """What the items of a lot may bring together.

    Attributes:
        lot: names the lot: items that were put in together; 0: none.
        max_bytes: None for no limit.
        max_documents: likewise.
    """

    lot: int = 0
    max_bytes: int | None = None
    max_documents: int | None = None


NO_LIMIT = Limit()


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """An item in the queue.

    Attributes:
        tries: grows each time the person asks for it once more.
        lot: see `Limit`, whose parts these three are.
        lot_bytes: what the items of its lot may weigh together; None: no limit.
        lot_documents: how many documents they may bring together, likewise.
    """

    item: Item
    tries: int = 0
    lot: int = 0
    lot_bytes: int | None = None
    lot_documents: int | None = None

    @property
    def limit(self) -> Limit:
        """What limits the documents of its lot."""
        return Limit(self.lot, self.lot_bytes, self.lot_documents)

    def within(self, limit: Limit) -> "Entry":
        """The entry in another lot."""
        return Entry(self.item, self.tries, limit.lot, limit.max_bytes, limit.max_documents)


@dataclasses.dataclass(frozen=True, slots=True)
class Queued:
    """What the queue holds.

    Attributes:
        entries: in the order in which they are taken.
        parallel: transfers at once, 1 … `MOST_PARALLEL`.
        goes_on: the download was under way and was not stopped by the person.
    """

    entries: tuple[Entry, ...] = ()
    parallel: int = USUAL_PARALLEL
    goes_on: bool = False


_QUEUED = TypeAdapter(Queued)


class Queue:
    """The queue beside a ``documents`` folder; every change is on the disk when a method returns.

    A download that runs meanwhile, in whatever process, follows the changes.

    Args:
        folder: the ``documents`` folder of a project.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder.with_name("downloads.json")

    def read(self) -> Queued:
        """What the queue holds now.

        Raises:
            ArchiveError: the file is damaged.
        """
        try:
            queued = _QUEUED.validate_json(self.file.read_bytes())
        except FileNotFoundError:
            return Queued()
        except (OSError, ValidationError) as error:
            raise ArchiveError(
                f"{self.file} cannot be read: mend it, or remove it to start an empty queue."
            ) from error
        parallel = min(max(1, queued.parallel), MOST_PARALLEL)
        return dataclasses.replace(queued, parallel=parallel)

    def stamp(self) -> tuple[int, int] | None:
        """Something that changes whenever the queue does."""
        try:
            status = self.file.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino

    def put(
        self,
        items: Iterable[Item],
        *,
        max_bytes: int | None = None,
        max_documents: int | None = None,
        goes_on: bool = False,
    ) -> None:
        """Append items; those that failed or were passed over before are asked for anew.

        Args:
            items: what to take.
            max_bytes: the documents of those that are new in the queue, or asked for anew, stay
                within this together; an item that would not is passed over, with its reason.
            max_documents: there are no more of them than this together; of an item that would bring
                more only the first ones are taken, and those after it are passed over.
            goes_on: note as well that the download is to go on.
        """
        queued = self.read()
        queued = dataclasses.replace(queued, goes_on=queued.goes_on or goes_on)
        wanted = {item.identifier: item for item in items}
        again = wanted.keys() & {entry.item.identifier for entry in queued.entries}
        lot = 1 + max((entry.lot for entry in queued.entries), default=0)
        limit = Limit(lot, max_bytes, max_documents)
        new = [
            Entry(item, 0, lot, max_bytes, max_documents)
            for name, item in wanted.items()
            if name not in again
        ]
        # a download that had no queue may have set some of them aside
        for name in wanted.keys() & folders_in(self.folder) - again:
            forgive(self.folder / name)
        entries = [
            self._once_more(entry, limit) if entry.item.identifier in again else entry
            for entry in queued.entries
        ]
        self._write(dataclasses.replace(queued, entries=(*entries, *new)))

    def retry(self, identifiers: Collection[str]) -> None:
        """Ask once more for items that failed or were passed over.

        What failed stays within the limit of its lot; what was passed over for that is taken now,
        whatever it weighs.
        """
        queued = self.read()
        entries = []
        for entry in queued.entries:
            name = entry.item.identifier
            if name in identifiers:
                is_lifted = is_skipped(self.folder / name)
                entry = self._once_more(entry, NO_LIMIT if is_lifted else entry.limit)
            entries.append(entry)
        self._write(dataclasses.replace(queued, entries=tuple(entries)))

    def settle(self, brought: Mapping[str, Brought]) -> None:
        """Take out items whose documents are here; the others of their lots have so much less left.

        Args:
            brought: what of each is here.
        """
        queued = self.read()
        used: dict[int, Brought] = {}
        for entry in queued.entries:
            here = brought.get(entry.item.identifier)
            if here is not None:
                used[entry.lot] = _together(here, used.get(entry.lot))
        kept = [
            entry.within(_with_less(entry.limit, used[entry.lot])) if entry.lot in used else entry
            for entry in queued.entries
            if entry.item.identifier not in brought
        ]
        self._write(dataclasses.replace(queued, entries=tuple(kept)))

    def remove(self, identifiers: Collection[str]) -> None:
        """Take items out, with what has come of unfinished documents; finished ones stay."""
        queued = self.read()
        kept = [entry for entry in queued.entries if entry.item.identifier not in identifiers]
        self._write(dataclasses.replace(queued, entries=tuple(kept)))
        for identifier in identifiers:
            discard_unfinished(self.folder / identifier)

    def order(self, identifiers: Sequence[str]) -> None:
        """Bring the entries into this order; those not named keep theirs, behind."""
        places = {identifier: place for place, identifier in enumerate(identifiers)}
        queued = self.read()
        entries = sorted(
            queued.entries, key=lambda entry: places.get(entry.item.identifier, len(places))
        )
        self._write(dataclasses.replace(queued, entries=tuple(entries)))

    def set(self, *, parallel: int | None = None, goes_on: bool | None = None) -> None:
        """Change how many transfers run at once, or whether the download is to go on."""
        before = queued = self.read()
        if parallel is not None:
            queued = dataclasses.replace(queued, parallel=min(max(1, parallel), MOST_PARALLEL))
        if goes_on is not None:
            queued = dataclasses.replace(queued, goes_on=goes_on)
        if queued != before:
            self._write(queued)

    def _once_more(self, entry: Entry, limit: Limit) -> Entry:
        """The entry to be tried anew, if it was set aside; else as it is."""
        folder = self.folder / entry.item.identifier
        if not is_set_aside(folder):
            return entry
        forgive(folder)
        return Entry(entry.item, entry.tries + 1).within(limit)

    def _write(self, queued: Queued) -> None:
        # by pydantic, as twenty thousand entries are half a second of `json` and `asdict`
        write_text(self.file, _QUEUED.dump_json(queued, indent=2).decode() + "\n")


def _together(one: Brought, other: Brought | None) -> Brought:
    if other is None:
        return one
    return Brought(one.documents + other.documents, one.size_bytes + other.size_bytes)


def _with_less(limit: Limit, used: Brought) -> Limit:
    max_bytes, max_documents = limit.max_bytes, limit.max_documents
    return Limit(
        limit.lot,
        None if max_bytes is None else max(0, max_bytes - used.size_bytes),
        None if max_documents is None else max(0, max_documents - used.documents),
    )


@contextlib.contextmanager
def only_download(folder: Path) -> Iterator[None]:
    """Hold the downloads of a project, so that no two processes fetch the same files.

    Args:
        folder: the ``documents`` folder.

    Raises:
        ArchiveError: another process holds them.
        StorageError: the place cannot be written.
    """
    lock = FileLock(folder.with_name("downloads.lock"), timeout=0)
    with storage_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout as error:
            raise ArchiveError(
                f"Another DeepZine is downloading into {folder.parent}: wait until it is done, or "
                "stop it there."
            ) from error
    try:
        yield
    finally:
        lock.release()

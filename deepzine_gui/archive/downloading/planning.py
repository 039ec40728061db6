"""Before a byte is taken of an item: its files, their places and their records."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from deepzine_gui.archive.connection.conversation import Archive
from deepzine_gui.archive.downloading.fetching import Wanted
from deepzine_gui.archive.items import NO_PDF, Item, text_of
from deepzine_gui.archive.queue.records import (
    Record,
    discard_outdated,
    recorded_places,
    write_record,
)
from deepzine_gui.archive.scout.choice import ArchiveFile, choose_files
from deepzine_gui.archive.scout.finding import item_from


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """The documents of an item, each with its record; or one sentence why there are none.

    Attributes:
        most: so many of the documents are to be taken, None for all.
    """

    folder: Path
    item: Item
    documents: tuple[tuple[Wanted, Record], ...] = ()
    reason: str = ""
    most: int | None = None

    @property
    def taken(self) -> tuple[tuple[Wanted, Record], ...]:
        """The documents to be taken."""
        return self.documents[: self.most]

    @property
    def left_out(self) -> tuple[tuple[Wanted, Record], ...]:
        """The documents that would go over the limit of their number."""
        return () if self.most is None else self.documents[self.most :]

    @property
    def remark(self) -> str:
        """Why not all documents are taken, in a sentence; "" if they are."""
        if not self.left_out:
            return ""
        taken, count = len(self.taken), len(self.documents)
        verb = "is" if taken == 1 else "are"
        return f"{taken} of its {count} documents {verb} taken: the limit of documents is reached."

    @property
    def size_bytes(self) -> int:
        """Of all documents to be taken together, as far as the archive tells."""
        return sum(wanted.size_bytes or 0 for wanted, _ in self.taken)


def at_most(plan: Plan, documents: int | None) -> Plan:
    """The plan with no more documents than that, None: all; those that are here come first."""
    if documents is None:
        return plan
    is_here = [wanted.target.is_file() for wanted, _ in plan.documents]
    here = [one for one, there in zip(plan.documents, is_here, strict=True) if there]
    missing = [one for one, there in zip(plan.documents, is_here, strict=True) if not there]
    most = max(documents, len(here))
    return dataclasses.replace(plan, documents=(*here, *missing), most=most)


def plan_item(archive: Archive, item: Item, folder: Path) -> Plan:
    """Ask for an item's metadata and choose; a document of several gets a folder of its own.

    One that is recorded already, by its MD5 or name, stays where it is, though the item's list of
    files has changed.

    Raises:
        UnreachableError: no connection to the archive.
        ArchiveError: there is no such item, or the answer cannot be used.
    """
    if item.restricted:
        return Plan(folder, item, reason=item.restricted)
    metadata = archive.metadata(item.identifier)
    with archive.errors():
        item = item_from(item.identifier, metadata)
        chosen = choose_files(metadata.get("files") or [])
        date = text_of((metadata.get("metadata") or {}).get("date"))
    if item.restricted:
        return Plan(folder, item, reason=item.restricted)
    if not chosen:
        return Plan(folder, item, reason=NO_PDF)
    documents = []
    for target, file in zip(_targets(folder, chosen), chosen, strict=True):
        url = archive.file_url(item.identifier, file.name)
        wanted = Wanted(url, target, file.size_bytes, file.md5, file.leads_out)
        documents.append((wanted, _record(archive, item, wanted, date)))
    return Plan(folder, item, tuple(documents))


def write_plan(plan: Plan) -> None:
    """Record every document before the first is fetched, so that a rerun knows what is missing.

    What is recorded of earlier tries and is neither here nor planned goes.

    Raises:
        StorageError: the disk is full, or the place cannot be written.
    """
    discard_outdated(plan.folder, {wanted.target.parent for wanted, _ in plan.documents})
    for wanted, record in plan.documents:
        write_record(wanted.target.parent, record)


def write_left_out(plan: Plan) -> None:
    """Record of documents that are not taken why that is; last, as their item is set aside then.

    Raises:
        StorageError: the disk is full, or the place cannot be written.
    """
    for wanted, record in plan.left_out:
        passed = dataclasses.replace(record, state="skipped", reason=plan.remark)
        write_record(wanted.target.parent, passed)


def _targets(folder: Path, chosen: Sequence[ArchiveFile]) -> list[Path]:
    """Where the files of an item go: where they were before, else into folders of their own."""
    recorded = dict(recorded_places(folder))
    places: dict[int, Path] = {}
    # one that has its very bytes goes before one that only has its name
    for is_same in (_has_same_bytes, _has_same_name):
        for number, file in enumerate(chosen):
            found = (place for place, record in recorded.items() if is_same(file, record))
            place = None if number in places else next(found, None)
            if place is not None:
                places[number] = place / recorded.pop(place).file
    for number, file in enumerate(chosen):
        own = folder if len(chosen) == 1 else folder / _subfolder(file, number)
        places.setdefault(number, own / file.local_name)
    return [places[number] for number in range(len(chosen))]


def _has_same_bytes(file: ArchiveFile, record: Record) -> bool:
    return bool(record.file and file.md5) and record.md5 == file.md5


def _has_same_name(file: ArchiveFile, record: Record) -> bool:
    return record.file == file.local_name


def _subfolder(file: ArchiveFile, number: int) -> str:
    return f"{number + 1:03d} {Path(file.local_name).stem}"[:80].rstrip(" .")


def item_record(archive: Archive, item: Item) -> Record:
    """The record of an item of which no document is known."""
    return Record(
        identifier=item.identifier,
        title=item.title,
        creator=item.creator,
        year=item.year,
        language=item.language,
        pages=item.pages,
        collection=item.collection,
        rights=item.rights,
        source=archive.page_url(item.identifier),
    )


def _record(archive: Archive, item: Item, wanted: Wanted, date: str) -> Record:
    return dataclasses.replace(
        item_record(archive, item),
        date=date,
        file=wanted.target.name,
        md5=wanted.md5,
        size_bytes=wanted.size_bytes,
    )

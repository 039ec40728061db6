"""Before a byte is taken of an item: its files, their places and their records."""

import dataclasses
from pathlib import Path

from deepzine_gui.archive.choice import ArchiveFile, choose_files
from deepzine_gui.archive.connection import Archive
from deepzine_gui.archive.fetching import Wanted
from deepzine_gui.archive.finding import item_from
from deepzine_gui.archive.items import NO_PDF, Item, text_of
from deepzine_gui.archive.records import FILE_NAME, Record, write_record


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
    def size_bytes(self) -> int:
        """Of all documents to be taken together, as far as the archive tells."""
        return sum(wanted.size_bytes or 0 for wanted, _ in self.taken)


def plan_item(archive: Archive, item: Item, folder: Path) -> Plan:
    """Ask for an item's metadata and choose; a document of several gets a folder of its own.

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
    for number, file in enumerate(chosen):
        place = folder if len(chosen) == 1 else folder / _subfolder(file, number)
        url = archive.file_url(item.identifier, file.name)
        wanted = Wanted(url, place / file.local_name, file.size_bytes, file.md5)
        documents.append((wanted, _record(archive, item, wanted, date)))
    return Plan(folder, item, tuple(documents))


def write_plan(plan: Plan) -> None:
    """Record every document before the first is fetched, so that a rerun knows what is missing.

    Raises:
        StorageError: the disk is full, or the place cannot be written.
    """
    if len(plan.documents) > 1:
        # of an earlier try, when the item had no documents or one
        (plan.folder / FILE_NAME).unlink(missing_ok=True)
    for wanted, record in plan.documents:
        write_record(wanted.target.parent, record)


def _subfolder(file: ArchiveFile, number: int) -> str:
    return f"{number + 1:03d} {Path(file.local_name).stem}"[:80].rstrip(" .")


def _record(archive: Archive, item: Item, wanted: Wanted, date: str) -> Record:
    return Record(
        identifier=item.identifier,
        title=item.title,
        creator=item.creator,
        year=item.year,
        date=date,
        language=item.language,
        collection=item.collection,
        rights=item.rights,
        source=archive.page_url(item.identifier),
        file=wanted.target.name,
        md5=wanted.md5,
        size_bytes=wanted.size_bytes,
    )

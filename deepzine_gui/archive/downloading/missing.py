"""What is missing of items: their documents without those that are here, within a limit."""

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path

from deepzine_gui.archive.items import Item
from deepzine_gui.archive.queue.records import Brought, Record, brought_by, read_records

_NOTHING = Brought(0, 0)


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What the records of an item tell.

    Attributes:
        documents: how many it has.
        size_bytes: of all of them; None if that is not told of each.
        here: those that are in the project.
    """

    documents: int
    size_bytes: int | None
    here: Brought = _NOTHING

    def of(self, item: Item) -> Item:
        """The item with what is told of it."""
        told = dataclasses.replace(item, documents=self.documents)
        if self.size_bytes is None:
            return told
        return dataclasses.replace(told, size_bytes=self.size_bytes, is_weighed=True)


def told_by(folder: Path) -> dict[str, Told]:
    """What the records under a ``documents`` folder tell of each item; silent ones are left out."""
    by_item: dict[str, list[Record]] = {}
    for record in read_records(folder):
        by_item.setdefault(record.identifier, []).append(record)
    told = {name: _told(records, folder / name) for name, records in by_item.items()}
    return {name: one for name, one in told.items() if one is not None}


def missing_of(
    items: Iterable[Item], told: Mapping[str, Told], most: int | None
) -> tuple[list[Item], bool]:
    """The items with what is to be fetched of them alone; whether the limit cuts one in two.

    Of an item of which only a part is fetched the pages are not known, and its size is reckoned.

    Args:
        items: in the order in which they are taken.
        told: of some of them, by identifier.
        most: documents there may be in all, those that are here included; None: any number.
    """
    chosen = list(items)
    here = {
        item.identifier: told[item.identifier].here for item in chosen if item.identifier in told
    }
    room = None if most is None else max(0, most - sum(one.documents for one in here.values()))
    missing = []
    is_cut = False
    for item in chosen:
        left = _without(item, here.get(item.identifier, _NOTHING))
        count = left.documents if room is None else min(left.documents, room)
        if count <= 0:
            continue
        if room is not None:
            room -= count
        if count < left.documents:
            is_cut = True
            size = None if left.size_bytes is None else left.size_bytes * count // left.documents
            left = dataclasses.replace(left, documents=count, size_bytes=size, pages=None)
        missing.append(left)
    return missing, is_cut


def _without(item: Item, here: Brought) -> Item:
    if not here.documents:
        return item
    size = None if item.size_bytes is None else max(0, item.size_bytes - here.size_bytes)
    documents = item.documents - here.documents
    return dataclasses.replace(item, documents=documents, size_bytes=size, pages=None)


def _told(records: list[Record], folder: Path) -> Told | None:
    documents = [record for record in records if record.file]
    if not documents:
        # how many documents one passed over would have, its record does not tell
        skipped = (r.size_bytes for r in records if r.state == "skipped" and r.size_bytes)
        size = next(skipped, None)
        return None if size is None else Told(1, size)
    sizes = [record.size_bytes for record in documents if record.size_bytes is not None]
    total = sum(sizes) if len(sizes) == len(documents) else None
    return Told(len(documents), total, brought_by(folder))

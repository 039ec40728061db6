"""Search: what a collection holds, page by page, or one single item."""

import dataclasses
from collections.abc import Generator
from typing import Any

import requests

from deepzine_gui.archive.choice import choose_files, is_closed, is_pdf
from deepzine_gui.archive.connection import Archive
from deepzine_gui.archive.crew import Crew
from deepzine_gui.archive.events import ItemsFound
from deepzine_gui.archive.items import DARK, Item, is_identifier, item_of
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event, Finished, Notice, Progress

_REPEATS_LIMIT = 100
"""So many known items in a row, the archive's smallest page, mean that pages come again."""


def find(identifier: str) -> Generator[Event, None, None]:
    """See `deepzine_gui.archive.search`."""
    identifier = identifier.strip()
    if not is_identifier(identifier):
        raise ArchiveError(
            f"“{identifier}” is not the name of a collection or item: type the last part of its "
            "address on archive.org, such as MBLWHOI."
        )
    crew = Crew()
    with Archive(crew) as archive:
        search = _Search(archive, crew)
        yield from crew.run([lambda: search.run(identifier)], search.progress)
    yield search.progress()
    count = len(search.seen)
    yield Finished(f"{count} {'item' if count == 1 else 'items'} found in {identifier}.")


def item_from(identifier: str, metadata: dict[str, Any]) -> Item:
    """Make an item of a whole metadata answer, its size that of the documents to be taken.

    Raises:
        ArchiveError: there is no such item.
        ValueError, TypeError, AttributeError: the answer is not one about an item.
    """
    if not metadata:
        raise ArchiveError(f"There is no collection or item named {identifier} in the archive.")
    fields, files = metadata.get("metadata") or {}, metadata.get("files") or []
    is_dark = str(metadata.get("is_dark")).lower() == "true"
    if not fields and not is_dark:
        raise ValueError("metadata of no item")
    item = item_of({**fields, "identifier": identifier})
    if item is None:
        raise ArchiveError(f"“{identifier}” is not the name of an item.")
    chosen = choose_files(files)
    restricted = DARK if is_dark else item.restricted
    if not restricted and not chosen and any(is_pdf(file) and is_closed(file) for file in files):
        restricted = "The documents of this item are private or encrypted."
    sizes = [file.size_bytes for file in chosen if file.size_bytes is not None]
    return dataclasses.replace(
        item, size_bytes=sum(sizes) if sizes else None, restricted=restricted
    )


class _Search:
    """The work of one search, in a thread of its own."""

    def __init__(self, archive: Archive, crew: Crew) -> None:
        self._archive = archive
        self._crew = crew
        self.seen: set[str] = set()
        self._total: int | None = None

    def progress(self) -> Progress:
        return Progress(len(self.seen), self._total, "documents", "searching")

    def run(self, identifier: str) -> None:
        metadata = self._archive.metadata(identifier, is_patient=False)
        with self._archive.errors():
            item = item_from(identifier, metadata)
            kind = (metadata.get("metadata") or {}).get("mediatype")
        if kind == "collection" and not item.restricted:
            self._list_members(identifier)
        else:
            self._total = 1
            self._show([item])

    def _list_members(self, collection: str) -> None:
        found: list[Item] = []
        try:
            with self._archive.errors():
                self._page_through(collection, found)
        except ArchiveError as error:
            if not isinstance(error.__cause__, requests.ReadTimeout) or not self._total:
                raise
            # the library's word for "fewer items than announced"
            self._crew.emit(Notice("The list may be incomplete: search again later.", "warning"))
        self._total = self._total or 0
        if found or not self._total:
            self._show(found)

    def _page_through(self, collection: str, found: list[Item]) -> None:
        search = self._archive.members(collection)
        cursor, repeats = None, 0
        for number, result in enumerate(search):
            if number == 0:
                self._total = int(search.num_found or 0)
                cursor = search.params.get("cursor")
            if search.params.get("cursor") != cursor:
                cursor = search.params.get("cursor")
                self._show(found)
                found.clear()
            item = item_of(result)
            if item is None or item.identifier in self.seen:
                repeats += 1
                if repeats >= _REPEATS_LIMIT:
                    return
            else:
                repeats = 0
                self.seen.add(item.identifier)
                found.append(item)

    def _show(self, items: list[Item]) -> None:
        self.seen.update(item.identifier for item in items)
        self._crew.emit(ItemsFound(tuple(items), self._total or 0))
        self._crew.emit(self.progress())

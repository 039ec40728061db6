"""Search: what a collection or a query finds, page by page, or one single item."""

import dataclasses
from collections.abc import Generator
from typing import Any, Literal

from deepzine_gui.archive.connection.conversation import Archive
from deepzine_gui.archive.connection.crew import Crew
from deepzine_gui.archive.events import ItemsFound
from deepzine_gui.archive.items import CLOSED, DARK, NO_PDF, Item, item_of
from deepzine_gui.archive.scout.asked import Question, members_query, understand, words_query
from deepzine_gui.archive.scout.choice import choose_files, is_closed, is_pdf
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event, Finished, Notice, Progress

Order = Literal["downloads", "identifier"]
_SORTS: dict[Order, tuple[str, ...]] = {
    "downloads": ("downloads desc", "identifier asc"),
    "identifier": ("identifier asc",),
}


MOST_LISTED = 100_000
"""A longer list is cut: it would take hours, and nobody reads it."""

_COLLECTION = "collection"


class NoSuchItemError(ArchiveError):
    """The archive has nothing of this name."""


def find(text: str, *, order: Order = "downloads") -> Generator[Event, None, None]:
    """See `deepzine_gui.archive.search`."""
    question = understand(text)
    crew = Crew()
    with Archive(crew) as archive:
        search = _Search(archive, crew, _SORTS[order])
        yield from crew.run([lambda: search.run(question)], search.progress)
    yield search.progress()
    count = len(search.seen)
    where = f"in {search.collection}" if search.collection else f"for {text.strip()}"
    yield Finished(f"{count:,} {'item' if count == 1 else 'items'} found {where}.")


def item_from(identifier: str, metadata: dict[str, Any]) -> Item:
    """Make an item of a whole metadata answer, its size that of the documents to be taken.

    Raises:
        NoSuchItemError: there is no such item.
        ArchiveError: its name is none.
        ValueError, TypeError, AttributeError: the answer is not one about an item.
    """
    if not metadata:
        raise NoSuchItemError(f"There is no collection or item named {identifier} in the archive.")
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
        restricted = CLOSED
    sizes = [file.size_bytes for file in chosen if file.size_bytes is not None]
    return dataclasses.replace(
        item,
        size_bytes=sum(sizes) if sizes else None,
        restricted=restricted,
        is_weighed=len(sizes) == len(chosen),
        documents=max(1, len(chosen)),
    )


def weighed_item(identifier: str, metadata: dict[str, Any]) -> Item:
    """As `item_from`, for a look before a download: an item with nothing to take is closed.

    Raises: as `item_from`.
    """
    item = item_from(identifier, metadata)
    kind = (metadata.get("metadata") or {}).get("mediatype")
    if item.restricted or not item.is_weighed or item.size_bytes is not None or kind == _COLLECTION:
        return item
    return dataclasses.replace(item, restricted=NO_PDF)


class _Search:
    """The work of one search, in a thread of its own.

    Attributes:
        seen: the identifiers found so far.
        collection: whose members are listed; "" for one item or a query.
    """

    def __init__(self, archive: Archive, crew: Crew, sorts: tuple[str, ...]) -> None:
        self._archive = archive
        self._crew = crew
        self._sorts = sorts
        self._total: int | None = None
        self.seen: set[str] = set()
        self.collection = ""

    def progress(self) -> Progress:
        return Progress(len(self.seen), self._total, "documents", "searching")

    def run(self, question: Question) -> None:
        if question.identifier:
            self._look_up(question.identifier)
        else:
            self._list(question.query)

    def _look_up(self, identifier: str) -> None:
        """List a collection's members, show an item, or search for the word that is neither."""
        metadata = self._archive.metadata(identifier, is_patient=False)
        try:
            with self._archive.errors():
                item = weighed_item(identifier, metadata)
                kind = (metadata.get("metadata") or {}).get("mediatype")
        except NoSuchItemError:
            self._search_word(identifier)
            return
        if kind == _COLLECTION and not item.restricted:
            self.collection = identifier
            self._list(members_query(identifier))
        else:
            self._total = 1
            self._show([item])

    def _search_word(self, word: str) -> None:
        self._list(words_query(word))
        if not self.seen:
            raise ArchiveError(
                f"There is no collection or item named {word} in the archive, and no text is "
                "found by that word: check how it is written."
            )
        self._crew.emit(Notice(f"Nothing in the archive is named {word}: searched as a word."))

    def _list(self, query: str) -> None:
        cursor, cursors, is_first = "", {""}, True
        while is_first or (cursor and len(self.seen) < MOST_LISTED):
            page = self._archive.texts(
                query, sorts=self._sorts, cursor=cursor, is_patient=not is_first
            )
            with self._archive.errors():
                items = self._new_items(page["items"])
                self._total = int(page.get("total") or 0) if is_first else self._total
            if items or is_first:
                self._show(items)
            cursor, is_first = str(page.get("cursor") or ""), False
            if cursor in cursors and cursor:
                break
            cursors.add(cursor)
        self._tell_missing()

    def _tell_missing(self) -> None:
        """Say what was announced and is not listed."""
        count, total = len(self.seen), self._total or 0
        if MOST_LISTED <= count < total:
            told = (
                f"Only {count:,} of {total:,} items are listed: narrow the search for the others."
            )
            self._crew.emit(Notice(told, "warning"))
        elif count < total:
            told = (
                f"{count:,} of {total:,} items were listed: the archive left out the others; "
                "search again later."
            )
            self._crew.emit(Notice(told, "warning"))

    def _new_items(self, page: list[Any]) -> list[Item]:
        """The items of a page that were on none before it; what is no item is left out."""
        found = []
        for fields in page:
            item = item_of(fields)
            if item is not None and item.identifier not in self.seen:
                self.seen.add(item.identifier)
                found.append(item)
        return found

    def _show(self, items: list[Item]) -> None:
        self.seen.update(item.identifier for item in items)
        self._crew.emit(ItemsFound(tuple(items), self._total or 0))
        self._crew.emit(self.progress())

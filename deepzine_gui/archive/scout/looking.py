"""A closer look at single items: what they weigh, what they are about, how they look."""

import dataclasses
import html
import re
import time
from collections.abc import Generator

from deepzine_gui.archive.connection.conversation import Archive, UnreachableError
from deepzine_gui.archive.connection.crew import Crew
from deepzine_gui.archive.items import Item, text_of
from deepzine_gui.archive.scout.covers import Covers
from deepzine_gui.archive.scout.finding import weighed_item
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event

_LONGEST_DESCRIPTION = 4000
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h\d)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """The wish to look at an item; with `weigh_only` its cover is not wanted."""

    identifier: str
    weigh_only: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """What a look at one item has shown.

    Attributes:
        identifier: the item asked for.
        item: weighed; None if it cannot be looked at.
        description: plain text, paragraphs as lines; "" if there is none.
        date: as the archive writes it.
        subjects: in one line.
        page_url: address of the item's page, for a person.
        cover: a picture file; empty if there is none or it was not wanted.
        trouble: one sentence, where `item` is None.
        is_offline: there is no connection, so that asking for others is vain as well.
        is_whole: the cover was wanted too.
    """

    identifier: str
    item: Item | None = None
    description: str = ""
    date: str = ""
    subjects: str = ""
    page_url: str = ""
    cover: bytes = b""
    trouble: str = ""
    is_offline: bool = False
    is_whole: bool = False


class _Alone(Crew):
    """No crew at all: pauses are kept without a word, and a kill is the end."""

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def emit(self, event: Event) -> None:
        return


def look_closer() -> Generator[Seen | None, Look, None]:
    """See `deepzine_gui.archive.look_closer`."""
    covers = Covers()
    with Archive(_Alone()) as archive:
        seen: Seen | None = None
        while True:
            wish = yield seen
            seen = _look_at(archive, covers, wish.identifier, weigh_only=wish.weigh_only)


def plain_text(marked_up: str) -> str:
    """The words of a description in HTML, its paragraphs as lines."""
    lines = _TAG.sub("", _BREAK.sub("\n", marked_up)).splitlines()
    kept = (" ".join(html.unescape(line).split()) for line in lines)
    return "\n".join(filter(None, kept))[:_LONGEST_DESCRIPTION]


def weigh(archive: Archive, item: Item) -> Item:
    """The item with the exact size of its documents, or with the reason why it has none.

    Raises:
        UnreachableError: no connection to the archive.
        ArchiveError: there is no such item, or the answer cannot be used.
    """
    metadata = archive.metadata(item.identifier)
    with archive.errors():
        return completed(item, weighed_item(item.identifier, metadata))


def completed(item: Item, weighed: Item) -> Item:
    """A weighed item, with what only the search told of it."""
    return dataclasses.replace(
        weighed,
        pages=weighed.pages or item.pages,
        downloads=weighed.downloads if item.downloads is None else item.downloads,
        year=weighed.year or item.year,
        rights=weighed.rights or item.rights,
    )


def _look_at(archive: Archive, covers: Covers, identifier: str, *, weigh_only: bool) -> Seen:
    page_url = archive.page_url(identifier)
    try:
        metadata = archive.metadata(identifier, is_patient=False)
        with archive.errors():
            item = weighed_item(identifier, metadata)
            fields = metadata.get("metadata") or {}
            described = fields.get("description") or ""
            lines = described if isinstance(described, list) else [described]
            description = "\n".join(plain_text(str(line)) for line in lines)
            seen = Seen(
                identifier,
                item,
                description[:_LONGEST_DESCRIPTION],
                text_of(fields.get("date")),
                text_of(fields.get("subject")),
                page_url,
            )
    except ArchiveError as error:
        is_offline = isinstance(error, UnreachableError)
        return Seen(
            identifier,
            page_url=page_url,
            trouble=str(error),
            is_offline=is_offline,
            is_whole=not weigh_only,
        )
    if weigh_only:
        return seen
    return dataclasses.replace(seen, cover=_cover(archive, covers, identifier), is_whole=True)


def _cover(archive: Archive, covers: Covers, identifier: str) -> bytes:
    """The cover, fetched once; a page without one is no fault."""
    kept = covers.get(identifier)
    if kept is not None:
        return kept
    try:
        cover = archive.cover(identifier)
    except ArchiveError:
        return b""
    covers.put(identifier, cover)
    return cover

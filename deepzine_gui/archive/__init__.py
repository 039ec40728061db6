"""Search a collection of the Internet Archive and download its documents."""

from collections.abc import Generator, Sequence
from pathlib import Path

from deepzine_gui.archive.events import DocumentChanged, ItemsFound
from deepzine_gui.archive.items import Item
from deepzine_gui.archive.records import Record, read_records, record_of
from deepzine_gui.progress import Event

__all__ = [
    "DocumentChanged",
    "Item",
    "ItemsFound",
    "Record",
    "collect",
    "download",
    "read_records",
    "record_of",
    "search",
]


def search(identifier: str) -> Generator[Event, None, None]:
    """List what a collection holds, or one single item.

    Args:
        identifier: name of a collection or an item, such as ``MBLWHOI``.

    Yields:
        `ItemsFound` a page of results, `Progress` in ``documents``, `Notice`, last `Finished`.

    Raises:
        ArchiveError: nothing has this name, or the archive cannot be reached or understood.
    """
    from deepzine_gui.archive.finding import find

    yield from find(identifier)


def download(
    items: Sequence[Item], folder: Path, *, max_bytes: int | None = None
) -> Generator[Event, None, None]:
    """Download the documents of `items` into ``folder/<item>/``, each with a ``record.json``.

    What is already whole is not asked for again; what was begun goes on where it stopped. An item
    that fails costs nothing but itself. Closing the generator keeps every finished document and,
    of the others, a ``.part`` to go on from.

    Args:
        items: what to take, in this order; doubles count once.
        folder: the ``documents`` folder of a project; made where missing.
        max_bytes: all documents of `items` together stay within this, those that are finished
            already included; the first that does not fit ends the taking.

    Yields:
        `DocumentChanged`, `Progress` in ``bytes`` (its total an estimate until all sizes are
        known), `Notice`, last `Finished` with `folder`.

    Raises:
        ArchiveError: the archive cannot be reached.
        StorageError: the disk is full, or `folder` cannot be written.
    """
    from deepzine_gui.archive.downloading import take

    yield from take(items, folder, max_bytes=max_bytes)


def collect(
    identifier: str, folder: Path, *, limit: int | None = None
) -> Generator[Event, None, None]:
    """Search `identifier`, then download the first `limit` documents (None: all).

    They are those of the first `limit` items that may be taken; an item can hold several
    documents, and then fewer items are taken, the last perhaps in part.

    Yields and raises as `search` and `download`; there is one `Finished`.
    """
    from deepzine_gui.archive.collecting import search_and_take

    yield from search_and_take(identifier, folder, limit=limit)

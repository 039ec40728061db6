"""Search the Internet Archive, and download the documents of its items."""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deepzine_gui.archive.choosing.costs import Planned
from deepzine_gui.archive.events import DocumentChanged, DocumentsWaiting, ItemsFound
from deepzine_gui.archive.items import Item
from deepzine_gui.archive.queue.queue import MOST_PARALLEL, Entry, Queue, Queued
from deepzine_gui.archive.queue.records import Brought, Record, read_records, record_of
from deepzine_gui.progress import Event

if TYPE_CHECKING:
    from deepzine_gui.archive.choosing.wishes import Wish
    from deepzine_gui.archive.identity.keys import Account
    from deepzine_gui.archive.scout.looking import Look, Seen

__all__ = [
    "MOST_PARALLEL",
    "Brought",
    "DocumentChanged",
    "DocumentsWaiting",
    "Entry",
    "Item",
    "ItemsFound",
    "Planned",
    "Queue",
    "Queued",
    "Record",
    "account",
    "collect",
    "contact",
    "download",
    "download_queue",
    "keep_contact",
    "look_closer",
    "read_records",
    "record_of",
    "search",
    "sign_in",
    "sign_out",
]


def search(text: str) -> Generator[Event, None, None]:
    """List what a collection holds, what a query finds, or one single item; texts only.

    Args:
        text: name of a collection or an item, such as ``MBLWHOI``; an address of archive.org, of
            an item's page or a search; or words, which may be of the archive's query language.
            One word that is no name is searched for as a word.

    Yields:
        `ItemsFound` a page of results, the most downloaded first, `Progress` in ``documents``,
        `Notice`, last `Finished`.

    Raises:
        ArchiveError: nothing is found by this name, the address is none of the archive's, or it
            cannot be reached or understood.
    """
    from deepzine_gui.archive.scout.finding import find

    yield from find(text)


def look_closer() -> "Generator[Seen | None, Look, None]":
    """Answer each `looking.Look` sent with a `looking.Seen`; the first answer is None.

    Metadata is asked for at most once a second. Nothing is raised for one item's sake.

    Raises:
        ArchiveError: the settings of the archive's library cannot be read.
    """
    from deepzine_gui.archive.scout.looking import look_closer

    yield from look_closer()


def download(
    items: Sequence[Item], folder: Path, *, max_bytes: int | None = None, parallel: int = 2
) -> Generator[Event, None, None]:
    """Download the documents of `items` into ``folder/<item>/``, each with a ``record.json``.

    What is already whole is not asked for again; what was begun goes on where it stopped. An item
    that fails costs nothing but itself. A lost connection is waited out, for a day at most. Closing
    the generator keeps every finished document and, of the others, a ``.part`` to go on from.

    Args:
        items: what to take, in this order; doubles count once.
        folder: the ``documents`` folder of a project; made where missing.
        max_bytes: all documents of `items` together stay within this, those that are finished
            already included; what does not fit is passed over.
        parallel: transfers at once, 1 … `MOST_PARALLEL`.

    Yields:
        `DocumentsWaiting`, `DocumentChanged`, `Progress` in ``bytes`` (its total an estimate until
        all sizes are known), `Notice`, last `Finished` with `folder`.

    Raises:
        ArchiveError: the archive stays out of reach, or another process downloads into `folder`.
        StorageError: the disk is full, or `folder` cannot be written.
    """
    from deepzine_gui.archive.choosing.rates import timed
    from deepzine_gui.archive.downloading.download import take

    yield from timed(take(items, folder, max_bytes=max_bytes, parallel=parallel))


def download_queue(folder: Path) -> Generator[Event, None, None]:
    """Download what waits in the project's `Queue`, following what is changed in it meanwhile.

    Items that failed or were passed over before are left alone until `Queue.retry`. One that is
    removed amid its download is broken off. Otherwise as `download`.
    """
    from deepzine_gui.archive.choosing.rates import timed
    from deepzine_gui.archive.downloading.download import take_queued

    yield from timed(take_queued(folder))


def collect(
    text: str, folder: Path, *, wish: "Wish", parallel: int = 2
) -> Generator[Event, None, None]:
    """Search for `text` as `search` does, and download what `wish` says of it.

    Some items are weighed first where their size matters: for a plan, under a limit of bytes, or if
    all might not fit the disk. `Planned` tells what it will come to before the first document.

    Yields and raises as `search` and `download`; there is one `Finished`.

    Raises:
        StorageError: also when it does not fit the disk; nothing is taken then.
        ArchiveError: also when it is very much and the wish sets no limit at all.
    """
    from deepzine_gui.archive.collecting import search_and_take

    yield from search_and_take(text, folder, wish, parallel=parallel)


def account() -> "Account | None":
    """Who is signed in at the archive, if anybody; no keyring is asked."""
    from deepzine_gui.archive.identity.hosts import archive_host
    from deepzine_gui.archive.identity.keys import account_at

    return account_at(archive_host())


def sign_in(email: str, password: str) -> Generator[Event, None, None]:
    """Exchange an e-mail address and a password for keys, and keep those.

    They lie in the system's keyring where there is one, else in a file only the person can read.
    The password is kept nowhere.

    Yields:
        `Progress`, last `Finished`.

    Raises:
        ArchiveError: the archive cannot be reached, or does not know the pair.
        StorageError: the folder of settings cannot be written.
    """
    from deepzine_gui.archive.signing import sign_in_at

    yield from sign_in_at(email, password)


def contact() -> str:
    """How the archive can reach the person, as it is told with every request; "" if it is not."""
    from deepzine_gui.archive.identity.contacts import contact

    return contact()


def keep_contact(told: str) -> str:
    """Tell the archive this contact from now on, "" for none; return it as it will be read.

    Raises:
        StorageError: the folder of settings cannot be written.
    """
    from deepzine_gui.archive.identity.contacts import keep_contact

    return keep_contact(told)


def sign_out() -> None:
    """Forget the keys.

    Raises:
        StorageError: the folder of settings cannot be written.
    """
    from deepzine_gui.archive.identity.keys import forget_keys

    forget_keys()

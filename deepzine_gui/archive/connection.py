"""One job's conversation with the archive, through the `internetarchive` library."""

import configparser
import contextlib
import logging
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import internetarchive
import requests
from internetarchive.search import Search

import deepzine_gui
from deepzine_gui.archive.crew import Crew
from deepzine_gui.archive.items import FIELDS
from deepzine_gui.archive.manners import Manners
from deepzine_gui.archive.sockets import Busy, PoliteAdapter, Sockets
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Notice

HOST_VARIABLE = "DEEPZINE_ARCHIVE_HOST"
CONTACT_VARIABLE = "DEEPZINE_CONTACT"

TIMEOUTS_S = (10.0, 60.0)
"""For connecting, and for each silence within an answer."""

RETRY_DELAYS_S = (1.0, 4.0, 10.0)
"""Waits before an exchange that broke is tried again."""

_PUBLIC_HOST = "archive.org"
_ITEMS_A_PAGE = 500

_ODD_ANSWERS = (requests.RequestException, ValueError, LookupError, TypeError, AttributeError)

# a record without a handler would be printed into the person's terminal
logging.getLogger("internetarchive").addHandler(logging.NullHandler())


class UnreachableError(ArchiveError):
    """There is no connection to the archive, so that asking for other items is vain as well."""


class Archive:
    """The archive as one job sees it; use as a context manager.

    Attributes:
        name: what to call it in sentences.
        address: scheme and host, without a slash at the end.
    """

    def __init__(self, crew: Crew) -> None:
        host = os.environ.get(HOST_VARIABLE, "").strip() or _PUBLIC_HOST
        is_public = host == _PUBLIC_HOST
        self.name = "The Internet Archive" if is_public else f"The archive at {host}"
        self.address = f"{'https' if is_public else 'http'}://{host}"
        self._crew = crew
        self._sockets = Sockets()
        self._manners = Manners(sleep=crew.sleep, on_pause=self._say_pause)
        self._session = _library_session(secure=is_public)
        self._session.host = host
        if not is_public:
            # keys are for the Internet Archive alone
            self._session.access_key = self._session.secret_key = ""
        self._prepare(self._session)
        crew.interrupt = self._sockets.cut_all

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def metadata(self, identifier: str, *, is_patient: bool = True) -> dict[str, Any]:
        """What the metadata service knows of an item; empty if there is none. For any thread.

        Args:
            identifier: the item.
            is_patient: try several times before giving up.

        Raises:
            UnreachableError: no connection to the archive.
            ArchiveError: its answer cannot be used.
        """
        with self._manners.metadata_turn(), self.errors():
            for delay_s in RETRY_DELAYS_S if is_patient else ():
                with contextlib.suppress(
                    requests.ConnectionError, requests.Timeout, requests.HTTPError
                ):
                    return self._ask_metadata(identifier)
                self._crew.sleep(delay_s)
            return self._ask_metadata(identifier)

    def members(self, collection: str) -> Search:
        """The library's search for the texts of a collection, most downloaded first."""
        return self._session.search_items(
            f"collection:{collection} AND mediatype:texts",
            fields=list(FIELDS),
            sorts=["downloads desc", "identifier asc"],
            params={"count": _ITEMS_A_PAGE},
            request_kwargs={"timeout": TIMEOUTS_S},
            max_retries=0,
        )

    def transfers(self) -> requests.Session:
        """A new session to stream public files with, without keys, for one thread to close."""
        session = requests.Session()
        self._prepare(session)
        return session

    def file_url(self, identifier: str, name: str) -> str:
        """Address of a file of an item."""
        return f"{self.address}/download/{quote(identifier)}/{quote(name)}"

    def page_url(self, identifier: str) -> str:
        """Address of an item's page, for a person."""
        return f"{self.address}/details/{quote(identifier)}"

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what the libraries raise into one `ArchiveError`."""
        try:
            yield
        except (requests.ConnectionError, requests.Timeout) as error:
            raise UnreachableError(
                f"{self.name} cannot be reached: check the network connection and try again."
            ) from error
        except (requests.HTTPError, Busy) as error:
            raise ArchiveError(
                f"{self.name} is out of order or too busy: try again later."
            ) from error
        except _ODD_ANSWERS as error:
            raise ArchiveError(
                f"{self.name} gave an answer that cannot be understood: try again later."
            ) from error

    def _ask_metadata(self, identifier: str) -> dict[str, Any]:
        answer = self._session.get_metadata(identifier, {"timeout": TIMEOUTS_S})
        if not isinstance(answer, dict):
            raise ValueError("metadata is not an object")
        return answer

    def _prepare(self, session: requests.Session) -> None:
        session.headers.update({"User-Agent": _user_agent(), "Accept-Encoding": "identity"})
        adapter = PoliteAdapter(self._manners, self._sockets)
        # the longest prefix wins over what the library mounts for itself with every search
        for prefix in ("http://", "https://", f"{self.address}/"):
            session.mount(prefix, adapter)

    def _say_pause(self, seconds: float) -> None:
        self._crew.emit(Notice(f"{self.name} asks for a pause of {seconds:.0f} s."))


def _library_session(*, secure: bool) -> internetarchive.ArchiveSession:
    try:
        return internetarchive.get_session(config={"general": {"secure": secure}})
    except (ValueError, configparser.Error, OSError) as error:
        raise ArchiveError(
            "The settings of the internetarchive library cannot be read: mend its ia.ini, or set "
            "both IA_ACCESS_KEY_ID and IA_SECRET_ACCESS_KEY."
        ) from error


def _user_agent() -> str:
    """Our own, because the library's tells the access key to everyone."""
    contact = os.environ.get(CONTACT_VARIABLE, "").strip() or "see the README of DeepZine"
    library = f"internetarchive/{internetarchive.__version__}"
    return f"{library} DeepZine/{deepzine_gui.__version__} (contact: {contact})"

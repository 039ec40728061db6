"""One job's conversation with the archive, through the `internetarchive` library."""

import contextlib
import logging
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import requests
import urllib3

from deepzine_gui.archive.connection.crew import Crew
from deepzine_gui.archive.connection.manners import Manners
from deepzine_gui.archive.connection.sessions import ArchiveSession
from deepzine_gui.archive.connection.sockets import Busy, PoliteAdapter, Sockets
from deepzine_gui.archive.identity.hosts import PUBLIC_HOST, archive_host
from deepzine_gui.archive.identity.keys import Keys
from deepzine_gui.archive.items import FIELDS, text_of
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Notice

TIMEOUTS_S = (10.0, 60.0)
"""For connecting, and for each silence within an answer."""

RETRY_DELAYS_S = (1.0, 4.0, 10.0)
"""Waits before an exchange that broke is tried again."""

_REFUSALS = {
    "account_not_found": "The archive knows no account of this e-mail address: check it.",
    "account_bad_password": "The password is not that of this account: try again.",
    "account_locked": "The archive has locked this account: see to it on archive.org.",
}
_ITEMS_A_PAGE = 500

_LARGEST_COVER_BYTES = 300_000

_PASSING = (
    requests.ConnectionError,
    requests.Timeout,
    requests.HTTPError,
    requests.exceptions.ChunkedEncodingError,
    ValueError,
)
"""What may be over at the next try; the last is an answer that is no JSON."""

_ODD_ANSWERS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)

# a record without a handler would be printed into the person's terminal
logging.getLogger("internetarchive").addHandler(logging.NullHandler())


class UnreachableError(ArchiveError):
    """There is no connection to the archive, so that asking for other items is vain as well."""


class Archive:
    """The archive as one job sees it; use as a context manager.

    Args:
        crew: the threads of the job; it stops them, and hears what is to be said.
        waits_offline: a lost connection is waited out, not an error.

    Attributes:
        host: its name, with the port if it is not the usual one.
        name: what to call it in sentences.
        address: scheme and host, without a slash at the end.
    """

    def __init__(self, crew: Crew, *, waits_offline: bool = False) -> None:
        host = archive_host()
        is_public = host == PUBLIC_HOST
        self.name = "The Internet Archive" if is_public else f"The archive at {host}"
        self.address = f"{'https' if is_public else 'http'}://{host}"
        self._metadata_address = f"{self.address}/metadata/"
        self._crew = crew
        self._sockets = Sockets()
        self._waits_offline = waits_offline
        self._manners = Manners(
            sleep=crew.sleep, on_pause=self._say_pause, on_offline=self._say_offline
        )
        self.host = host
        self._session = self.transfers()
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
        address = f"{self._metadata_address}{quote(identifier)}"
        return self._ask("GET", address, {}, is_patient=is_patient)

    def texts(
        self, query: str, *, sorts: Sequence[str], cursor: str = "", is_patient: bool = True
    ) -> dict[str, Any]:
        """One page of a search for texts: ``items``, ``total``, and a ``cursor`` if more follow.

        Args:
            query: in the archive's query language.
            sorts: such as ``downloads desc``; ``identifier asc`` has to be the last.
            cursor: of the page before; "" for the first.
            is_patient: try several times before giving up.

        Raises:
            UnreachableError: no connection to the archive.
            ArchiveError: its answer cannot be used, or it refuses the query.
        """
        asked = {
            "q": f"({query}) AND mediatype:texts",
            "fields": ",".join(FIELDS),
            "sorts": ",".join(sorts),
            "count": str(_ITEMS_A_PAGE),
        }
        if cursor:
            asked["cursor"] = cursor
        address = f"{self.address}/services/search/v1/scrape"
        answer = self._ask("POST", address, asked, is_patient=is_patient)
        if error := answer.get("error"):
            raise ArchiveError(f"{self.name} refuses this search: {text_of(error).rstrip('.')}.")
        with self.errors():
            if not isinstance(answer["items"], list) or int(answer.get("total") or 0) < 0:
                raise ValueError("a page of no search")
        return answer

    def transfers(self) -> requests.Session:
        """A new session to stream files with, for one thread to close.

        Raises:
            ArchiveError: the settings of the library cannot be read.
        """
        session = ArchiveSession(self.host)
        usual, for_metadata = (
            PoliteAdapter(
                self._manners,
                self._sockets,
                home=self.address,
                waits_offline=self._waits_offline,
                wait=wait,
            )
            for wait in (self._manners.wait, self._manners.wait_for_metadata)
        )
        # the longest prefix wins over what the library mounts for itself
        for prefix in ("http://", "https://", f"{self.address}/"):
            session.mount(prefix, usual)
        session.mount(self._metadata_address, for_metadata)
        return session

    def login(self, email: str, password: str) -> Keys:
        """Exchange an e-mail address and a password for keys.

        Raises:
            UnreachableError: no connection to the archive.
            ArchiveError: it does not know the pair, or its answer cannot be used.
        """
        with self.errors():
            # a redirect could carry the password anywhere
            response = self._session.post(
                f"{self.address}/services/xauthn/",
                params={"op": "login"},
                data={"email": email, "password": password},
                timeout=TIMEOUTS_S,
                allow_redirects=False,
            )
            answer = response.json()
            values = answer.get("values") or {}
            if answer.get("success"):
                return Keys(str(values["s3"]["access"]), str(values["s3"]["secret"]))
            reason = text_of(values.get("reason") or answer.get("error"))
        raise ArchiveError(
            _REFUSALS.get(reason, f"{self.name} does not let you sign in ({reason}).")
        )

    def file_url(self, identifier: str, name: str) -> str:
        """Address of a file of an item."""
        return f"{self.address}/download/{quote(identifier)}/{quote(name)}"

    def cover(self, identifier: str) -> bytes:
        """The small picture of an item's cover, as a file; empty where it has none.

        Raises:
            UnreachableError: no connection to the archive.
            ArchiveError: it cannot be had, or not wholly.
        """
        address = f"{self.address}/services/img/{quote(identifier)}"
        with self.errors():
            response = self._session.get(address, timeout=TIMEOUTS_S, stream=True)
            with contextlib.closing(response):
                if response.status_code in (401, 403, 404):
                    return b""
                response.raise_for_status()
                picture: bytes = response.raw.read(_LARGEST_COVER_BYTES + 1)
                if len(picture) > _LARGEST_COVER_BYTES:
                    return b""
                if response.raw.length_remaining:
                    raise requests.exceptions.ChunkedEncodingError("the picture was cut")
        return picture

    @property
    def is_offline(self) -> bool:
        """Whether there was no connection when it was last looked for."""
        return self._manners.is_offline

    @property
    def waits_for(self) -> str:
        """What every request waits for at present, in a few words, or ""."""
        return self._manners.waits_for

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

    def _ask(
        self, method: str, address: str, asked: dict[str, str], *, is_patient: bool
    ) -> dict[str, Any]:
        """Ask a service for a JSON object, again and again if patient."""
        with self.errors():
            for delay_s in RETRY_DELAYS_S if is_patient else ():
                with contextlib.suppress(*_PASSING):
                    return self._ask_once(method, address, asked)
                self._crew.sleep(delay_s)
            return self._ask_once(method, address, asked)

    def _ask_once(self, method: str, address: str, asked: dict[str, str]) -> dict[str, Any]:
        response = self._session.request(method, address, params=asked, timeout=TIMEOUTS_S)
        if response.status_code in (401, 403):
            raise ArchiveError(
                f"{self.name} does not answer this to everyone ({response.status_code})."
            )
        if response.status_code == 404:
            raise ArchiveError(f"{self.name} has nothing at {address} (404).")
        if response.status_code != 400:
            # 400 comes with a JSON object that says what is wrong
            response.raise_for_status()
        answer = response.json()
        if not isinstance(answer, dict):
            raise ValueError("the answer is not an object")
        return answer

    def _say_pause(self, seconds: float) -> None:
        self._crew.emit(Notice(f"{self.name} asks for a pause of {seconds:.0f} s."))

    def _say_offline(self, is_offline: bool) -> None:
        if is_offline:
            self._crew.emit(
                Notice(
                    f"{self.name} cannot be reached: the download waits for the connection and "
                    "goes on by itself."
                )
            )
        else:
            self._crew.emit(Notice(f"{self.name} can be reached again: the download goes on."))

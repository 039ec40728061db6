"""The library's session, with our own name, and with keys that only the archive itself is shown."""

import configparser
from typing import Any
from urllib.parse import urlsplit

import internetarchive
import requests
from internetarchive.auth import S3Auth

import deepzine_gui
from deepzine_gui.archive.identity.contacts import contact
from deepzine_gui.archive.identity.hosts import PUBLIC_HOST
from deepzine_gui.archive.identity.keys import Keys, keys_for
from deepzine_gui.errors import ArchiveError


class ArchiveSession(internetarchive.ArchiveSession):
    """A session with the archive at `host`; `requests` of it carry keys where there are some.

    The public archive is shown keys over TLS only, and its own servers alone, also after redirects;
    another host is shown only the keys it gave itself.

    Raises:
        ArchiveError: the library's own settings cannot be read.
    """

    def __init__(self, host: str) -> None:
        is_public = host == PUBLIC_HOST
        try:
            super().__init__(config={"general": {"secure": is_public}})
        except (ValueError, configparser.Error, OSError) as error:
            raise ArchiveError(
                "The settings of the internetarchive library cannot be read: mend its ia.ini, or "
                "set both IA_ACCESS_KEY_ID and IA_SECRET_ACCESS_KEY."
            ) from error
        self.host = host
        self._is_public = is_public
        self.auth = self._show_keys
        self._keys = keys_for(host) or self._library_keys()
        # the library would tell the access key to everyone in its own
        self.access_key = self.secret_key = ""
        self.headers.update({"User-Agent": _user_agent(), "Accept-Encoding": "identity"})

    def rebuild_auth(self, prepared_request: Any, response: Any) -> None:
        """Take the keys out of a request that was sent elsewhere."""
        prepared_request.headers.pop("Authorization", None)
        self._show_keys(prepared_request)

    def _library_keys(self) -> Keys | None:
        """The keys of the library's ``ia.ini`` or environment, for the public archive."""
        if self._is_public and self.access_key and self.secret_key:
            return Keys(self.access_key, self.secret_key)
        return None

    def _show_keys(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._keys is not None and self._is_home(request.url or ""):
            S3Auth(self._keys.access, self._keys.secret)(request)
        return request

    def _is_home(self, url: str) -> bool:
        address = urlsplit(url)
        if not self._is_public:
            return address.netloc == self.host
        name = address.hostname or ""
        is_ours = name == PUBLIC_HOST or name.endswith(f".{PUBLIC_HOST}")
        return is_ours and address.scheme == "https"


def _user_agent() -> str:
    """Our own, because the library's tells the access key to everyone.

    The contact is what the person has set to be reached by, and nothing else they have told.
    """
    names = f"internetarchive/{internetarchive.__version__} DeepZine/{deepzine_gui.__version__}"
    told = contact()
    return f"{names} (contact: {told})" if told else names

"""Network connections another thread can cut, so that a stop need not wait for a silent server."""

import contextlib
import socket
import threading
import weakref
from collections.abc import Callable
from typing import Any

from requests import (
    ConnectionError as ConnectionFailed,
)
from requests import (
    PreparedRequest,
    Request,
    RequestException,
    Response,
)
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import ProxyManager

from deepzine_gui.archive.connection.manners import Manners, jittered, retry_after_s

_BUSY = (429, 503)
PAUSES_S = (5.0, 15.0, 45.0, 120.0)
"""Pauses after 429 or 503, where the archive does not say how long; each varied a little."""


class Busy(RequestException):
    """The archive kept asking for patience (429 or 503)."""


class Sockets:
    """The open sockets of a job."""

    def __init__(self) -> None:
        self._open: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._is_cut = False

    def add(self, opened: socket.socket) -> None:
        """Keep an opened socket in mind; cut it at once if the job is over."""
        with self._lock:
            self._open.add(opened)
            if self._is_cut:
                _cut(opened)

    def cut_all(self) -> None:
        """End every exchange, now and later; threads that wait for an answer get an error."""
        with self._lock:
            self._is_cut = True
            for opened in self._open:
                _cut(opened)


def _cut(opened: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # TLS sockets would first drop their state, under the feet of the reading thread
        socket.socket.shutdown(opened, socket.SHUT_RDWR)


class PoliteAdapter(HTTPAdapter):
    """Carries requests of one job: waits in pauses, repeats what was answered with 429 or 503.

    Where it `waits_offline`, a lost connection is waited out as well: it is lost when the
    archive's own address cannot be reached either. A single server of the archive that is down is
    an error of the request.

    Args:
        home: the archive's own address.
        wait: of `manners`, before each request; how, is a matter of what is asked for.

    Raises:
        Busy: from `send`, when several pauses did not help.
    """

    def __init__(
        self,
        manners: Manners,
        sockets: Sockets,
        *,
        home: str,
        waits_offline: bool,
        wait: Callable[[], None],
    ) -> None:
        self._manners = manners
        self._wait = wait
        self._sockets = sockets
        self._home = home
        self._waits_offline = waits_offline
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of connections, each of which reports its socket."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _watched_pools(self._sockets)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Make the pools of connections through a web proxy, which report theirs as well."""
        manager = super().proxy_manager_for(*args, **kwargs)
        if type(manager) is ProxyManager:
            manager.pool_classes_by_scheme = _watched_pools(self._sockets)
        return manager

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send a request as `HTTPAdapter` does, as often as the archive wishes it repeated."""
        for pause_s in (*PAUSES_S, PAUSES_S[-1]):
            response = self._exchange(request, *args, **kwargs)
            if response.status_code not in _BUSY:
                return response
            asked_s = retry_after_s(response.headers)
            response.close()
            self._manners.pause(jittered(pause_s) if asked_s is None else asked_s)
        raise Busy("still busy after several pauses")

    def _exchange(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send a request once, when no pause is in force and the archive can be reached."""
        while True:
            self._wait()
            try:
                response = super().send(request, *args, **kwargs)
            except ConnectionFailed:
                if not self._waits_offline or self._is_home_reached(**kwargs):
                    raise
                if not self._manners.lost():
                    raise
            else:
                self._manners.reached()
                return response

    def _is_home_reached(self, **kwargs: Any) -> bool:
        """Whether the archive's own address answers, whatever it says."""
        self._manners.wait()
        try:
            super().send(Request("HEAD", f"{self._home}/").prepare(), **kwargs).close()
        except ConnectionFailed:
            return False
        except RequestException:
            return True
        return True


def _watched_pools(sockets: Sockets) -> dict[str, Any]:
    class Watched(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    class WatchedTLS(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    class Pool(HTTPConnectionPool):
        ConnectionCls = Watched

    class PoolTLS(HTTPSConnectionPool):
        ConnectionCls = WatchedTLS

    return {"http": Pool, "https": PoolTLS}

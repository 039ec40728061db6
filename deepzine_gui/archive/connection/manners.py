"""Good manners towards the archive: pauses it asks for, and patience while it is out of reach."""

import contextlib
import email.utils
import random
import threading
import time
from collections.abc import Callable, Mapping

from deepzine_gui.archive.connection.pace import Pace
from deepzine_gui.archive.connection.pause import Pause

METADATA_INTERVAL_S = 1.0
"""The least time between two requests for metadata, whichever program of ours makes them."""

OFFLINE_DELAYS_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Waits between looking whether the connection is back; the last again and again."""

OFFLINE_LIMIT_S = 24 * 3600.0
"""A connection that stays away for so long is given up."""

SHORTEST_PAUSE_S = 1.0
"""No pause is shorter, even where the archive asks for none."""

_LONGEST_PAUSE_S = 3600.0
_LOOK_UP_S = 0.5
_JITTER = 0.25


class Manners:
    """What all threads of a job keep to together; pauses and pace, all our programs do.

    Args:
        sleep: waits so many seconds, or raises to end the job.
        on_pause: told the seconds of each new pause.
        on_offline: told when the connection is lost (True) and when it is back (False).
    """

    def __init__(
        self,
        *,
        sleep: Callable[[float], None],
        on_pause: Callable[[float], None],
        on_offline: Callable[[bool], None],
    ) -> None:
        self._sleep = sleep
        self._on_pause = on_pause
        self._on_offline = on_offline
        self._pause = Pause()
        self._offline_since: float | None = None
        self._next_look = 0.0
        self._looks = 0
        self._changing = threading.Lock()
        self._metadata = threading.Lock()
        self._pace = Pace(sleep)

    @property
    def is_offline(self) -> bool:
        """Whether the connection is lost."""
        return self._offline_since is not None

    @property
    def waits_for(self) -> str:
        """What every thread waits for at present, in a few words, or ""."""
        if self.is_offline:
            return "no connection, waiting for it"
        return "the archive asked for a pause" if self._pause.left_s() else ""

    def wait(self) -> None:
        """Wait until no pause is in force and it is time to try the connection."""
        self._sleep(0)
        while left := self._left_s():
            # in short steps, as the connection may be back before
            self._sleep(min(left, _LOOK_UP_S))

    def pause(self, seconds: float) -> None:
        """Let everyone wait before the next request; a second at least, at most an hour."""
        seconds = min(max(seconds, SHORTEST_PAUSE_S), _LONGEST_PAUSE_S)
        if self._pause.begin(seconds):
            self._on_pause(seconds)

    def lost(self) -> bool:
        """Let every thread wait for the connection; False once that has lasted too long."""
        now = time.monotonic()
        with self._changing:
            is_new = self._offline_since is None
            since = now if self._offline_since is None else self._offline_since
            self._offline_since = since
            if now >= self._next_look:
                delay_s = OFFLINE_DELAYS_S[min(self._looks, len(OFFLINE_DELAYS_S) - 1)]
                self._next_look = now + jittered(delay_s)
                self._looks += 1
        if is_new:
            self._on_offline(True)
        return now - since < OFFLINE_LIMIT_S

    def reached(self) -> None:
        """Note that the archive has answered."""
        with self._changing:
            was_offline = self._offline_since is not None
            self._offline_since = None
            self._next_look, self._looks = 0.0, 0
        if was_offline:
            self._on_offline(False)

    def wait_for_metadata(self) -> None:
        """As `wait`, and until the last request for metadata is long enough ago.

        The turn is taken last: one taken before a pause would be over when the pause is.
        """
        with self._metadata:
            while True:
                self.wait()
                self._pace.take_turn(METADATA_INTERVAL_S)
                if not self._left_s():
                    return

    def _left_s(self) -> float:
        """Seconds for which nothing is to be asked for."""
        return max(self._pause.left_s(), self._next_look - time.monotonic(), 0.0)


def jittered(seconds: float) -> float:
    """Vary a wait by a quarter, so that programs sent away together do not come back so."""
    return seconds * random.uniform(1 - _JITTER, 1 + _JITTER)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds of a ``Retry-After`` header, a number or a date (RFC 9110, 10.2.3), or None."""
    text = headers.get("Retry-After", "").strip()
    with contextlib.suppress(ValueError):
        seconds = float(text)
        return seconds if 0 <= seconds < float("inf") else None
    with contextlib.suppress(ValueError, TypeError):
        date = email.utils.parsedate_to_datetime(text)
        return max(0.0, date.timestamp() - time.time())
    return None

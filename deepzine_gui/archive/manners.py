"""Good manners towards the archive: pauses it asks for, and a pace for metadata."""

import contextlib
import email.utils
import threading
import time
from collections.abc import Callable, Iterator, Mapping

METADATA_INTERVAL_S = 1.0
"""The least time between two requests for metadata."""

_LONGEST_PAUSE_S = 3600.0
_NOTEWORTHY_S = 0.5


class Manners:
    """What all threads of a job keep to together.

    Args:
        sleep: waits so many seconds, or raises to end the job.
        on_pause: told the seconds of each new pause.
    """

    def __init__(
        self, *, sleep: Callable[[float], None], on_pause: Callable[[float], None]
    ) -> None:
        self._sleep = sleep
        self._on_pause = on_pause
        self._until = 0.0
        self._next_metadata = 0.0
        self._pausing = threading.Lock()
        self._metadata = threading.Lock()

    def wait(self) -> None:
        """Wait until no pause is in force."""
        self._sleep(0)
        while (left := self._until - time.monotonic()) > 0:
            self._sleep(left)

    def pause(self, seconds: float) -> None:
        """Let every thread wait before its next request; at most an hour."""
        with self._pausing:
            until = time.monotonic() + min(seconds, _LONGEST_PAUSE_S)
            is_new = until > self._until + _NOTEWORTHY_S
            self._until = max(self._until, until)
        if is_new:
            self._on_pause(seconds)

    @contextlib.contextmanager
    def metadata_turn(self) -> Iterator[None]:
        """Hold the only turn to ask for metadata, not before its time."""
        with self._metadata:
            self._sleep(max(0.0, self._next_metadata - time.monotonic()))
            self._next_metadata = time.monotonic() + METADATA_INTERVAL_S
            yield


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

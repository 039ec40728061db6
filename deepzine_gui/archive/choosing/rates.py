"""How fast documents came the last time, to tell how long the next ones will take."""

import contextlib
import json
import time
from collections.abc import Callable, Generator
from pathlib import Path

from deepzine_gui import places
from deepzine_gui.archive.events import DocumentChanged
from deepzine_gui.errors import StorageError
from deepzine_gui.files import write_json
from deepzine_gui.progress import Event

ASSUMED_RATE = 1_000_000
"""Bytes a second that are reckoned with, and said, until a download has been measured."""

_LEAST_S = 3.0
_LEAST_BYTES = 1_000_000
"""A shorter download tells more of its beginning than of its rate."""

_LONGEST_GAP_S = 2.0
"""Where no byte comes for longer, a pause that the archive asked for or another try is waited for:
transfers tell of their bytes several times a second."""


def measured_rate() -> float | None:
    """Bytes a second of all transfers together at the last download; None if there was none."""
    try:
        rate = float(json.loads(_file().read_text("utf-8"))["bytes_a_second"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return rate if 0 < rate < float("inf") else None


def timed(
    events: Generator[Event, None, None], *, clock: Callable[[], float] = time.monotonic
) -> Generator[Event, None, None]:
    """Pass on the events of a download, and remember its rate when it ends, however it does.

    Time in which nobody asks for events is none of the download's.
    """
    meter = _Meter()
    with contextlib.closing(events):
        try:
            began = clock()
            for event in events:
                meter.take(event, clock() - began)
                yield event
                began = clock()
        finally:
            meter.keep()


class _Meter:
    """Adds up the bytes that arrive, and the time in which they do."""

    def __init__(self) -> None:
        self._here: dict[str, int] = {}
        self._bytes = 0
        self._seconds = self._gap_s = 0.0

    def take(self, event: Event, seconds: float) -> None:
        """Note an event that came after so many seconds."""
        if self._here:
            self._gap_s += seconds
        if not isinstance(event, DocumentChanged):
            return
        before = self._here.pop(event.identifier, None)
        if event.state in ("downloading", "done") and before is not None:
            self._arrive(event.done_bytes - before)
        if event.state == "downloading":
            self._here[event.identifier] = event.done_bytes

    def _arrive(self, size_bytes: int) -> None:
        if size_bytes <= 0:
            return
        if self._gap_s <= _LONGEST_GAP_S:
            self._bytes += size_bytes
            self._seconds += self._gap_s
        self._gap_s = 0.0

    def keep(self) -> None:
        if self._seconds < _LEAST_S or self._bytes < _LEAST_BYTES:
            return
        with contextlib.suppress(StorageError, OSError):
            write_json(_file(), {"bytes_a_second": round(self._bytes / self._seconds)})


def _file() -> Path:
    return places.state_folder() / "archive-rate.json"

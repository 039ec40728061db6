"""The frozen events every long job yields, and what can be reckoned from them."""

import contextlib
import dataclasses
import math
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any, Literal

_REPORT_S = 0.2


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """Base of everything a long job yields; rooms derive their own.

    A bare one says nothing: it is only a moment at which the job can be stopped.
    """


@dataclasses.dataclass(frozen=True, slots=True)
class Progress(Event):
    """How far a job is.

    Attributes:
        done: so much of `total`, in `unit`.
        total: None while unknown.
        unit: of both, in the plural.
        what: names the step at hand.
        seconds_left: where the job knows better than its pace tells; NaN where it knows only that
            its pace tells nothing.
        waits: nothing goes on for now, for the reason in `what`.
        finishes: only that is left to do which a job that is stopped does as well: whoever is asked
            to stop it lets it come to its end.
    """

    done: float
    total: float | None
    unit: str
    what: str = ""
    seconds_left: float | None = None
    waits: bool = False
    finishes: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Notice(Event):
    """One sentence for the person; the job goes on."""

    text: str
    severity: Literal["info", "warning"] = "info"


@dataclasses.dataclass(frozen=True, slots=True)
class Finished(Event):
    """The last event of a job that reached its end: one sentence, and what it made."""

    summary: str
    path: Path | None = None


def in_steps(
    steps: Iterable[Event | None], total: int, *, unit: str, what: str
) -> Generator[Event, None, None]:
    """Go through steps, passing on what they tell, with progress now and then, first and last."""
    reported = time.monotonic()
    yield Progress(0, total, unit, what)
    for done, event in enumerate(steps, 1):
        if event is not None:
            yield event
        if time.monotonic() - reported >= _REPORT_S:
            yield Progress(done, total, unit, what)
            reported = time.monotonic()
    yield Progress(total, total, unit, what)


def as_part(job: Generator[Event, Any, Any]) -> Generator[Event, None, None]:
    """Pass on the events of one job among several: its end is only news, and can be stopped at."""
    with contextlib.closing(job):
        for event in job:
            if isinstance(event, Finished):
                yield Notice(event.summary)
            elif isinstance(event, Progress) and event.finishes:
                yield dataclasses.replace(event, finishes=False)
            else:
                yield event


def as_record(event: Event) -> dict[str, Any]:
    """Return an event as plain JSON values, its class name under ``"event"``.

    Arrays are left out: a record is for reading, not for pictures. Numbers that JSON lacks
    (infinite, or none at all) become None.
    """
    record: dict[str, Any] = {"event": type(event).__name__}
    for field in dataclasses.fields(event):
        value = _plain(getattr(event, field.name))
        if value is not _LEFT_OUT:
            record[field.name] = value
    return record


_LEFT_OUT = object()


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Path):
        return str(value)
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return _LEFT_OUT


_LEAST_S = 1.0
"""Events may arrive in bursts: what lies closer together than this tells no rate."""


class Pace:
    """Rate and time left of a job, from its last half minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, window_s: float = 30.0) -> None:
        self._clock = clock
        self._window_s = window_s
        self._seen: deque[tuple[float, Progress]] = deque()

    def add(self, event: Progress) -> None:
        """Take a progress event; a new unit, a step backwards or a wait starts afresh."""
        if self._seen:
            last = self._seen[-1][1]
            if event.waits or last.unit != event.unit or event.done < last.done:
                self._seen.clear()
        self._seen.append((self._clock(), event))
        while len(self._seen) > 2 and self._seen[-1][0] - self._seen[0][0] > self._window_s:
            self._seen.popleft()

    @property
    def rate(self) -> float | None:
        """Units a second, or None while too little is known."""
        if len(self._seen) < 2:
            return None
        (start, first), (end, last) = self._seen[0], self._seen[-1]
        if end - start < _LEAST_S or last.done <= first.done:
            return None
        return (last.done - first.done) / (end - start)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until `total`: what the job says itself, else at the present rate, else None."""
        if not self._seen:
            return None
        last = self._seen[-1][1]
        if last.seconds_left is not None:
            return None if math.isnan(last.seconds_left) else last.seconds_left
        if (rate := self.rate) is None:
            return None
        if last.total is None:
            return None
        return max(0.0, last.total - last.done) / rate

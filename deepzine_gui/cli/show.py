"""Three ways to show a job's events: a bar on a terminal, plain lines, JSON lines."""

import json
import sys
import time
from types import TracebackType
from typing import Any, Protocol

from tqdm import tqdm

from deepzine_gui.cli import words
from deepzine_gui.progress import Event, Finished, Pace, Progress, as_record
from deepzine_gui.words import progress_text

_BAR_INTERVAL_S = 0.1
_LINE_INTERVAL_S = 10.0
_BAR = "{percentage:3.0f}%|{bar:24}| {desc}"


class Show(Protocol):
    """Something that takes a job's events, within a `with` block."""

    def __enter__(self) -> "Show": ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def take(self, event: Event) -> None:
        """Show one event."""


def choose_show(as_json: bool) -> Show:
    """JSON lines if asked for, a bar if a person looks on, else plain lines now and then."""
    if as_json:
        return JsonLines()
    return Bar() if sys.stderr.isatty() else Lines()


class JsonLines:
    """One JSON object per event on stdout."""

    def __enter__(self) -> "JsonLines":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def take(self, event: Event) -> None:
        """Print the event's record."""
        print(json.dumps(as_record(event), ensure_ascii=False), flush=True)


class Lines:
    """Sentences as they come, and the progress at most every ten seconds, on stderr."""

    def __init__(self) -> None:
        self._pace = Pace()
        self._due = 0.0

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def take(self, event: Event) -> None:
        """Print a sentence, or the progress when it is time again."""
        if isinstance(event, Progress):
            self._pace.add(event)
            now = time.monotonic()
            if now >= self._due:
                self._due = now + _LINE_INTERVAL_S
                print(_how_far(event, self._pace), file=sys.stderr, flush=True)
        elif sentence := words.sentence(event):
            # The result is the command's output; the rest is about the way there.
            stream = sys.stdout if isinstance(event, Finished) else sys.stderr
            print(sentence, file=stream, flush=True)


class Bar:
    """A bar with rate and time left on the terminal's last line, sentences above it."""

    def __init__(self) -> None:
        self._pace = Pace()
        self._due = 0.0
        self._state = ""
        self._bar: Any = None

    def __enter__(self) -> "Bar":
        tqdm.monitor_interval = 0
        self._bar = tqdm(
            total=1,
            file=sys.stderr,
            desc="starting",
            bar_format=_BAR,
            leave=False,
            dynamic_ncols=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def take(self, event: Event) -> None:
        """Move the bar, or write a sentence above it."""
        if isinstance(event, Progress):
            self._move(event)
        elif isinstance(event, Finished):
            self._bar.clear()
            print(words.sentence(event), flush=True)
        elif sentence := words.sentence(event):
            self._bar.write(sentence, file=sys.stderr)
        else:
            self._state = words.state(event) or self._state

    def _move(self, event: Progress) -> None:
        self._pace.add(event)
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + _BAR_INTERVAL_S
        self._bar.total = event.total
        self._bar.n = event.done if event.total is None else min(event.done, event.total)
        text = _how_far(event, self._pace)
        self._bar.set_description_str(f"{text}  {self._state}".rstrip(), refresh=False)
        self._bar.refresh()


def _how_far(event: Progress, pace: Pace) -> str:
    return progress_text(event, pace) + (f": {event.what}" if event.what else "")

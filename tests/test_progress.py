"""Events as records, and what is reckoned from a row of them."""

import dataclasses
import json
import math
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest

from deepzine_gui.progress import Event, Finished, Notice, Pace, Progress, as_part, as_record


@dataclasses.dataclass(frozen=True, slots=True)
class Inner:
    name: str
    place: Path


@dataclasses.dataclass(frozen=True, slots=True)
class Rich(Event):
    inner: tuple[Inner, ...]
    pixels: object
    by_size: dict[int, float]


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def feed(pace: Pace, clock: Clock, *seen: tuple[float, Progress]) -> None:
    for wait_s, event in seen:
        clock.now_s += wait_s
        pace.add(event)


def pages(done: float, total: float | None = 100) -> Progress:
    return Progress(done, total, "pages")


def test_a_record_names_its_event_and_is_plain_json() -> None:
    record = as_record(Finished("Done.", Path("a") / "b.h5"))
    assert record == {"event": "Finished", "summary": "Done.", "path": str(Path("a/b.h5"))}
    assert json.loads(json.dumps(record)) == record


def test_nested_values_are_kept_and_arrays_left_out() -> None:
    event = Rich((Inner("x", Path("y")),), np.zeros(3), {8: 0.5})
    assert as_record(event) == {
        "event": "Rich",
        "inner": [{"name": "x", "place": "y"}],
        "by_size": {"8": 0.5},
    }


def test_of_a_job_among_several_the_end_is_news_and_no_reason_to_go_on() -> None:
    tidied = []

    def job() -> Generator[Event, None, None]:
        try:
            yield Progress(1, 2, "pages")
            yield Progress(2, 2, "pages", finishes=True)
            yield Finished("Written.")
        finally:
            tidied.append(True)

    told = [Progress(1, 2, "pages"), Progress(2, 2, "pages"), Notice("Written.")]
    assert list(as_part(job())) == told
    part = as_part(job())
    next(part)
    part.close()
    assert tidied == [True, True]


def test_events_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Notice("text").text = "other"


def test_nothing_is_known_of_a_first_event() -> None:
    pace = Pace(Clock())
    assert (pace.rate, pace.seconds_left) == (None, None)
    pace.add(pages(1))
    assert (pace.rate, pace.seconds_left) == (None, None)


def test_rate_and_time_left() -> None:
    clock = Clock()
    pace = Pace(clock)
    feed(pace, clock, (0, pages(10)), (2, pages(20)), (2, pages(50)))
    assert pace.rate == pytest.approx(40 / 4)
    assert pace.seconds_left == pytest.approx(50 / 10)


def test_time_left_is_unknown_without_a_total_and_never_negative() -> None:
    clock = Clock()
    pace = Pace(clock)
    feed(pace, clock, (0, pages(0, None)), (1, pages(5, None)))
    assert pace.rate == pytest.approx(5)
    assert pace.seconds_left is None
    feed(pace, clock, (1, pages(120)))
    assert pace.seconds_left == 0.0


def test_only_the_last_half_minute_counts() -> None:
    clock = Clock()
    pace = Pace(clock, window_s=30)
    feed(pace, clock, (0, pages(0, 1e6)), *[(10, pages(1000 + n, 1e6)) for n in range(5)])
    assert pace.rate == pytest.approx(0.1)


def test_another_unit_or_a_step_back_starts_afresh() -> None:
    clock = Clock()
    pace = Pace(clock)
    feed(pace, clock, (0, pages(0)), (1, pages(50)), (1, Progress(2, 9, "frames")))
    assert pace.rate is None
    feed(pace, clock, (1, Progress(4, 9, "frames")))
    assert pace.rate == pytest.approx(2)
    feed(pace, clock, (1, Progress(1, 9, "frames")))
    assert pace.rate is None


def test_a_job_whose_pace_tells_nothing_has_no_time_left() -> None:
    clock = Clock()
    pace = Pace(clock)
    untold = Progress(20, 100, "pages", seconds_left=math.nan)
    feed(pace, clock, (0, pages(0)), (2, untold))
    assert pace.rate == pytest.approx(10)
    assert pace.seconds_left is None
    feed(pace, clock, (2, Progress(40, 100, "pages", seconds_left=7.0)))
    assert pace.seconds_left == 7.0


def test_a_standstill_has_no_rate_and_no_end() -> None:
    clock = Clock()
    pace = Pace(clock)
    feed(pace, clock, (0, pages(7)), (5, pages(7)))
    assert pace.rate is None
    assert pace.seconds_left is None
    feed(pace, clock, (0, pages(7)), (0, pages(8)))
    assert pace.rate is not None
    assert math.isfinite(pace.rate)


def test_what_waits_has_no_rate_and_begins_afresh() -> None:
    clock = Clock()
    pace = Pace(clock)
    feed(pace, clock, (0, pages(0)), (2, pages(40)))
    assert pace.rate == pytest.approx(20)
    feed(pace, clock, (1, Progress(40, 100, "pages", "no connection", waits=True)))
    assert (pace.rate, pace.seconds_left) == (None, None)
    feed(pace, clock, (9, pages(40)), (2, pages(60)))
    assert pace.rate == pytest.approx(20 / 11)

"""The running sums of a download are what counting all items anew would give."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepzine_gui.archive import Item, Queue
from deepzine_gui.archive.downloading.ledger import Ledger
from deepzine_gui.archive.queue.lining import FixedLine, QueueLine
from deepzine_gui.archive.queue.queue import Limit
from deepzine_gui.archive.queue.records import Brought

LIMITS = (Limit(), Limit(1, 5_000, 4), Limit(2, None, 3), Limit(3, 20_000))
ITEMS = [
    Item(str(number), "", size_bytes=size, is_weighed=is_weighed)
    for number, (size, is_weighed) in enumerate(
        [(1000, False), (700, True), (None, False), (2000, False), (None, True), (0, False)]
    )
]
LIMIT_OF = {item.identifier: LIMITS[number % 4] for number, item in enumerate(ITEMS)}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["plan", "reserve", "arrived", "leave_out", "forget", "want"]),
        st.integers(0, len(ITEMS) - 1),
        st.integers(0, 4000),
        st.integers(0, 3),
    ),
    max_size=30,
)


@dataclasses.dataclass
class Counted:
    """The same as a `Ledger`, counted anew each time."""

    planned: dict[str, Brought] = dataclasses.field(default_factory=dict)
    here: dict[str, int] = dataclasses.field(default_factory=dict)
    out: set[str] = dataclasses.field(default_factory=set)
    wanted: list[Item] = dataclasses.field(default_factory=list)

    def others(self, name: str, limit: Limit) -> list[Brought]:
        return [
            one
            for other, one in self.planned.items()
            if other != name and LIMIT_OF[other].lot == limit.lot
        ]

    def total(self) -> float | None:
        left = [
            item
            for item in self.wanted
            if item.identifier not in self.planned and item.identifier not in self.out
        ]
        known = [one.size_bytes for one in self.planned.values()]
        known += [item.size_bytes or 0 for item in left if item.is_weighed]
        if left and not known:
            return None
        told = [
            (self.planned[item.identifier].size_bytes, item.size_bytes)
            for item in self.wanted
            if item.size_bytes and not item.is_weighed and item.identifier in self.planned
        ]
        files = sum(size for _, size in told)
        ratio = min(1.0, sum(size for size, _ in told) / files) if files else None
        expected = dict.fromkeys(LIMITS, 0.0)
        for item in left:
            size: float = sum(known) / len(known)
            if item.size_bytes is not None and (item.is_weighed or ratio):
                size = item.size_bytes * (1 if item.is_weighed else ratio or 0)
            expected[LIMIT_OF[item.identifier]] += size
        for limit, size in expected.items():
            if limit.max_bytes is not None:
                used = sum(one.size_bytes for one in self.others("", limit))
                expected[limit] = min(size, max(0, limit.max_bytes - used))
        planned = sum(one.size_bytes for name, one in self.planned.items() if name not in self.out)
        return max(self.here_bytes(), planned + sum(expected.values()))

    def here_bytes(self) -> int:
        return sum(size for name, size in self.here.items() if name not in self.out)


def _carry_out(step: tuple[str, int, int, int], ledger: Ledger, counted: Counted) -> None:
    what, place, size, documents = step
    name = ITEMS[place].identifier
    limit, brought = LIMIT_OF[name], Brought(documents, size)
    if what == "want":
        counted.wanted = ITEMS[: place + 1]
    elif what == "arrived":
        ledger.arrived(name, size)
        counted.here[name] = size
    elif what == "leave_out":
        ledger.leave_out(name)
        counted.out.add(name)
    elif what == "forget":
        ledger.forget(name)
        counted.planned.pop(name, None)
        counted.here.pop(name, None)
        counted.out.discard(name)
    else:
        others = sum(one.size_bytes for one in counted.others(name, limit))
        fits = limit.max_bytes is None or others + size <= limit.max_bytes
        if what == "plan":
            ledger.plan(name, brought, limit)
        else:
            assert ledger.reserve(name, brought, limit) == fits
        if what == "plan" or fits:
            counted.planned[name] = brought
            counted.out.discard(name)


@given(STEPS)
def test_sums_that_run_along_are_those_that_are_counted_anew(
    steps: list[tuple[str, int, int, int]],
) -> None:
    ledger, counted = Ledger(), Counted()
    wanted: tuple[tuple[Item, Limit], ...] = ()
    for step in steps:
        _carry_out(step, ledger, counted)
        if step[0] == "want":
            wanted = tuple((item, LIMIT_OF[item.identifier]) for item in counted.wanted)
        progress = ledger.progress(wanted)
        assert progress.done == counted.here_bytes()
        assert progress.total == pytest.approx(counted.total())
        assert ledger.room(10_000) == 10_000 - sum(b.size_bytes for b in counted.planned.values())
        for name, limit in LIMIT_OF.items():
            if limit.max_documents is not None:
                used = sum(one.documents for one in counted.others(name, limit))
                assert ledger.documents_left(name, limit) == max(0, limit.max_documents - used)


class Counting(tuple[Any, ...]):
    """Counts how often it is gone through."""

    times = 0

    def __iter__(self) -> Iterator[Any]:
        self.times += 1
        return super().__iter__()


def test_what_is_wanted_is_read_only_when_it_is_another() -> None:
    ledger = Ledger()
    wanted = Counting((item, LIMIT_OF[item.identifier]) for item in ITEMS)
    totals = []
    for size in (1000, 400):
        ledger.plan("0", Brought(1, size), LIMIT_OF["0"])
        totals.append(ledger.progress(wanted).total)
    assert totals[0] != totals[1]
    assert wanted.times == 1


def test_lines_tell_the_same_until_something_changes(tmp_path: Path) -> None:
    queue = Queue(tmp_path / "documents")
    queue.put(ITEMS[:3])
    line = QueueLine(queue)
    before = line.wanted()
    assert [item for item, _ in before] == ITEMS[:3]
    assert line.next() == ITEMS[0]
    assert line.wanted() is before
    queue.put(ITEMS[3:])
    assert [item for item, _ in line.wanted()] == ITEMS
    fixed = FixedLine(ITEMS[:2], parallel=1, limit=LIMITS[1], spares=ITEMS[3:4])
    before = fixed.wanted()
    assert fixed.next() == ITEMS[0]
    assert fixed.wanted() is before
    assert fixed.spare(2000) == ITEMS[3]
    assert [item for item, _ in fixed.wanted()] == [*ITEMS[:2], ITEMS[3]]

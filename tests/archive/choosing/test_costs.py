"""Costs in words, the share that weighed items tell, and the rate that downloads leave behind."""

from collections.abc import Generator
from pathlib import Path

import pytest

from deepzine_gui.archive import DocumentChanged, Item
from deepzine_gui.archive.choosing import costs
from deepzine_gui.archive.choosing.costs import Cost, Share, cost_of, free_bytes
from deepzine_gui.archive.choosing.rates import measured_rate, timed
from deepzine_gui.progress import Event, Progress

GB = 10**9


def item(name: str, size: int | None, *, weighed: bool = False, pages: int | None = 10) -> Item:
    return Item(name, name, pages=pages, size_bytes=size, is_weighed=weighed)


def test_the_share_is_one_of_sums() -> None:
    share = Share().with_item(item("a", 100), item("a", 10, weighed=True))
    share = share.with_item(item("b", 900), item("b", 190, weighed=True))
    share = share.with_item(item("c", None), item("c", 5, weighed=True))
    assert (share.ratio, share.items) == (0.2, 2)
    assert Share().ratio is None
    assert Share(200, 100, 1).ratio == 1.0


def test_a_cost_is_as_sure_as_its_sizes(folder: Path) -> None:
    share = Share(10, 100, 1)
    weighed, listed = item("a", 50, weighed=True), item("b", 1000, pages=None)
    reckoned = [
        cost_of(items, folder / "new", share=known)
        for items, known in (
            ([weighed], share), ([weighed, listed], share), ([weighed, listed], Share()),
        )
    ]  # fmt: skip
    assert [(cost.size_bytes, cost.certainty) for cost in reckoned] == [
        (50, "exact"),
        (150, "about"),
        (1050, "at most"),
    ]
    assert (reckoned[1].documents, reckoned[1].pages, reckoned[1].without_pages) == (2, 10, 1)


def test_a_size_that_is_not_known_is_not_taken_for_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(costs, "measured_rate", lambda: 1000.0)
    cost = cost_of([item("a", None), item("b", 500)], folder, share=Share())
    assert (cost.size_bytes, cost.without_sizes) == (500, 1)
    known = cost_of([item("a", None, weighed=True), item("b", 500)], folder, share=Share())
    assert known.without_sizes == 0


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (
            Cost(1, 312, 0, 24 * 10**6, "exact", 9 * GB, 8.0),
            "1 document · 312 pages · 24 MB · about 8 s · 9.0 GB free",
        ),
        (
            Cost(50, 9300, 3, 2 * GB, "about", 90 * GB, 750.0),
            "50 documents · at least 9,300 pages · about 2.0 GB · about 12 min · 90 GB free",
        ),
        (
            Cost(200, 0, 200, GB, "at most", 90 * GB, 1000.0, is_rate_assumed=True),
            "200 documents · at most 1.0 GB · about 17 min at 1.0 MB a second · 90 GB free",
        ),
        (Cost(0, 0, 0, 0, "exact", 90 * GB), "0 documents · 90 GB free"),
        (
            Cost(9, 0, 9, GB, "about", 90 * GB, 750.0, without_sizes=2),
            "9 documents · about 1.0 GB and 2 of unknown size · at least 12 min · 90 GB free",
        ),
        (
            Cost(2, 0, 2, 0, "at most", 90 * GB, 750.0, without_sizes=2),
            "2 documents · of unknown size · at least 12 min · 90 GB free",
        ),
    ],
)  # fmt: skip
def test_a_cost_in_words(cost: Cost, told: str) -> None:
    assert str(cost) == told
    assert cost.fits
    assert not cost.refusal


def test_every_item_costs_a_second_whatever_the_rate(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [item(f"item-{n}", 10**6, weighed=True) for n in range(30)]
    few = cost_of(items, folder, share=Share())
    assert (few.seconds, few.is_rate_assumed) == (30.0, False)
    large = [item("large", 90 * 10**6, weighed=True)]
    new = cost_of(large, folder, share=Share())
    assert (new.seconds, new.is_rate_assumed) == (90.0, True)
    monkeypatch.setattr(costs, "measured_rate", lambda: 10**5)
    timed_before = cost_of(items, folder, share=Share())
    assert (timed_before.seconds, timed_before.is_rate_assumed) == (300.0, False)
    monkeypatch.setattr(costs, "measured_rate", lambda: 10**9)
    assert cost_of(items, folder, share=Share()).seconds == 30.0


def test_a_cost_that_does_not_fit_is_refused_in_numbers() -> None:
    cost = Cost(9, 9, 0, 312 * GB, "about", 120 * GB)
    assert not cost.fits
    assert cost.refusal == (
        "This takes about 312 GB, but only 120 GB are free on the disk: take fewer documents, or "
        "make room."
    )


def test_the_room_for_a_folder_that_is_yet_to_be_made(tmp_path: Path) -> None:
    assert abs(free_bytes(tmp_path / "a" / "b") - free_bytes(tmp_path)) < GB


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def download(clock: Clock, *steps: tuple[float, DocumentChanged]) -> Generator[Event, None, None]:
    for seconds, event in steps:
        clock.now += seconds
        yield event


def changed(name: str, state: str, done: int = 0) -> DocumentChanged:
    return DocumentChanged(name, state, done)  # type: ignore[arg-type]


def test_the_rate_of_a_download_is_remembered() -> None:
    clock = Clock()
    assert measured_rate() is None
    events = download(
        clock,
        (30.0, changed("here", "done", 10**9)),
        (30.0, changed("a", "downloading")),
        (2.0, changed("a", "downloading", 2_000_000)),
        # of the pause the archive asks for, and of tries that bring nothing, nothing counts
        (0.2, Progress(2_000_000, None, "bytes", what="the archive asked for a pause")),
        (60.0, Progress(2_000_000, None, "bytes")),
        (2.0, changed("a", "downloading", 2_000_000)),
        (1.0, changed("a", "downloading", 4_000_000)),
        (1.0, changed("b", "downloading")),
        (1.0, changed("a", "done", 10_000_000)),
        (2.0, changed("b", "done", 4_000_000)),
        (60.0, changed("c", "downloading")),
    )
    for _ in timed(events, clock=clock):
        # nobody asks for events meanwhile
        clock.now += 100.0
    assert measured_rate() == 2_000_000


def test_a_download_that_is_stopped_leaves_its_rate_and_a_short_one_none() -> None:
    clock = Clock()
    begun = changed("a", "downloading")
    short = download(clock, (1.0, begun), (1.0, changed("a", "done", 9_000_000)))
    list(timed(short, clock=clock))
    assert measured_rate() is None
    growing = [(2.0, changed("a", "downloading", 2_000_000 * n)) for n in range(1, 5)]
    long = timed(
        download(clock, (1.0, begun), *growing, (1.0, begun)),
        clock=clock,
    )
    for _ in range(1 + len(growing)):
        next(long)
    long.close()
    assert measured_rate() == 1_000_000

"""Search, choose and download in one go, and the plan of it."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from deepzine_gui import archive
from deepzine_gui.archive import Planned, collecting
from deepzine_gui.archive.choosing import costs
from deepzine_gui.archive.choosing.picking import Budget
from deepzine_gui.archive.choosing.wishes import Wish
from deepzine_gui.errors import ArchiveError, StorageError
from deepzine_gui.progress import Event, Finished, Notice
from tests.archive.reading import ends, on_disk
from tests.fakes.archive_server import ArchiveServer, Fault, describe


def collect(folder: Path, **wish: Any) -> list[Event]:
    return list(archive.collect("zines", folder, wish=Wish(**wish)))


def planned(events: list[Event]) -> Planned:
    (plan,) = (event for event in events if isinstance(event, Planned))
    return plan


def taken(events: list[Event]) -> list[str]:
    return [name for name, state in ends(events).items() if state == "done"]


def test_the_first_that_are_free_are_taken(server: ArchiveServer, folder: Path) -> None:
    server.add("borrowed", collection=["zines", "inlibrary"])
    for number in range(5):
        server.add(f"item-{number}", downloads=number)
    events = collect(folder, budget=Budget(documents=2))
    assert taken(events) == ["item-0", "item-1"]
    assert [event for event in events if isinstance(event, Finished)] == [
        Finished("2 items downloaded.", folder)
    ]
    assert any(isinstance(e, Notice) and "borrowed is left out" in e.text for e in events)


def test_a_rerun_takes_only_what_is_missing(server: ArchiveServer, folder: Path) -> None:
    for number in range(4):
        server.add(f"item-{number}")
    collect(folder, budget=Budget(documents=2))
    server.log.clear()
    again = collect(folder, budget=Budget(documents=3))
    assert again[-1] == Finished("1 item downloaded, 2 already here.", folder)
    assert [asked.path for asked in server.asked("/download")] == ["/download/item-2/item-2.pdf"]
    assert (planned(again).items, planned(again).cost.documents) == (3, 1)
    told = next(event.text for event in again if isinstance(event, Notice))
    assert told.startswith("To fetch: 1 document · ")
    assert told.endswith("free. Already here: 2 documents.")


def test_years_language_and_the_most_downloaded(server: ArchiveServer, folder: Path) -> None:
    for number in range(6):
        language = "eng" if number % 2 else "Spanish"
        server.add(f"item-{number}", year=str(1900 + number), language=language, downloads=number)
    server.add("undated", language="Spanish", downloads=9)
    events = collect(
        folder, pick="popular", years=(1900, 1904), language="span", budget=Budget(documents=2)
    )
    assert set(taken(events)) == {"item-4", "item-2"}


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"language": "jpn"}, "Of the 2 items found for zines none is of the language “jpn”: "),
        (
            {"language": "eng", "years": (1700, 1710)},
            "none is of the language “eng” and of the years 1700-1710: leave that out, or write",
        ),
        ({"language": "spa"}, "those that are wanted may not be downloaded"),
    ],
)
def test_nothing_that_suits_is_one_sentence(
    server: ArchiveServer, folder: Path, wish: dict[str, Any], told: str
) -> None:
    server.add("open", language="eng", year="1903")
    server.add("borrowed", language="spa", collection=["zines", "inlibrary"])
    for plan_only in (True, False):
        with pytest.raises(ArchiveError, match=told):
            collect(folder, plan_only=plan_only, **wish)


def test_chance_follows_its_seed(server: ArchiveServer, folder: Path) -> None:
    for number in range(20):
        server.add(f"item-{number:02}", b"x" * 100)
    first = taken(collect(folder / "a", pick="random", seed=5, budget=Budget(documents=4)))
    assert first == taken(collect(folder / "b", pick="random", seed=5, budget=Budget(documents=4)))
    assert first != taken(collect(folder / "c", pick="random", seed=6, budget=Budget(documents=4)))


def test_a_plan_weighs_some_and_takes_nothing(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "SAMPLE", 5)
    for number in range(40):
        # the document is a tenth of the item
        server.add(f"item-{number:02}", b"x" * 1000, item_size=10_000, imagecount="3")
    events = collect(folder, plan_only=True)
    cost = planned(events).cost
    assert (cost.documents, cost.pages, cost.size_bytes, cost.certainty) == (
        40,
        120,
        40_000,
        "about",
    )
    assert len(server.asked("/metadata")) == 1 + 5
    assert server.asked("/download") == []
    assert on_disk(folder) == set()
    assert isinstance(events[-1], Finished)
    assert events[-1].summary.startswith("To fetch: 40 documents · 120 pages · about 40 kB")


def test_a_small_plan_is_exact(server: ArchiveServer, folder: Path) -> None:
    for number in range(4):
        server.add(f"item-{number}", b"x" * 1000, item_size=10_000)
    cost = planned(collect(folder, plan_only=True, budget=Budget(documents=2))).cost
    assert (cost.documents, cost.size_bytes, cost.certainty) == (2, 2000, "exact")
    assert cost.without_pages == 2


def test_what_is_told_of_a_limit_of_bytes_is_what_is_taken(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "SAMPLE", 3)
    for number in range(60):
        # what the third weighs, its item does not tell
        size = 9000 if number == 2 else 1000
        server.add(f"item-{number:02}", b"%PDF-1.4".ljust(size), item_size=10_000)
    light = [f"item-{number:02}" for number in range(9) if number != 2]
    for _ in range(2):
        events = collect(folder, budget=Budget(size_bytes=8500))
        assert (planned(events).items, planned(events).cost.certainty) == (8, "exact")
        assert taken(events) == light
        assert len(server.asked("/download")) == 8


def test_a_limit_that_wants_too_much_weighing_is_filled_as_documents_come(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "SAMPLE", 2)
    monkeypatch.setattr(collecting, "MOST_WEIGHED", 5)
    for number in range(20):
        server.add(f"item-{number:02}", b"x" * 1000, item_size=12_000 - 100 * number)
    events = collect(folder, budget=Budget(size_bytes=8500))
    told = next(event.text for event in events if isinstance(event, Notice))
    assert told.startswith("To fetch: about 8 documents · about 8.")
    assert len(taken(events)) == 8


def test_a_cost_counts_documents(server: ArchiveServer, folder: Path) -> None:
    for number in range(3):
        item = server.add(f"item-{number}", b"x" * 1000, item_size=10_000)
        for name in ("b.pdf", "c.pdf") if number == 0 else ():
            item.contents[name] = name.encode().ljust(1000)
            told = {**describe(name, item.contents[name]), "format": "Text PDF"}
            item.answer["files"].append({**told, "source": "original"})
    events = collect(folder, budget=Budget(documents=4, size_bytes=10_000))
    assert (planned(events).items, planned(events).cost.documents) == (2, 4)
    assert len(list(folder.rglob("*.pdf"))) == 4
    third = planned(collect(folder, plan_only=True, budget=Budget(documents=5))).cost
    assert third.documents == 1
    again = collect(folder, budget=Budget(size_bytes=10_000))
    told = next(event.text for event in again if isinstance(event, Notice))
    assert told.startswith("To fetch: 1 document · ")
    assert told.endswith(" Already here: 4 documents.")


def test_what_is_found_to_be_closed_gives_way_to_the_next(
    server: ArchiveServer, folder: Path
) -> None:
    for number in range(4):
        closed = {"private": "true"} if number == 0 else {}
        server.add(f"item-{number}", b"x" * 1000, item_size=10_000, file=closed)
    events = collect(folder, budget=Budget(documents=2, size_bytes=90_000))
    assert taken(events)[0] == "item-1"
    assert any(isinstance(e, Notice) and e.text.startswith("item-0 is left out: ") for e in events)


def test_what_does_not_fit_the_disk_is_refused_in_numbers(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(folder)._replace(free=1500)
    monkeypatch.setattr(costs.shutil, "disk_usage", lambda _: usage)
    for number in range(4):
        server.add(f"item-{number}", b"x" * 1000, item_size=10_000)
    with pytest.raises(StorageError, match=r"takes 4\.0 kB, but only 1\.5 kB are free"):
        collect(folder)
    assert server.asked("/download") == []
    plan = collect(folder, plan_only=True)
    assert isinstance(plan[-1], Finished)
    assert "but only 1.5 kB are free" in plan[-1].summary
    assert taken(collect(folder, budget=Budget(size_bytes=1000))) == ["item-0"]


def test_very_much_wants_a_limit(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "UNCAPPED_BYTES", 3000)
    for number in range(4):
        server.add(f"item-{number}", b"x" * 1000, item_size=10_000)
    with pytest.raises(ArchiveError, match=r"^zines holds 4 documents, 4\.0 kB: say how much"):
        collect(folder)
    assert server.asked("/download") == []
    plan = collect(folder, plan_only=True)[-1]
    assert isinstance(plan, Finished)
    assert "say how much of it to take" in plan.summary
    assert len(taken(collect(folder, budget=Budget(documents=4)))) == 4


def test_an_item_that_cannot_be_weighed_does_not_end_a_plan(
    server: ArchiveServer, folder: Path
) -> None:
    server.add("one", b"x" * 1000, item_size=10_000)
    server.add("two", b"x" * 1000, item_size=10_000)
    server.spoil("/metadata/one", *[Fault(body=b"<html>")] * 9)
    cost = planned(collect(folder, plan_only=True)).cost
    assert (cost.documents, cost.size_bytes, cost.certainty) == (2, 2000, "about")

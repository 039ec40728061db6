"""A collection asked for again where a limit of documents has left a part of an item."""

from pathlib import Path

import pytest

from deepzine_gui.archive import DocumentChanged, Queue, collecting, download_queue, read_records
from deepzine_gui.archive.choosing.picking import Budget
from deepzine_gui.progress import Event, Finished
from tests.archive.reading import ends, items, reason
from tests.archive.test_collect import collect, planned
from tests.fakes.archive_server import ArchiveServer, describe
from tests.fakes.small_pdf import small_pdf

LEFT = "2 of its 4 documents are taken: the limit of documents is reached."


@pytest.fixture
def partly(server: ArchiveServer, folder: Path) -> Path:
    """Documents of which one item is here, and two of the four documents of another."""
    for name in ("one", "set", "two"):
        server.add(name, item_size=500_000, imagecount="3", year="1903")
    item = server.items["set"]
    for number in range(3):
        name = f"set-{number}.pdf"
        item.contents[name] = small_pdf(1, salt=number)
        told = {**describe(name, item.contents[name]), "format": "Text PDF", "source": "original"}
        item.answer["files"].append(told)
    events = collect(folder, budget=Budget(documents=3))
    assert ends(events) == {"one": "done", "set": "done", "two": "skipped"}
    server.log.clear()
    return folder


def size_left(server: ArchiveServer, folder: Path) -> int:
    here = {path.name for path in (folder / "set").rglob("*.pdf")}
    contents = server.items["set"].contents
    return sum(len(bytes(content)) for name, content in contents.items() if name not in here)


def was_here(events: list[Event], name: str) -> bool:
    changes = [e for e in events if isinstance(e, DocumentChanged) and e.identifier == name]
    return changes[-1].was_here


def test_nothing_is_to_be_fetched_once_the_limit_is_filled(
    server: ArchiveServer, partly: Path
) -> None:
    events = collect(partly, budget=Budget(documents=3))
    assert (planned(events).cost.documents, planned(events).cost.size_bytes) == (0, 0)
    assert planned(events).items == 2
    assert was_here(events, "set")
    assert reason(events, "set") == LEFT
    assert events[-1] == Finished("0 items downloaded, 2 already here.", partly)
    assert server.asked("/download") == server.asked("/metadata/set") == []


def test_a_plan_counts_only_the_documents_that_are_missing(
    server: ArchiveServer, partly: Path
) -> None:
    rest = planned(collect(partly, plan_only=True, budget=Budget(documents=5))).cost
    assert (rest.documents, rest.size_bytes) == (2, size_left(server, partly))
    # of the two that are missing one is taken
    cut = planned(collect(partly, plan_only=True, budget=Budget(documents=4))).cost
    assert (cut.documents, cut.certainty) == (1, "about")
    assert cut.size_bytes == size_left(server, partly) // 2
    assert str(cut).startswith("1 document · about ")


def test_what_is_here_in_part_keeps_no_other_from_being_counted(
    server: ArchiveServer, partly: Path
) -> None:
    # the item of four documents comes before one that is here, and was filled up with a part
    server.items["set"].fields["downloads"] = 9
    most = {"pick": "popular", "budget": Budget(documents=3)}
    again = planned(collect(partly, plan_only=True, **most))
    assert (again.items, again.cost.documents) == (2, 0)


def test_a_limit_is_filled_by_the_first_items_alone(server: ArchiveServer, partly: Path) -> None:
    server.add("zero")
    events = collect(partly, budget=Budget(documents=5))
    assert ends(events) == {"one": "done", "set": "done"}
    assert not (partly / "zero").exists()


def test_the_record_of_what_was_passed_over_tells_what_it_is(partly: Path) -> None:
    (record,) = read_records(partly / "two")
    told = (record.title, record.year, record.pages, record.file, record.size_bytes)
    assert told == ("Title of two", 1903, 3, "", None)


def test_a_greater_limit_takes_the_rest(server: ArchiveServer, partly: Path) -> None:
    events = collect(partly, budget=Budget(documents=6))
    assert ends(events) == dict.fromkeys(("one", "set", "two"), "done")
    assert events[-1] == Finished("2 items downloaded, 1 already here.", partly)
    assert len(server.asked("/download")) == 3
    assert collecting.told_by(partly)["set"].here.documents == 4


def test_a_window_may_take_what_a_command_left(server: ArchiveServer, partly: Path) -> None:
    Queue(partly).put(items("set", "two"), max_documents=4)
    events = list(download_queue(partly))
    assert ends(events) == {"set": "done", "two": "skipped"}
    assert reason(events, "set") == ""
    Queue(partly).put(items("two"))
    assert ends(list(download_queue(partly)))["two"] == "done"

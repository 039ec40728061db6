"""What is put into the queue together stays within its limits, whatever fails or starts anew."""

import contextlib
from pathlib import Path

from deepzine_gui import archive
from deepzine_gui.archive import Brought, Item, Queue
from deepzine_gui.archive.downloading.ledger import Ledger
from deepzine_gui.archive.queue.queue import Limit
from deepzine_gui.progress import Progress
from tests.archive.reading import LARGE, ends, items, on_disk, reason
from tests.fakes.archive_server import ArchiveServer, Fault, describe
from tests.fakes.small_pdf import small_pdf


def add_documents(server: ArchiveServer, name: str, count: int) -> None:
    """Give an item so many documents more."""
    item = server.items[name]
    for number in range(count):
        file = f"{name}-{number}.pdf"
        item.contents[file] = small_pdf(1, salt=number)
        told = {**describe(file, item.contents[file]), "format": "Text PDF", "source": "original"}
        item.answer["files"].append(told)


def documents_of(folder: Path, *names: str) -> int:
    return sum(len(list((folder / name).rglob("*.pdf"))) for name in names)


def test_what_is_put_in_together_stays_within_its_limit(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    for name, size in (("one", 1000), ("two", 900), ("three", 600), ("other", 5000)):
        server.add(name, b"%PDF-1.4".ljust(size))
    queue.put(items("one", "two", "three"), max_bytes=1700)
    queue.put(items("other"))
    queue.set(parallel=1)
    events = list(archive.download_queue(folder))
    expected = {"one": "done", "two": "skipped", "three": "done", "other": "done"}
    assert ends(events) == expected
    assert reason(events, "two") == (
        "Passed over: its 900 B are more than the limit of gigabytes leaves."
    )
    assert server.asked("/download/two") == []
    queue.retry(["two"])
    assert ends(list(archive.download_queue(folder))) == dict.fromkeys(expected, "done")


def test_what_is_expected_of_a_download_stays_within_its_limits(folder: Path) -> None:
    lot, free = Limit(1, max_bytes=1000), Limit(2)
    ledger = Ledger()
    search = [Item(name, name, size_bytes=8000) for name in ("a", "b", "c")]
    wanted = [(item, lot) for item in search]
    assert ledger.progress(wanted).total is None
    weighed = Item("weighed", "weighed", size_bytes=50, is_weighed=True)
    assert ledger.progress([*wanted, (weighed, free)]).total == 3 * 50 + 50
    assert ledger.reserve("a", Brought(1, 600), lot)
    assert ledger.progress(wanted).total == 1000
    # what the archive told of the files counts, not how many items there are
    small = Item("small", "small", size_bytes=800)
    assert ledger.progress([*wanted, (small, free), (weighed, free)]).total == 1000 + 60 + 50
    ledger.leave_out("a")
    assert ledger.progress(wanted).total == 400
    assert ledger.progress(()).total == 0


def test_a_download_tells_no_more_than_was_allowed(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    sizes = {"large": 900_000, "two": 200_000, "three": 200_000}
    for name, size in sizes.items():
        server.add(name, b"%PDF-1.4".ljust(size))
    server.spoil("/download/large", Fault(stall_after=300_000))
    queue.put(items(*sizes), max_bytes=1_300_000)
    queue.set(parallel=1)
    with contextlib.closing(archive.download_queue(folder)) as download:
        told = (event for event in download if isinstance(event, Progress))
        # of the first alone it would be three times as much
        assert next(event.total for event in told if event.total) == 1_300_000


def test_what_is_here_already_stays_taken_from_the_limit(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    for name in ("one", "two"):
        server.add(name, b"%PDF-1.4".ljust(1000))
    queue.put(items("one", "two"), max_bytes=1700)
    queue.settle({"one": Brought(1, 1000)})
    (entry,) = queue.read().entries
    assert (entry.item.identifier, entry.lot_bytes) == ("two", 700)
    assert ends(list(archive.download_queue(folder))) == {"two": "skipped"}


def test_no_more_documents_come_than_were_wanted(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    for name in ("one", "set", "late", "other"):
        server.add(name)
    add_documents(server, "set", 2)
    queue.put(items("one", "set", "late"), max_documents=3)
    queue.put(items("other"), max_documents=1)
    queue.set(parallel=1)
    events = list(archive.download_queue(folder))
    assert ends(events) == {"one": "done", "set": "done", "late": "skipped", "other": "done"}
    told = "2 of its 3 documents are taken: the limit of documents is reached."
    assert reason(events, "set") == told
    assert reason(events, "late") == "Passed over: the limit of documents is reached."
    assert server.asked("/metadata/late") == []
    assert documents_of(folder, "one", "set", "late") == 3
    # a later start leaves it at that, until the person asks for the others
    assert ends(list(archive.download_queue(folder))) == {"one": "done", "other": "done"}
    assert documents_of(folder, "one", "set", "late") == 3
    asked = len(server.asked("/download"))
    queue.retry(["set", "late"])
    assert set(ends(list(archive.download_queue(folder))).values()) == {"done"}
    assert documents_of(folder, "one", "set", "late") == 5
    assert len(server.asked("/download")) == asked + 2


def test_the_limit_of_documents_holds_after_a_restart(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    for name in ("one", "two", "set"):
        server.add(name, LARGE)
    add_documents(server, "set", 3)
    server.spoil("/download/set/set-1", Fault(stall_after=100))
    queue.put(items("one", "two", "set"), max_documents=4)
    queue.set(parallel=1)
    download = archive.download_queue(folder)
    while not server.stalled.is_set():
        next(download)
    download.close()
    server.over.set()
    queue.settle({"one": Brought(1, len(LARGE))})
    limits = [entry.limit for entry in Queue(folder).read().entries]
    assert limits == [Limit(1, None, 3)] * 2
    assert ends(list(archive.download_queue(folder))) == {"two": "done", "set": "done"}
    assert documents_of(folder, "one", "two", "set") == 4
    assert len(server.asked("/download/set")) == 3


def test_what_is_here_of_an_item_counts_before_what_is_missing(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    server.add("set")
    add_documents(server, "set", 2)
    server.spoil("/download/set", Fault(status=404))
    queue.put(items("set"), max_documents=2)
    assert ends(list(archive.download_queue(folder))) == {"set": "failed"}
    assert documents_of(folder, "set") == 1
    server.spoil("/download/set/set-1", Fault(status=404))
    queue.retry(["set"])
    list(archive.download_queue(folder))
    assert documents_of(folder, "set") == 2


def test_what_failed_stays_within_its_limit_when_it_is_tried_again(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    for name in ("one", "two", "three"):
        server.add(name, b"%PDF-1.4".ljust(1000))
    # its size is never told, so that nothing is kept free for it
    server.spoil("/metadata/one", *[Fault(body=b"<html>")] * 4)
    queue.put(items("one", "two", "three"), max_bytes=1700)
    queue.set(parallel=1)
    assert ends(list(archive.download_queue(folder))) == {
        "one": "failed",
        "two": "done",
        "three": "skipped",
    }
    queue.retry(["one"])
    assert ends(list(archive.download_queue(folder))) == {"one": "skipped", "two": "done"}
    assert on_disk(folder) == {
        "one/record.json",
        "three/record.json",
        "two/record.json",
        "two/two.pdf",
    }


def test_what_was_passed_over_may_be_put_in_again_with_another_limit(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    for name in ("one", "two"):
        server.add(name, b"%PDF-1.4".ljust(1000))
    queue.put(items("one", "two"), max_bytes=900)
    assert ends(list(archive.download_queue(folder))) == {"one": "skipped", "two": "skipped"}
    queue.put(items("one", "two"), max_bytes=1500)
    assert ends(list(archive.download_queue(folder))) == {"one": "done", "two": "skipped"}

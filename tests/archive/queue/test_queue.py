"""The project's queue: what is changed in it, and a download that follows the changes."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deepzine_gui import archive
from deepzine_gui.archive import Brought, DocumentChanged, Queue, Record, read_records
from deepzine_gui.archive.queue.queue import Limit
from deepzine_gui.archive.queue.records import discard_unfinished, write_record
from deepzine_gui.child import in_child
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event, Finished, Progress
from tests.archive.reading import LARGE, ends, items, on_disk, reason
from tests.fakes.archive_server import ArchiveServer, Fault, describe
from tests.fakes.small_pdf import small_pdf


@pytest.fixture
def queue(folder: Path) -> Queue:
    return Queue(folder)


def names(queue: Queue) -> list[str]:
    return [entry.item.identifier for entry in queue.read().entries]


def until_downloading(download: Iterator[Event], identifier: str) -> None:
    for event in download:
        match event:
            case DocumentChanged(name, "downloading", done) if name == identifier and done:
                return


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


def test_an_empty_queue(queue: Queue, folder: Path) -> None:
    assert queue.read() == archive.Queued((), parallel=2, goes_on=False)
    assert list(archive.download_queue(folder))[-1] == Finished("0 items downloaded.", folder)


def test_what_is_put_in_stays_in_its_order(queue: Queue, folder: Path) -> None:
    queue.put(items("one", "two", "three"))
    queue.put(items("two", "four"))
    assert names(queue) == ["one", "two", "three", "four"]
    queue.order(["four", "two", "one"])
    assert names(Queue(folder)) == ["four", "two", "one", "three"]
    queue.remove(["two", "never"])
    assert names(queue) == ["four", "one", "three"]
    queue.set(parallel=9, goes_on=True)
    assert (queue.read().parallel, queue.read().goes_on) == (4, True)


def test_a_damaged_queue_is_one_sentence(queue: Queue, folder: Path) -> None:
    queue.file.write_text("{", encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"downloads\.json cannot be read: mend it, or remove"):
        queue.read()
    with pytest.raises(ArchiveError, match=r"downloads\.json cannot be read"):
        list(archive.download_queue(folder))


def test_a_number_of_transfers_out_of_bounds_is_brought_within(queue: Queue) -> None:
    queue.file.write_text(json.dumps({"parallel": 70}), encoding="utf-8")
    assert queue.read().parallel == 4


def test_it_is_taken_in_its_order(server: ArchiveServer, queue: Queue, folder: Path) -> None:
    for name in ("one", "two", "three"):
        server.add(name)
    queue.put(items("one", "two", "three"))
    queue.order(["three", "one", "two"])
    queue.set(parallel=1)
    assert ends(list(archive.download_queue(folder))) == dict.fromkeys(names(queue), "done")
    asked = [asked.path for asked in server.asked("/download")]
    assert asked == [f"/download/{name}/{name}.pdf" for name in ("three", "one", "two")]


def test_what_failed_waits_until_it_is_asked_for_again(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    server.add("one")
    server.add("two")
    server.spoil("/download/one", Fault(status=404))
    queue.put(items("one", "two"))
    assert ends(list(archive.download_queue(folder))) == {"one": "failed", "two": "done"}
    events = list(archive.download_queue(folder))
    assert events[-1] == Finished("0 items downloaded, 1 already here.", folder)
    assert ends(events) == {"two": "done"}
    assert len(server.asked("/download/one")) == 1
    queue.retry(["one", "two"])
    assert [entry.tries for entry in queue.read().entries] == [1, 0]
    assert ends(list(archive.download_queue(folder))) == {"one": "done", "two": "done"}
    assert len(server.asked("/download/two")) == 1


def test_a_running_download_follows_what_is_put_in_moved_and_retried(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    for name in ("one", "two", "three", "four"):
        server.add(name, LARGE)
    server.spoil("/download/one", Fault(status=404))
    server.spoil("/download/two", Fault(stall_after=300_000))
    queue.put(items("one", "two", "three"))
    queue.set(parallel=1)
    download = archive.download_queue(folder)
    until_downloading(download, "two")
    queue.put(items("four"))
    queue.order(["two", "four", "one", "three"])
    queue.retry(["one"])
    server.over.set()
    assert ends(list(download)) == dict.fromkeys(("one", "two", "three", "four"), "done")
    asked = [asked.path.split("/")[2] for asked in server.asked("/download")]
    assert asked == ["one", "two", "two", "four", "one", "three"]


def test_what_is_removed_while_it_is_tried_again_leaves_nothing(
    queue: Queue, server: ArchiveServer
) -> None:
    for name in ("one", "two"):
        server.add(name)
    server.spoil("/download/one", *[Fault(status=500)] * 9)
    queue.put(items("one", "two"))
    events = []
    for event in archive.download_queue(queue.folder):
        events.append(event)
        if isinstance(event, DocumentChanged) and event.identifier == "one":
            queue.remove(["one"])
    assert ends(events) == {"one": "downloading", "two": "done"}
    assert not (queue.folder / "one").exists()


def test_what_is_removed_amid_its_download_is_broken_off(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    server.add("one", LARGE)
    server.add("two")
    server.spoil("/download/one", Fault(drips_s=0.01))
    queue.put(items("one", "two"))
    download = archive.download_queue(folder)
    until_downloading(download, "one")
    queue.remove(["one"])
    events = list(download)
    assert ends(events)["two"] == "done"
    assert "one" not in {record.identifier for record in read_records(folder)}
    assert not (folder / "one").exists()
    progress = [event for event in events if isinstance(event, Progress)]
    assert progress[-1].done == progress[-1].total == (folder / "two" / "two.pdf").stat().st_size


def test_a_folder_that_vanishes_while_it_is_looked_into_holds_no_record(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "gone", "z"):
        write_record(folder / name, Record(name, name))
    look_into = os.scandir

    def vanishing(place: Any) -> Any:
        if Path(place).name == "gone":
            (folder / "gone" / "record.json").unlink()
            (folder / "gone").rmdir()
        return look_into(place)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", vanishing)
        discard_unfinished(folder / "gone")
        write_record(folder / "gone", Record("gone", "gone"))
        assert [record.identifier for record in read_records(folder)] == ["a", "z"]


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
        "Passed over: with its 900 B the limit of 1.7 kB would be passed."
    )
    assert server.asked("/download/two") == []
    queue.retry(["two"])
    assert ends(list(archive.download_queue(folder))) == dict.fromkeys(expected, "done")


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
    assert reason(events, "late") == "Passed over: the limit of 3 documents is reached."
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


def test_removing_keeps_what_is_finished(server: ArchiveServer, queue: Queue, folder: Path) -> None:
    item = server.add("set")
    item.contents["more.pdf"] = LARGE
    item.answer["files"].append({**item.answer["files"][0], "name": "more.pdf", "md5": "0" * 32})
    item.answer["files"][1]["size"] = str(len(LARGE))
    queue.put(items("set"))
    assert ends(list(archive.download_queue(folder))) == {"set": "failed"}
    queue.remove(["set"])
    assert on_disk(folder) == {"set/002 set/record.json", "set/002 set/set.pdf"}


def test_more_transfers_are_begun_as_soon_as_they_are_set(
    server: ArchiveServer, queue: Queue, folder: Path
) -> None:
    for name in ("one", "two", "three"):
        server.add(name, LARGE)
        server.spoil(f"/download/{name}", Fault(stall_after=100_000))
    queue.put(items("one", "two", "three"))
    queue.set(parallel=1)
    download = archive.download_queue(folder)
    until_downloading(download, "one")
    assert len(server.asked("/download")) == 1
    queue.set(parallel=3)
    until_downloading(download, "three")
    server.over.set()
    assert ends(list(download)) == dict.fromkeys(("one", "two", "three"), "done")


def test_a_second_process_is_told(server: ArchiveServer, queue: Queue, folder: Path) -> None:
    server.add("one", LARGE)
    server.spoil("/download/one", Fault(stall_after=100_000))
    queue.put(items("one"))
    first = archive.download_queue(folder)
    until_downloading(first, "one")
    with pytest.raises(ArchiveError, match=r"Another DeepZine is downloading into .*: wait until"):
        list(in_child(archive.download, items("one"), folder))
    first.close()
    assert ends(list(archive.download_queue(folder))) == {"one": "done"}

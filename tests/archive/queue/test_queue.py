"""The project's queue: what is changed in it, and a download that follows the changes."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deepzine_gui import archive
from deepzine_gui.archive import DocumentChanged, Queue, Record, read_records
from deepzine_gui.archive.queue.queue import NO_LIMIT
from deepzine_gui.archive.queue.records import discard_unfinished, write_record
from deepzine_gui.child import in_child
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event, Finished, Progress
from tests.archive.reading import LARGE, ends, items, on_disk
from tests.fakes.archive_server import ArchiveServer, Fault
from tests.patience import PATIENCE_S, comes_true


def names(queue: Queue) -> list[str]:
    return [entry.item.identifier for entry in queue.read().entries]


def until_downloading(download: Iterator[Event], identifier: str) -> list[Event]:
    """What is told until bytes of an item have come."""
    heard = []
    for event in download:
        heard.append(event)
        match event:
            case DocumentChanged(name, "downloading", done) if name == identifier and done:
                break
    return heard


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
    removed = threading.Barrier(2)
    # its tries are not over before it is removed
    server.spoil("/download/one", Fault(status=500, meets=removed), *[Fault(status=500)] * 8)
    queue.put(items("one", "two"))
    download = archive.download_queue(queue.folder)
    events = []
    for event in download:
        events.append(event)
        if isinstance(event, DocumentChanged) and event.identifier == "one":
            break
    assert comes_true(lambda: bool(server.asked("/download/one")))
    queue.remove(["one"])
    removed.wait(PATIENCE_S)
    events += download
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
    events = until_downloading(download, "one")
    queue.remove(["one"])
    events += download
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


def test_a_queue_of_before_there_were_limits_is_read(queue: Queue) -> None:
    queue.file.parent.mkdir(parents=True, exist_ok=True)
    item = {"identifier": "one", "title": "One"}
    before = {"entries": [{"item": item, "tries": 1}], "parallel": 3, "goes_on": True}
    queue.file.write_text(json.dumps(before), encoding="utf-8")
    (entry,) = queue.read().entries
    assert (entry.tries, entry.limit, queue.read().parallel) == (1, NO_LIMIT, 3)

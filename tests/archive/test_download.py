"""Downloading from the loopback archive: what is kept, and what it costs when something fails."""

import json
import sys
import threading
import time
from pathlib import Path

import pytest

from deepzine_gui import archive
from deepzine_gui.archive import DocumentChanged, Item, Record, connection, read_records, record_of
from deepzine_gui.child import in_child
from deepzine_gui.errors import ArchiveError, StorageError
from deepzine_gui.progress import Event, Finished, Notice, Progress
from tests.fakes.archive_server import ArchiveServer, Fault, describe
from tests.fakes.small_pdf import small_pdf

LARGE = small_pdf(2, padding_bytes=600_000)


def items(*identifiers: str) -> list[Item]:
    return [Item(identifier, identifier) for identifier in identifiers]


def ends(events: list[Event]) -> dict[str, str]:
    """The last state of every item."""
    return {e.identifier: e.state for e in events if isinstance(e, DocumentChanged)}


def reason(events: list[Event], identifier: str) -> str:
    changes = [e for e in events if isinstance(e, DocumentChanged) and e.identifier == identifier]
    return changes[-1].reason


def on_disk(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_documents_arrive_with_their_records(server: ArchiveServer, folder: Path) -> None:
    server.add("one", LARGE, creator="A. Author", year="1903", language="eng", rights="free")
    server.add("two", small_pdf(1))
    events = list(archive.download(items("one", "two", "one"), folder))
    assert ends(events) == {"one": "done", "two": "done"}
    assert (folder / "one" / "one.pdf").read_bytes() == LARGE
    total = len(LARGE) + len(small_pdf(1))
    assert events[-2] == Progress(total, total, "bytes")
    assert events[-1] == Finished("2 items downloaded.", folder)
    assert read_records(folder)[0] == Record(
        identifier="one",
        title="Title of one",
        creator="A. Author",
        year=1903,
        language="eng",
        rights="free",
        source=f"http://{server.host}/details/one",
        file="one.pdf",
        md5=describe("", LARGE)["md5"],
        size_bytes=len(LARGE),
        state="done",
    )
    assert record_of(folder / "two" / "two.pdf") == read_records(folder)[1]
    assert record_of(folder / "two" / "own.pdf") is None


def test_a_rerun_asks_for_nothing_that_is_here(server: ArchiveServer, folder: Path) -> None:
    server.add("one")
    list(archive.download(items("one"), folder))
    server.log.clear()
    events = list(archive.download(items("one"), folder))
    assert ends(events) == {"one": "done"}
    assert server.log == []


def test_a_document_whose_record_was_lost_is_not_fetched_again(
    server: ArchiveServer, folder: Path
) -> None:
    server.add("one")
    list(archive.download(items("one"), folder))
    (folder / "one" / "record.json").write_text("{", encoding="utf-8")
    list(archive.download(items("one"), folder))
    assert len(server.asked("/download")) == 1
    assert read_records(folder)[0].state == "done"


def test_a_cut_is_resumed_by_range(server: ArchiveServer, folder: Path) -> None:
    server.add("one", LARGE)
    server.spoil("/download/one", Fault(cut_after=200_000), Fault(cut_after=100_000))
    assert ends(list(archive.download(items("one"), folder))) == {"one": "done"}
    asked = server.asked("/download/one")
    assert [a.headers.get("Range") for a in asked] == [None, "bytes=200000-", "bytes=300000-"]
    assert sum(a.sent_bytes for a in asked) == len(LARGE)
    assert (folder / "one" / "one.pdf").read_bytes() == LARGE


@pytest.mark.parametrize(
    "fault", [Fault(ignores_range=True), Fault(status=416), Fault(status=500), Fault(status=502)]
)
def test_a_server_that_cannot_resume(server: ArchiveServer, folder: Path, fault: Fault) -> None:
    server.add("one", LARGE)
    server.spoil("/download/one", Fault(cut_after=200_000), fault)
    assert ends(list(archive.download(items("one"), folder))) == {"one": "done"}
    assert (folder / "one" / "one.pdf").read_bytes() == LARGE


def test_an_old_part_of_a_changed_file_is_thrown_away(server: ArchiveServer, folder: Path) -> None:
    server.add("one", LARGE)
    part = folder / "one" / "one.pdf.part"
    part.parent.mkdir()
    part.write_bytes(b"old" * 1000)
    assert ends(list(archive.download(items("one"), folder))) == {"one": "done"}
    assert (folder / "one" / "one.pdf").read_bytes() == LARGE


@pytest.mark.parametrize(
    "body", [LARGE[:-1] + b"?", LARGE + b"more", LARGE[:-1], b"<html>later</html>"]
)
def test_a_damaged_file_is_not_kept(server: ArchiveServer, folder: Path, body: bytes) -> None:
    for name in ("one", "two", "three"):
        server.add(name, LARGE)
    server.spoil("/download/two", *[Fault(body=body)] * 12)
    events = list(archive.download(items("one", "two", "three"), folder))
    assert ends(events) == {"one": "done", "two": "failed", "three": "done"}
    assert reason(events, "two").startswith("two.pdf ")
    assert reason(events, "two").endswith(": try again later.")
    assert reason(events, "two").count(".") == 2
    assert not (folder / "two" / "two.pdf").exists()
    record = {record.identifier: record for record in read_records(folder)}["two"]
    assert (record.state, record.reason) == ("failed", reason(events, "two"))
    assert events[-1] == Finished("2 items downloaded, 1 failed.", folder)
    server.spoil("/download/two", *[Fault()] * 12)


def test_a_wrong_md5_is_said_and_leaves_nothing(server: ArchiveServer, folder: Path) -> None:
    server.add("one", file={"md5": "0" * 32})
    events = list(archive.download(items("one"), folder))
    assert "arrived damaged" in reason(events, "one")
    assert on_disk(folder) == {"one/record.json"}


def test_closed_and_missing_items_have_a_reason_each(server: ArchiveServer, folder: Path) -> None:
    server.add("dark", is_dark=True)
    server.add("borrow", collection=["inlibrary"])
    server.add("private", file={"private": "true"})
    server.add("sound", file={"format": "MP3", "name": "sound.mp3"})
    server.add("forbidden")
    server.add("removed").contents.clear()
    server.add("odd").answer["files"] = [1, 2]
    server.spoil("/download/forbidden", Fault(status=403))
    names = ["dark", "borrow", "private", "sound", "forbidden", "removed", "odd", "nowhere"]
    listed = Item("listed", "Known to be closed", restricted="This item can only be borrowed.")
    events = list(archive.download([*items(*names), listed], folder))
    restricted = dict.fromkeys(["dark", "borrow", "private", "forbidden", "listed"], "restricted")
    failed = dict.fromkeys(["sound", "removed", "odd", "nowhere"], "failed")
    assert ends(events) == restricted | failed
    assert all(reason(events, name).endswith(".") for name in ends(events))
    assert server.asked("/metadata/listed") == []
    assert {(r.identifier, r.state) for r in read_records(folder)} == set(ends(events).items())
    assert events[-1] == Finished("0 items downloaded, 4 failed, 5 restricted.", folder)


def test_a_name_from_outside_stays_inside(server: ArchiveServer, folder: Path) -> None:
    item = server.add("one")
    item.contents["../../evil.pdf"] = item.contents["one.pdf"]
    item.answer["files"][0]["name"] = "../../evil.pdf"
    list(archive.download(items("one"), folder))
    assert on_disk(folder.parent) == {f"{folder.name}/one/{n}" for n in ("evil.pdf", "record.json")}


def test_several_originals_have_a_folder_each(server: ArchiveServer, folder: Path) -> None:
    item = server.add("set")
    for name, pages in (("volume 2.pdf", 2), ("volume 3.pdf", 3)):
        item.contents[name] = small_pdf(pages)
        file = describe(name, small_pdf(pages))
        item.answer["files"].append({**file, "format": "Text PDF", "source": "original"})
    server.spoil("/download/set/volume 2.pdf", Fault(status=404))
    events = list(archive.download(items("set"), folder))
    assert ends(events) == {"set": "failed"}
    assert [(r.file, r.state) for r in read_records(folder)] == [
        ("set.pdf", "done"),
        ("volume 2.pdf", "failed"),
        ("volume 3.pdf", "done"),
    ]
    assert ends(list(archive.download(items("set"), folder))) == {"set": "done"}
    assert len(server.asked("/download/set/volume 3.pdf")) == 1


def test_a_pause_holds_the_whole_queue(server: ArchiveServer, folder: Path) -> None:
    names = [f"item-{number}" for number in range(4)]
    for name in names:
        server.add(name)
    server.spoil("/download/item-0", Fault(status=503, retry_after="1"))
    events = list(archive.download(items(*names), folder))
    assert set(ends(events).values()) == {"done"}
    assert Notice(f"The archive at {server.host} asks for a pause of 1 s.") in events
    told = next(asked.ended for asked in server.log if asked.status == 503)
    # a request may have been under way as the pause was asked for
    assert [a for a in server.log if told + 0.2 < a.began < told + 0.95] == []


def test_never_more_than_two_at_once(server: ArchiveServer, folder: Path) -> None:
    names = [f"item-{number}" for number in range(8)]
    for name in names:
        server.add(name)
    server.spoil("/download", *[Fault(waits_s=0.05)] * 8)
    list(archive.download(items(*names), folder))
    asked = server.asked("/download")
    at_once = [sum(b.began <= a.began < b.ended for b in asked) for a in asked]
    assert len(asked) == 8
    assert max(at_once) == 2


def test_closing_leaves_only_what_can_be_resumed(server: ArchiveServer, folder: Path) -> None:
    server.add("one", LARGE)
    server.spoil("/download/one", Fault(stall_after=300_000))
    download = archive.download(items("one"), folder)
    for event in download:
        if isinstance(event, Progress) and event.done == 300_000:
            break
    began = time.monotonic()
    download.close()
    assert time.monotonic() - began < 5
    assert on_disk(folder) == {"one/one.pdf.part", "one/record.json"}
    assert read_records(folder)[0].state == "waiting"
    assert ends(list(archive.download(items("one"), folder))) == {"one": "done"}
    assert server.asked("/download")[-1].headers["Range"] == "bytes=300000-"


def test_nobody_asking_is_a_pause(server: ArchiveServer, folder: Path) -> None:
    names = [f"item-{number}" for number in range(20)]
    for name in names:
        server.add(name)
    download = archive.download(items(*names), folder)
    while not (isinstance(event := next(download), DocumentChanged) and event.state == "done"):
        pass
    threading.Event().wait(0.5)
    assert len(server.asked("/download")) < 12
    assert set(ends([event, *download]).values()) == {"done"}


def test_the_size_limit_holds_over_reruns(server: ArchiveServer, folder: Path) -> None:
    names = [f"item-{number}" for number in range(5)]
    for name in names:
        server.add(name, b"x" * 1000)
    for _ in range(2):
        events = list(archive.download(items(*names), folder, max_bytes=2500))
        assert [name for name, state in ends(events).items() if state == "done"] == names[:2]
        assert Notice("3 items left out: the size limit is reached.") in events
        assert events[-2] == Progress(2000, 2000, "bytes")
    assert len(server.asked("/download")) == 2


def test_the_total_is_an_estimate_until_all_is_known(server: ArchiveServer, folder: Path) -> None:
    for name in ("one", "two", "three", "four"):
        server.add(name, b"x" * 1000)
    server.spoil("/download", *[Fault(waits_s=0.4)] * 4)
    events = list(archive.download(items("one", "two", "three", "four"), folder))
    totals = [event.total for event in events if isinstance(event, Progress)]
    assert 4000 in totals[:-1]
    assert set(totals) <= {None, 4000}


def test_no_connection_is_one_sentence(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ArchiveServer() as gone:
        monkeypatch.setenv(connection.HOST_VARIABLE, gone.host)
    with pytest.raises(ArchiveError, match="cannot be reached: check the network"):
        list(archive.download(items("one", "two", "three"), folder))


def test_a_file_server_that_is_silent_fails_alone(server: ArchiveServer, folder: Path) -> None:
    server.add("one")
    server.add("two")
    server.spoil("/download/one", *[Fault(cut_after=0)] * 9)
    events = list(archive.download(items("one", "two"), folder))
    assert ends(events) == {"one": "failed", "two": "done"}
    assert "the connection broke several times" in reason(events, "one")


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_full_disk_is_one_sentence(server: ArchiveServer, folder: Path) -> None:
    server.add("one")
    (folder / "one").mkdir()
    (folder / "one" / "one.pdf.part").symlink_to("/dev/full")
    with pytest.raises(StorageError, match=r"The disk is full: .*one\.pdf could not be written\."):
        list(archive.download(items("one"), folder))
    assert not (folder / "one" / "one.pdf").exists()


def test_no_threads_left_is_one_sentence(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(ArchiveError, match="no threads left for a download"):
            list(archive.download(items("one"), folder))


def test_one_thread_is_enough(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def refuse_the_second(thread: threading.Thread) -> None:
        if thread.name == "archive-1":
            raise RuntimeError("can't start new thread")
        start(thread)

    server.add("one")
    server.add("two")
    monkeypatch.setattr(threading.Thread, "start", refuse_the_second)
    assert ends(list(archive.download(items("one", "two"), folder))) == {
        "one": "done",
        "two": "done",
    }


def test_nothing_to_download(folder: Path) -> None:
    assert list(archive.download([], folder))[-1] == Finished("0 items downloaded.", folder)


def test_collect_takes_the_first_that_are_free(server: ArchiveServer, folder: Path) -> None:
    server.add("borrowed", collection=["zines", "inlibrary"], downloads=9)
    for number in range(5):
        server.add(f"item-{number}", downloads=5 - number)
    events = list(archive.collect("zines", folder, limit=2))
    assert ends(events) == {"item-0": "done", "item-1": "done"}
    assert [event for event in events if isinstance(event, Finished)] == [
        Finished("2 items downloaded.", folder)
    ]
    assert any(isinstance(e, Notice) and "borrowed is left out" in e.text for e in events)


def test_in_a_child_closed_amid_a_file(server: ArchiveServer, folder: Path) -> None:
    server.add("one", LARGE)
    server.spoil("/download/one", Fault(stall_after=300_000))
    child = in_child(archive.collect, "zines", folder)
    for event in child:
        if isinstance(event, Progress) and event.unit == "bytes" and event.done == 300_000:
            break
    child.close()
    assert on_disk(folder) == {"one/one.pdf.part", "one/record.json"}
    assert json.loads((folder / "one" / "record.json").read_text("utf-8"))["state"] == "waiting"
    assert ends(list(in_child(archive.download, items("one"), folder))) == {"one": "done"}

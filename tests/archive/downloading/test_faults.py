"""Whatever goes wrong with one document: nothing wrong is kept, and the others go on."""

import threading
import time
from pathlib import Path

import pytest

from deepzine_gui import archive
from deepzine_gui.archive import DocumentChanged, Item, read_records
from deepzine_gui.archive.connection import manners
from deepzine_gui.archive.connection.manners import Manners
from deepzine_gui.errors import ArchiveError, StorageError
from deepzine_gui.progress import Finished, Notice, Progress
from tests.archive.reading import LARGE, ends, items, on_disk, reason
from tests.fakes.archive_server import ArchiveServer, Fault


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


@pytest.mark.parametrize(
    ("name", "local"), [("sub/Page: 1?.pdf", "Page_ 1_.pdf"), ("青空 100%.pdf", "青空 100%.pdf")]
)
def test_a_name_of_any_kind(server: ArchiveServer, folder: Path, name: str, local: str) -> None:
    item = server.add("one")
    item.contents[name] = item.contents["one.pdf"]
    item.answer["files"][0]["name"] = name
    list(archive.download(items("one"), folder))
    assert on_disk(folder.parent) == {f"{folder.name}/one/{n}" for n in (local, "record.json")}


def test_a_name_from_outside_stays_inside(server: ArchiveServer, folder: Path) -> None:
    server.add("one", file={"name": "../../evil.pdf"})
    events = list(archive.download(items("one"), folder))
    assert ends(events) == {"one": "failed"}
    assert reason(events, "one") == (
        "evil.pdf is not fetched: its name in the archive leads out of its item."
    )
    # the address would be that of something else
    assert [asked.path for asked in server.log] == ["/metadata/one"]
    assert on_disk(folder.parent) == {f"{folder.name}/one/record.json"}


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_holds_the_whole_queue(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    names = [f"item-{number}" for number in range(4)]
    for name in names:
        server.add(name)
    server.spoil("/download/item-0", Fault(status=status, retry_after="1"))
    pauses, pause = [], Manners.pause

    def noted(polite: Manners, seconds: float) -> None:
        began = time.monotonic()
        pause(polite, seconds)
        pauses.append((began, time.monotonic()))

    monkeypatch.setattr(Manners, "pause", noted)
    events = list(archive.download(items(*names), folder))
    assert set(ends(events).values()) == {"done"}
    assert Notice(f"The archive at {server.host} asks for a pause of 1 s.") in events
    ((earliest, latest),) = pauses
    # one of the other document may have been under way as the pause began
    assert len([a for a in server.log if latest < a.began < earliest + 1.0]) <= 1


def test_a_lost_connection_is_waited_out(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manners, "OFFLINE_DELAYS_S", (0.05,))
    for name in ("one", "two", "three"):
        server.add(name, LARGE)
    server.spoil("/download/one", Fault(cut_after=100_000))
    server.go_down()
    events = []
    for event in archive.download(items("one", "two", "three"), folder):
        events.append(event)
        if isinstance(event, Progress) and event.what == "no connection, waiting for it":
            server.come_back()
        elif isinstance(event, DocumentChanged) and ends(events) == {
            "one": "done", "two": "waiting", "three": "waiting",
        }:  # fmt: skip
            server.go_down()
    assert ends(events) == dict.fromkeys(("one", "two", "three"), "done")
    said = [event.text for event in events if isinstance(event, Notice)]
    name = f"The archive at {server.host}"
    away = f"{name} cannot be reached: the download waits for the connection and goes on by itself."
    assert said[:2] == [away, f"{name} can be reached again: the download goes on."]
    assert len(server.asked("/metadata")) == 3


def test_a_connection_that_stays_away_is_one_sentence(
    server: ArchiveServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manners, "OFFLINE_DELAYS_S", (0.01,))
    monkeypatch.setattr(manners, "OFFLINE_LIMIT_S", 0.1)
    server.go_down()
    with pytest.raises(ArchiveError, match="cannot be reached: check the network"):
        list(archive.download(items("one", "two", "three"), folder))


def test_one_server_of_the_archive_that_is_down_holds_up_nobody(
    server: ArchiveServer, folder: Path
) -> None:
    with ArchiveServer() as node:
        gone = node.host
    server.add("one")
    server.add("two")
    server.redirects["/download/one/one.pdf"] = f"http://{gone}/one.pdf"
    events = list(archive.download(items("one", "two"), folder))
    assert ends(events) == {"one": "failed", "two": "done"}
    assert "the connection broke several times" in reason(events, "one")
    assert not [event for event in events if isinstance(event, Notice)]


def test_a_file_server_that_is_silent_fails_alone(server: ArchiveServer, folder: Path) -> None:
    server.add("one")
    server.add("two")
    server.spoil("/download/one", *[Fault(cut_after=0)] * 9)
    events = list(archive.download(items("one", "two"), folder))
    assert ends(events) == {"one": "failed", "two": "done"}
    assert "the connection broke several times" in reason(events, "one")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="/dev/full is Linux's")
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

"""Downloading from the loopback archive: what arrives, what is kept, how it is stopped."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

from deepzine_gui import archive
from deepzine_gui.archive import DocumentChanged, Record, read_records, record_of
from deepzine_gui.archive.choosing.picking import Budget
from deepzine_gui.archive.choosing.wishes import Wish
from deepzine_gui.child import in_child
from deepzine_gui.progress import Finished, Progress
from tests.archive.reading import LARGE, ends, items, on_disk, reason
from tests.fakes.archive_server import ArchiveServer, Fault, describe
from tests.fakes.small_pdf import small_pdf


def test_documents_arrive_with_their_records(server: ArchiveServer, folder: Path) -> None:
    server.add(
        "one",
        LARGE,
        creator="A. Author",
        year="1903",
        date="1903-05",
        language="eng",
        rights="free",
    )
    server.add("two", small_pdf(1))
    events = list(archive.download(items("one", "two", "one"), folder))
    assert ends(events) == {"one": "done", "two": "done"}
    assert (folder / "one" / "one.pdf").read_bytes() == LARGE
    total = len(LARGE) + len(small_pdf(1))
    assert events[-2] == Progress(total, total, "bytes")
    assert events[-1] == Finished("2 items downloaded.", folder)
    first = read_records(folder)[0]
    assert datetime.fromisoformat(first.fetched).tzinfo is UTC
    assert first == Record(
        identifier="one",
        title="Title of one",
        creator="A. Author",
        year=1903,
        date="1903-05",
        language="eng",
        collection="zines",
        rights="free",
        source=f"http://{server.host}/details/one",
        file="one.pdf",
        md5=describe("", LARGE)["md5"],
        size_bytes=len(LARGE),
        fetched=first.fetched,
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
    assert [e.was_here for e in events if isinstance(e, DocumentChanged)] == [True]
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


def holding(server: ArchiveServer, contents: dict[str, bytes]) -> None:
    """Let the item ``set`` hold these documents from now on."""
    item = server.add("set")
    item.contents = dict(contents)
    item.answer["files"] = [
        {**describe(name, content), "format": "Text PDF", "source": "original"}
        for name, content in contents.items()
    ]


def test_a_document_stays_where_it_is_when_the_files_of_its_item_change(
    server: ArchiveServer, folder: Path
) -> None:
    one, two, three = (small_pdf(pages) for pages in (1, 2, 3))
    holding(server, {"one.pdf": one, "two.pdf": two})
    server.spoil("/download/set/two.pdf", Fault(status=404))
    assert ends(list(archive.download(items("set"), folder))) == {"set": "failed"}
    # one file is gone, and the other has another name
    holding(server, {"only.pdf": one})
    assert ends(list(archive.download(items("set"), folder))) == {"set": "done"}
    assert on_disk(folder) == {"set/001 one/one.pdf", "set/001 one/record.json"}
    holding(server, {"only.pdf": one, "three.pdf": three})
    (folder / "set" / "001 one" / "record.json").write_bytes(
        (folder / "set" / "001 one" / "record.json").read_bytes().replace(b'"done"', b'"waiting"')
    )
    assert ends(list(archive.download(items("set"), folder))) == {"set": "done"}
    asked = [asked.path for asked in server.asked("/download")]
    assert asked == [f"/download/set/{name}.pdf" for name in ("one", "two", "three")]
    assert [record.state for record in read_records(folder)] == ["done", "done"]


def test_one_document_becomes_two(server: ArchiveServer, folder: Path) -> None:
    one, two = small_pdf(1), small_pdf(2)
    holding(server, {"one.pdf": one})
    server.spoil("/download/set", Fault(cut_after=200), *[Fault(status=404)])
    assert ends(list(archive.download(items("set"), folder))) == {"set": "failed"}
    holding(server, {"one.pdf": one, "two.pdf": two})
    assert ends(list(archive.download(items("set"), folder))) == {"set": "done"}
    assert on_disk(folder) == {
        "set/one.pdf",
        "set/record.json",
        "set/002 two/two.pdf",
        "set/002 two/record.json",
    }


def test_closing_leaves_only_what_can_be_resumed(server: ArchiveServer, folder: Path) -> None:
    server.add("one", LARGE)
    server.spoil("/download/one", Fault(stall_after=300_000))
    download = archive.download(items("one"), folder)
    for event in download:
        if isinstance(event, Progress) and event.done == 300_000:
            break
    download.close()
    # without waiting for the server, which is silent still
    assert not server.asked("/download")[0].ended
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
    # time in which a download that is not held back would fetch all twenty
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
        assert [name for name, state in ends(events).items() if state == "skipped"] == names[2:]
        assert reason(events, names[2]) == (
            "Passed over: its 1.0 kB are more than the limit of gigabytes leaves."
        )
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


def test_nothing_to_download(folder: Path) -> None:
    assert list(archive.download([], folder))[-1] == Finished("0 items downloaded.", folder)


def test_the_limit_is_one_of_documents(server: ArchiveServer, folder: Path) -> None:
    for number in range(3):
        server.add(f"item-{number}", downloads=5 - number, item_size=10_000)
    second = server.items["item-1"]
    for name in ("b.pdf", "c.pdf"):
        second.contents[name] = small_pdf(1, salt=len(name))
        told = {**describe(name, second.contents[name]), "format": "Text PDF"}
        second.answer["files"].append({**told, "source": "original"})
    three = Wish(pick="popular", budget=Budget(documents=3))
    events = list(archive.collect("zines", folder, wish=three))
    assert ends(events) == {"item-0": "done", "item-1": "done", "item-2": "skipped"}
    assert reason(events, "item-1") == (
        "2 of its 3 documents are taken: the limit of documents is reached."
    )
    assert reason(events, "item-2") == "Passed over: the limit of documents is reached."
    assert events[-1] == Finished("2 items downloaded, 1 passed over.", folder)
    assert len(list(folder.rglob("*.pdf"))) == 3
    asked = len(server.asked("/download"))
    list(archive.collect("zines", folder, wish=three))
    assert len(server.asked("/download")) == asked == 3
    list(archive.collect("zines", folder, wish=Wish(budget=Budget(documents=9))))
    assert len(list(folder.rglob("*.pdf"))) == 5


def test_in_a_child_closed_amid_a_file(server: ArchiveServer, folder: Path) -> None:
    server.add("one", LARGE)
    server.spoil("/download/one", Fault(stall_after=300_000))
    child = in_child(archive.collect, "zines", folder, wish=Wish())
    for event in child:
        if isinstance(event, Progress) and event.unit == "bytes" and event.done == 300_000:
            break
    child.close()
    assert on_disk(folder) == {"one/one.pdf.part", "one/record.json"}
    assert json.loads((folder / "one" / "record.json").read_text("utf-8"))["state"] == "waiting"
    assert ends(list(in_child(archive.download, items("one"), folder))) == {"one": "done"}

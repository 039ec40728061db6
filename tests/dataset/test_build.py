import os
import signal
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import pytest
from PIL import Image

from deepzine_gui.archive.queue.records import Record, write_record
from deepzine_gui.dataset import KEPT, SET_ASIDE, PagesAdded, Rules, open_dataset, set_label
from deepzine_gui.dataset.building import crew, executors, shards, spans
from deepzine_gui.dataset.building.build import build
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Finished, Progress
from tests.dataset.building import SMALL, built, contents, warnings_of, write_pdf
from tests.dataset.conftest import TimeIsUp
from tests.dataset.hostile_pdfs import with_endless_page
from tests.pages.pdfs import LOCKED, box, pdf
from tests.processes import our_children


def test_the_file_is_plain_hdf5_that_any_tool_reads(folder: Path) -> None:
    write_pdf(folder / "in/a.pdf", 4, step=25)
    out = folder / "out/pages.h5"
    events = built([folder / "in"], out)
    assert events[-1] == Finished("pages.h5 holds 4 pages from 1 document.", out)
    with h5py.File(out) as file:
        images = file["images"]
        assert (images.shape, images.dtype, images.chunks) == ((4, 1, 16, 16), "u1", (1, 1, 16, 16))
        assert (images.compression, images.compression_opts) == ("gzip", 1)
        assert (file.attrs["format"], file.attrs["version"]) == ("deepzine-dataset", 2)
        # page n is black in its lower n quarters
        for index in range(4):
            white = 16 - 4 * (index + 1)
            assert (images[index, 0, :white] == 255).all()
            assert (images[index, 0, white:] == 0).all()
    assert list(out.parent.iterdir()) == [out]


def test_the_order_does_not_depend_on_the_workers(tmp_path: Path) -> None:
    for number, pages in enumerate([1, 30, 3, 12]):
        write_pdf(tmp_path / f"in/{number}.pdf", pages)
    Image.new("L", (20, 30), 90).save(tmp_path / "in/cover.png")
    for workers in (1, 2, 3):
        built([tmp_path / "in"], tmp_path / f"{workers}.h5", workers=workers)
    built([tmp_path / "in"], tmp_path / "threads.h5")
    names = ("1", "2", "3", "threads")
    assert len({(tmp_path / f"{name}.h5").read_bytes() for name in names}) == 1
    _, rows = contents(tmp_path / "1.h5")
    assert rows[:3] == [("in", 1), ("0.pdf", 1), ("1.pdf", 1)]
    assert len(rows) == 47


def test_progress_counts_pages_up_to_all(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", 3)
    write_pdf(tmp_path / "b.pdf", 2)
    events = built([tmp_path / "a.pdf", tmp_path / "b.pdf"], tmp_path / "out.h5")
    steps = [event for event in events if isinstance(event, Progress)]
    assert {step.unit for step in steps} == {"pages"}
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (steps[-1].done, steps[-1].total) == (5, 5)
    added = [event for event in events if isinstance(event, PagesAdded)]
    assert {(event.document, event.pages) for event in added} == {("a.pdf", 3), ("b.pdf", 2)}


def test_pages_can_be_read_as_they_arrive(tmp_path: Path) -> None:
    write_pdf(tmp_path / "in/a.pdf", 3)
    write_pdf(tmp_path / "in/b.pdf", 2)
    for event in build([tmp_path / "in"], tmp_path / "out.h5", settings=SMALL, workers=1):
        if isinstance(event, PagesAdded):
            with open_dataset(event.shard) as dataset:
                assert [row.name for row in dataset.documents()] == [event.document]
                assert dataset.count == event.pages
    assert contents(tmp_path / "out.h5")[1][-1] == ("b.pdf", 2)


def test_bad_documents_cost_a_sentence_each_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_pdf(folder / "good1.pdf", 2)
    write_pdf(folder / "good2.pdf", 3)
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "locked.pdf").write_bytes(pdf(trailer=LOCKED))
    (folder / "none.pdf").write_bytes(pdf([]))
    (folder / "text.pdf").write_bytes(b"a letter to the editor")
    (folder / "torn.pdf").write_bytes(pdf([b""] * 5)[:70])
    (folder / "hole.pdf").write_bytes(pdf([b"", b"", b""], lost=[2]))
    events = built([folder], tmp_path / "out.h5")
    said = warnings_of(events)
    assert [line.split("in/")[1].split(":")[0] for line in said if not line[0].isdigit()] == [
        "empty.pdf is an empty file",
        "locked.pdf is locked with a password",
        "none.pdf has no pages.",
        "text.pdf is not a PDF, whatever its name says.",
        "torn.pdf is damaged or incomplete",
    ]
    assert [line for line in said if line[0].isdigit()] == [
        f"1 of 3 pages of {folder / 'hole.pdf'} was left out (page 2): the page is damaged."
    ]
    rows = contents(tmp_path / "out.h5")[1]
    assert [name for name, _ in rows] == ["good1.pdf"] * 2 + ["good2.pdf"] * 3 + ["hole.pdf"] * 2


def test_a_record_gives_source_and_rights(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "item/book.pdf", 1)
    record = Record(
        "item",
        "A book",
        year=1871,
        language="eng",
        collection="zines",
        rights="CC0",
        source="https://example.org/item",
        file=path.name,
    )
    write_record(path.parent, record)
    built([tmp_path], tmp_path / "out.h5")
    with open_dataset(tmp_path / "out.h5") as dataset:
        found = dataset.provenance(0)
        (document,) = dataset.documents()
    assert (found.document, found.source, found.rights) == (
        "item/book.pdf",
        "https://example.org/item",
        "CC0",
    )
    assert (document.year, document.language, document.folder) == (1871, "eng", "item")
    assert document.collection == "zines"
    assert (document.path, document.pages) == (str(path), 1)


def test_pages_are_measured_and_judged(tmp_path: Path) -> None:
    sheets = [box(0, 0, 100, 30), b"", box(0, 0, 100, 100)]
    (tmp_path / "a.pdf").write_bytes(pdf(sheets, size=(100, 100), lost=[]))
    rules = Rules(skip_first=0, doubles=0)
    built([tmp_path / "a.pdf"], tmp_path / "out.h5", rules=rules)
    with open_dataset(tmp_path / "out.h5") as dataset:
        rows = [dataset.provenance(index) for index in range(3)]
        assert dataset.rules == rules
    assert [row.reason for row in rows] == ["", "blank", "black"]
    assert [row.state for row in rows] == [KEPT, SET_ASIDE, SET_ASIDE]
    # page 1 is black below 4.8 of 16 pixels; area means make the fifth line grey
    assert rows[0].brightness == pytest.approx(1 - 0.3, abs=0.01)
    assert (rows[1].brightness, rows[1].ink) == (1, 0)


def test_a_killed_worker_costs_the_rest_of_its_block_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "BLOCK_PAGES", 4)
    write_pdf(tmp_path / "in/a.pdf", 2)
    (tmp_path / "in/long.pdf").parent.mkdir(exist_ok=True)
    (tmp_path / "in/long.pdf").write_bytes(with_endless_page(before=5, after=4))
    write_pdf(tmp_path / "in/z.pdf", 2)
    killed: set[int] = set()

    def kill_at_the_endless_page(seat: crew._Seat) -> None:
        assert seat.child.pid is not None
        if seat.page == 6:
            killed.add(seat.child.pid)
            os.kill(seat.child.pid, signal.SIGKILL)

    monkeypatch.setattr(crew._Seat, "end_if_limits_are_broken", kill_at_the_endless_page)
    events = built([tmp_path / "in"], tmp_path / "out.h5", workers=1)
    assert len(killed) == 2
    (said,) = warnings_of(events)
    assert "3 of 10 pages" in said
    assert "long.pdf were left out (page 6, 7, 8): page 6 ended its worker" in said
    assert "SIGKILL" in said
    rows = contents(tmp_path / "out.h5")[1]
    assert [page for name, page in rows if name == "long.pdf"] == [1, 2, 3, 4, 5, 9, 10]
    with open_dataset(tmp_path / "out.h5") as dataset:
        assert [page.page for page in dataset.missing()] == [6, 7, 8]
    others = [row for row in rows if row[0] != "long.pdf"]
    assert others == [("a.pdf", 1), ("a.pdf", 2), ("z.pdf", 1), ("z.pdf", 2)]
    assert not (tmp_path / "out.h5.parts").exists()
    assert not our_children()


def test_a_page_that_never_ends_costs_itself_and_those_after(
    tmp_path: Path, time_is_up: TimeIsUp
) -> None:
    time_is_up("a.pdf", 3)
    (tmp_path / "a.pdf").write_bytes(with_endless_page(before=2, after=3))
    write_pdf(tmp_path / "b.pdf", 1)
    events = built([tmp_path / "a.pdf", tmp_path / "b.pdf"], tmp_path / "out.h5", workers=1)
    (said,) = warnings_of(events)
    assert said == (
        f"4 of 6 pages of {tmp_path}/a.pdf were left out (page 3, 4, 5, 6): page 3 took longer "
        "than 60 s."
    )
    assert contents(tmp_path / "out.h5")[1] == [("a.pdf", 1), ("a.pdf", 2), ("b.pdf", 1)]
    with open_dataset(tmp_path / "out.h5") as dataset:
        assert [(page.document, page.page) for page in dataset.missing()] == [
            ("a.pdf", number) for number in (3, 4, 5, 6)
        ]
        assert dataset.documents()[0].pages == 6


def test_a_document_without_a_good_page_is_said_to_give_none(tmp_path: Path) -> None:
    (tmp_path / "holes.pdf").write_bytes(pdf([b"", b""], lost=[1, 2]))
    write_pdf(tmp_path / "z.pdf", 1)
    events = built([tmp_path / "holes.pdf", tmp_path / "z.pdf"], tmp_path / "out.h5")
    assert warnings_of(events) == [f"{tmp_path}/holes.pdf gives no page: the page is damaged."]
    with open_dataset(tmp_path / "out.h5") as dataset:
        assert [page.page for page in dataset.missing()] == [1, 2]


def test_workers_share_a_long_document(tmp_path: Path) -> None:
    write_pdf(tmp_path / "long.pdf", 250, step=0)
    built([tmp_path / "long.pdf"], tmp_path / "out.h5", workers=2)
    added = [
        (event.first, event.last)
        for event in built([tmp_path / "long.pdf"], tmp_path / "two.h5", workers=2)
        if isinstance(event, PagesAdded)
    ]
    # a worker tells of a block in parts when it is long about it
    assert {1, 101, 201} <= {first for first, _ in added}
    assert {100, 200, 250} <= {last for _, last in added}
    assert [page for _, page in contents(tmp_path / "two.h5")[1]] == list(range(1, 251))


def test_stop_amid_a_document_keeps_what_is_safe_of_it_and_the_build_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "BLOCK_PAGES", 10)
    # nothing waits for the time to make pages safe
    monkeypatch.setattr(shards, "_KEEP_S", 0)
    # a block begins once all of the one before is heard
    monkeypatch.setattr(executors, "_AT_ONCE", 1)
    source = write_pdf(tmp_path / "long.pdf", 35, step=2)
    out = tmp_path / "out.h5"
    with ThreadPoolExecutor(1) as executor:
        list(build([source], out, settings=SMALL, executor=executor))
        safe = []
        job = build([source], tmp_path / "other.h5", settings=SMALL, executor=executor)
        for event in job:
            if isinstance(event, PagesAdded):
                safe.append(event)
            if len(safe) == 12:
                break
        job.close()
    images, rows = contents(tmp_path / "other.h5")
    assert rows == [("long.pdf", page) for page in range(1, len(rows) + 1)]
    assert len(rows) == 20
    with open_dataset(tmp_path / "other.h5") as dataset:
        assert dataset.documents()[0].pages == 35
    assert (images == contents(out)[0][: len(images)]).all()
    events = built([source], tmp_path / "other.h5")
    again = {(e.first, e.last) for e in events if isinstance(e, PagesAdded)}
    assert min(again) == (len(rows) + 1, len(rows) + 1)
    assert (tmp_path / "other.h5").read_bytes() == out.read_bytes()


def test_closing_amid_a_document_leaves_no_process_and_no_half_file(tmp_path: Path) -> None:
    write_pdf(tmp_path / "long.pdf", 4000)
    settings = PageSettings(resolution=512)
    job = build([tmp_path / "long.pdf"], tmp_path / "out.h5", settings=settings, workers=2)
    assert any(isinstance(event, Progress) and event.done > 0 for event in job)
    job.close()
    assert not our_children()
    assert {path.name for path in tmp_path.iterdir()} <= {"long.pdf", "out.h5"}


def test_pages_that_leave_with_their_document_are_told(tmp_path: Path) -> None:
    sources = [write_pdf(tmp_path / f"{name}.pdf", 2) for name in "abc"]
    built(sources, tmp_path / "out.h5")
    set_label(tmp_path / "out.h5", [2], "woodcut")
    (said,) = warnings_of(built(sources[:1], tmp_path / "out.h5"))
    assert said == (
        "No longer in out.h5, as not among the sources: 2 documents (1 page of them marked or "
        "labelled)."
    )


def test_a_name_that_is_no_text_is_still_a_document(folder: Path) -> None:
    write_pdf(folder / "in/a.pdf", 1)
    os.rename(os.fsencode(folder / "in/a.pdf"), os.fsencode(folder / "in") + b"/caf\xe9.pdf")
    built([folder / "in"], folder / "out.h5")
    with open_dataset(folder / "out.h5") as opened:
        assert opened.provenance(0).document == "caf\ufffd.pdf"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /dev/shm")
def test_a_build_needs_no_shared_memory_file_system_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr("multiprocessing.heap.Arena._dir_candidates", [str(tmp_path / "missing")])
    out = tmp_path / "out.h5"
    built([write_pdf(tmp_path / "a.pdf", 3)], out, workers=2)
    assert len(contents(out)[1]) == 3
    assert list(temporary.glob("*.page")) == []

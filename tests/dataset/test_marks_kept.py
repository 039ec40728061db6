"""What a person has marked stays through the ordinary events of a project's life."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from deepzine_gui.dataset import (
    NO_RULES,
    PagesAdded,
    PageSettings,
    open_dataset,
    set_aside,
    set_label,
)
from deepzine_gui.dataset.building import build as building
from deepzine_gui.dataset.building import spans
from deepzine_gui.progress import Event, Notice
from tests.dataset.building import SMALL, OneBlock, built, warnings_of
from tests.pages.pdfs import box, pdf


def write_pages(path: Path, seeds: list[int]) -> Path:
    """Write a PDF whose pages each look like their seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    contents = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        places = rng.integers(0, 80, (6, 2)).tolist()
        contents.append(b" ".join(box(x, y, 20, 15) for x, y in places))
    path.write_bytes(pdf(contents, size=(100, 100)))
    return path


def write_picture(path: Path, seed: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    tones = np.random.default_rng(seed).integers(0, 256, (4, 4), dtype=np.uint8)
    Image.fromarray(tones).resize((64, 64)).save(path)
    return path


def marks(path: Path) -> list[tuple[str, int, str, int]]:
    """Document, page, label and state of each page that has a mark."""
    with open_dataset(path) as dataset:
        rows = [dataset.provenance(index) for index in range(dataset.count)]
    marked = [row for row in rows if row.label or row.reason == "by hand"]
    return [(row.document, row.page, row.label, row.state) for row in marked]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two documents of which three pages are marked."""
    for name, seeds in (("a.pdf", [1, 2, 3, 4]), ("b.pdf", [5, 6])):
        write_pages(tmp_path / "zine/documents" / name, seeds)
    out = tmp_path / "zine/dataset.h5"
    built([tmp_path / "zine/documents"], out, rules=NO_RULES)
    set_label(out, [1, 4], "map")
    set_aside(out, [2])
    return out


MARKS = [("a.pdf", 2, "map", 0), ("a.pdf", 3, "", 1), ("b.pdf", 1, "map", 0)]


@pytest.mark.parametrize("append", [False, True])
def test_a_file_whose_time_changed_keeps_its_marks(out: Path, append: bool) -> None:
    os.utime(out.parent / "documents/a.pdf", (1, 1))
    events = built([out.parent / "documents"], out, rules=NO_RULES, append=append)
    assert (marks(out), warnings_of(events)) == (MARKS, [])


@pytest.mark.parametrize("append", [False, True])
def test_a_picture_that_joins_its_folder_leaves_the_others_their_marks(
    tmp_path: Path, append: bool
) -> None:
    for number in range(1, 6):
        write_picture(tmp_path / f"in/{number:02}.png", number)
    out = tmp_path / "out.h5"
    built([tmp_path / "in"], out, rules=NO_RULES)
    set_label(out, [1, 3], "good")
    write_picture(tmp_path / "in/02 b.png", 99)
    events = built([tmp_path / "in"], out, rules=NO_RULES, append=append)
    # it comes before 02.png, so that both pages have other numbers now
    assert marks(out) == [("in", 3, "good", 0), ("in", 5, "good", 0)]
    assert warnings_of(events) == []


def test_a_project_that_was_copied_or_moved_keeps_its_marks_and_pages(
    tmp_path: Path, out: Path
) -> None:
    shutil.copytree(out.parent, tmp_path / "copy")
    shutil.move(out.parent, tmp_path / "moved")
    for place in ("copy", "moved"):
        events = built([tmp_path / place / "documents"], tmp_path / place / "dataset.h5")
        assert marks(tmp_path / place / "dataset.h5") == MARKS
        assert not any(type(event).__name__ == "PagesAdded" for event in events)


def test_sources_that_moved_keep_their_marks(tmp_path: Path, out: Path) -> None:
    shutil.move(out.parent / "documents", tmp_path / "elsewhere")
    events = built([tmp_path / "elsewhere"], out, rules=NO_RULES)
    assert (marks(out), warnings_of(events)) == (MARKS, [])


def test_marks_of_pages_that_look_otherwise_now_are_said_to_be_gone(out: Path) -> None:
    write_pages(out.parent / "documents/a.pdf", [1, 8, 9, 4])
    events = built([out.parent / "documents"], out, rules=NO_RULES)
    assert marks(out) == MARKS[2:]
    assert warnings_of(events) == [
        "2 pages marked or labelled were not found again in a.pdf, as changed."
    ]


def test_marks_stay_where_spreads_are_split_or_no_longer(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for number in range(2):
        spread = np.full((120, 200), 240, np.uint8)
        for left in (15, 115):
            for line in range(15, 105, 6):
                spread[line : line + 3, left : left + int(rng.integers(40, 70))] = 20
        (tmp_path / "in").mkdir(exist_ok=True)
        Image.fromarray(spread).save(tmp_path / f"in/{number}.png")
    whole = PageSettings(resolution=32, split=0)
    halves = whole.model_copy(update={"split": 1.0})
    out = tmp_path / "out.h5"
    built([tmp_path / "in"], out, settings=whole, rules=NO_RULES)
    set_label(out, [0], "map")
    set_aside(out, [1])
    built([tmp_path / "in"], out, settings=halves, rules=NO_RULES)
    assert marks(out) == [("in", 1, "map", 0)] * 2 + [("in", 2, "", 1)] * 2
    built([tmp_path / "in"], out, settings=whole, rules=NO_RULES)
    assert marks(out) == [("in", 1, "map", 0), ("in", 2, "", 1)]


def test_a_document_that_cannot_be_read_any_more_keeps_its_pages(out: Path) -> None:
    (out.parent / "documents/a.pdf").write_bytes(b"%PDF-1.7 torn")
    events = built([out.parent / "documents"], out, rules=NO_RULES)
    assert "a.pdf is damaged" in " ".join(warnings_of(events))
    assert marks(out) == MARKS
    with open_dataset(out) as dataset:
        assert dataset.count == 6


def test_stop_amid_a_changed_document_keeps_the_older_pages(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "BLOCK_PAGES", 2)
    before = out.read_bytes()
    write_pages(out.parent / "documents/a.pdf", [1, 2, 3, 4, 7])
    job = building.build(
        [out.parent / "documents"], out, settings=SMALL, rules=NO_RULES, executor=OneBlock()
    )
    next(event for event in job if isinstance(event, PagesAdded))
    job.close()
    assert out.read_bytes() == before
    built([out.parent / "documents"], out, rules=NO_RULES)
    assert marks(out) == MARKS


def pages_added(events: list[Event]) -> list[str]:
    return [event.document for event in events if isinstance(event, PagesAdded)]


@pytest.mark.parametrize("append", [False, True])
def test_a_copy_without_its_times_is_the_same_project(
    tmp_path: Path, out: Path, append: bool
) -> None:
    shutil.copytree(out.parent, tmp_path / "copy", copy_function=shutil.copyfile)
    shutil.rmtree(out.parent)
    copied = tmp_path / "copy/dataset.h5"
    events = built([tmp_path / "copy/documents"], copied, rules=NO_RULES, append=append)
    assert (marks(copied), warnings_of(events), pages_added(events)) == (MARKS, [], [])


def test_stop_amid_other_settings_in_a_copy_loses_no_mark(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "BLOCK_PAGES", 2)
    shutil.copytree(out.parent, tmp_path / "copy", copy_function=shutil.copyfile)
    copied, source = tmp_path / "copy/dataset.h5", [tmp_path / "copy/documents"]
    larger = SMALL.model_copy(update={"resolution": 32})
    job = building.build(source, copied, settings=larger, rules=NO_RULES, executor=OneBlock())
    next(event for event in job if isinstance(event, PagesAdded))
    job.close()
    built(source, copied, settings=larger, rules=NO_RULES)
    assert marks(copied) == MARKS


def test_marks_do_not_spread_to_pages_that_look_alike(tmp_path: Path) -> None:
    source = write_pages(tmp_path / "a.pdf", [1, 2, 1, 3, 1])
    out = tmp_path / "out.h5"
    built([source], out, rules=NO_RULES)
    set_label(out, [0], "map")
    os.utime(source, (1, 1))
    built([source], out, rules=NO_RULES)
    # and where the file is truly another one
    write_pages(source, [1, 2, 1, 3, 1, 4])
    built([source], out, rules=NO_RULES)
    assert marks(out) == [("a.pdf", 1, "map", 0)]


def test_a_page_in_front_moves_the_marks_of_those_behind(tmp_path: Path) -> None:
    source = write_pages(tmp_path / "a.pdf", [1, 2, 3, 4])
    out = tmp_path / "out.h5"
    built([source], out, rules=NO_RULES)
    set_label(out, [0, 2], "map")
    write_pages(source, [9, 1, 2, 3, 4])
    built([source], out, rules=NO_RULES)
    assert marks(out) == [("a.pdf", 2, "map", 0), ("a.pdf", 4, "map", 0)]


def test_documents_that_swap_names_keep_their_own_marks(out: Path) -> None:
    folder = out.parent / "documents"
    (folder / "a.pdf").rename(folder / "c.pdf")
    (folder / "b.pdf").rename(folder / "a.pdf")
    (folder / "c.pdf").rename(folder / "b.pdf")
    built([folder], out, rules=NO_RULES)
    assert marks(out) == [("a.pdf", 1, "map", 0), ("b.pdf", 2, "map", 0), ("b.pdf", 3, "", 1)]


def test_another_document_of_the_same_name_gets_no_marks(tmp_path: Path, out: Path) -> None:
    other = write_pages(tmp_path / "other/a.pdf", [21, 22, 23, 24])
    events = built([other], out, rules=NO_RULES)
    assert marks(out) == []
    assert "2 documents (3 pages of them marked or labelled)" in warnings_of(events)[0]


def test_two_documents_of_the_same_content_are_two(tmp_path: Path) -> None:
    one = write_pages(tmp_path / "one.pdf", [1, 2])
    two = write_pages(tmp_path / "two.pdf", [1, 2])
    out = tmp_path / "out.h5"
    built([one, two], out, workers=2, rules=NO_RULES)
    set_label(out, [3], "map")
    built([one, two], out, settings=SMALL.model_copy(update={"resolution": 32}), rules=NO_RULES)
    assert marks(out) == [("two.pdf", 2, "map", 0)]
    with open_dataset(out) as dataset:
        assert [row.name for row in dataset.documents()] == ["one.pdf", "two.pdf"]


def test_another_broken_document_in_the_place_of_one_that_moved_is_not_taken_for_it(
    out: Path,
) -> None:
    folder = out.parent / "documents"
    (folder / "a.pdf").rename(folder / "z.pdf")
    (folder / "a.pdf").write_bytes(b"%PDF-1.4 and then nothing")
    built([folder], out, rules=NO_RULES)
    assert marks(out) == [("b.pdf", 1, "map", 0), ("z.pdf", 2, "map", 0), ("z.pdf", 3, "", 1)]
    with open_dataset(out) as dataset:
        assert (dataset.count, len(dataset.documents())) == (6, 2)


def test_a_document_edited_to_the_same_size_is_rendered_again(out: Path) -> None:
    path = out.parent / "documents/a.pdf"
    was, stat = path.read_bytes(), path.stat()
    path.write_bytes(was.replace(b" 20 15 re", b" 20 14 re", 1))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == len(was)
    assert path.read_bytes() != was
    assert pages_added(built([out.parent / "documents"], out, rules=NO_RULES)) == ["a.pdf"]


def test_a_mark_given_while_a_build_runs_stays(out: Path) -> None:
    write_pages(out.parent / "documents/a.pdf", [1, 2, 3, 4, 7])
    with ThreadPoolExecutor(1) as executor:
        for event in building.build(
            [out.parent / "documents"], out, settings=SMALL, rules=NO_RULES, executor=executor
        ):
            if isinstance(event, PagesAdded):
                set_aside(out, [3, 5])
    by_hand = [("a.pdf", 4, "", 1), ("b.pdf", 2, "", 1)]
    assert marks(out) == sorted([*MARKS, *by_hand])


def test_a_copied_project_knows_its_documents_by_their_places_in_it(
    tmp_path: Path, out: Path
) -> None:
    shutil.copytree(out.parent, tmp_path / "copy")
    copied = tmp_path / "copy/dataset.h5"
    with open_dataset(copied) as dataset:
        places = [row.path for row in dataset.documents()]
    assert places == [str(tmp_path / "copy/documents" / name) for name in ("a.pdf", "b.pdf")]
    write_pages(tmp_path / "copy/documents/a.pdf", [9, 1, 2, 3, 4])
    # that the documents of the first project are still there makes no difference
    events = built([tmp_path / "copy/documents"], copied, rules=NO_RULES, append=True)
    assert marks(copied) == [("a.pdf", 3, "map", 0), ("a.pdf", 4, "", 1), MARKS[2]]
    assert warnings_of(events) == []


def test_a_copy_is_appended_as_another_document(tmp_path: Path, out: Path) -> None:
    copy = tmp_path / "elsewhere/a.pdf"
    copy.parent.mkdir()
    shutil.copy(out.parent / "documents/a.pdf", copy)
    built([copy], out, rules=NO_RULES, append=True)
    assert marks(out) == MARKS
    with open_dataset(out) as dataset:
        assert [row.name for row in dataset.documents()] == ["a.pdf", "b.pdf", "a.pdf (2)"]


def test_a_file_of_before_labels_were_kept_off_is_read_and_marked(out: Path) -> None:
    with h5py.File(out, "r+") as file:
        del file["pages/label_by_hand"]
        del file["pages/row_checksum"]
    assert marks(out) == MARKS
    set_label(out, [0], "map")
    set_label(out, [1], "")
    moved = [("a.pdf", 1, "map", 0), *MARKS[1:]]
    assert marks(out) == moved
    built([out.parent / "documents"], out, rules=NO_RULES)
    assert marks(out) == moved


def notices_of(events: list[Event]) -> list[tuple[str, str]]:
    return [(event.severity, event.text) for event in events if isinstance(event, Notice)]

"""A byte that flips on the disk costs no page: it is noticed, told, and the page rendered again."""

import errno
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from PIL import Image

from deepzine_gui.dataset import NO_RULES, PagesAdded, open_dataset, set_aside, set_label
from deepzine_gui.dataset.building import build as building
from deepzine_gui.dataset.building import held, work
from deepzine_gui.dataset.building.build import build
from deepzine_gui.dataset.building.parts import parts_of
from deepzine_gui.dataset.checking import check
from deepzine_gui.dataset.storage.opening import Opened, open_file
from deepzine_gui.errors import DatasetError, StorageError
from deepzine_gui.progress import Notice
from tests.dataset.building import SMALL, OneBlock, built, everything, warnings_of, write_pdf
from tests.pages.sheets import spread as facing
from tests.pages.sheets import typed

PAGE = 4
"""The page that is damaged, of `PAGES`."""

PAGES = 9

FIRST_PAGE = 5
"""The place of a byte of it in a shard."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_pdf(tmp_path / "in/a.pdf", PAGES, step=10)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.h5"


@pytest.fixture
def undisturbed(source: Path, tmp_path: Path) -> dict[str, Any]:
    other = tmp_path / "other.h5"
    built([source.parent], other, rules=NO_RULES)
    return everything(other)


def flip(path: Path, place: int, change: int = 1) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= change
    path.write_bytes(content)


def _flip_page(out: Path, page: int = PAGE) -> None:
    opened = open_file(out)
    found = opened.images.id.get_chunk_info(page - 1)
    opened.close()
    flip(out, found.byte_offset + found.size // 2)


def flip_in_shards(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Flip a byte of the first page of each shard, so many times, once it is written."""
    left, hear = itertools.repeat(None, times), work.Work._add

    def damage(self: work.Work, task: Any, added: Any) -> Iterator[Any]:
        for _ in itertools.islice(left, 1):
            flip(task.parts / added.shard, FIRST_PAGE)
        yield from hear(self, task, added)

    monkeypatch.setattr(work.Work, "_add", damage)


def test_a_page_that_flipped_in_a_shard_is_rendered_again(
    source: Path, out: Path, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    flip_in_shards(monkeypatch, 1)
    events = built([source.parent], out, rules=NO_RULES)
    assert warnings_of(events) == ["1 page came damaged from the disk: to be rendered again."]
    assert everything(out) == undisturbed
    assert not parts_of(out).exists()


def test_a_disk_that_damages_all_it_is_given_is_told(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip_in_shards(monkeypatch, 100)
    with pytest.raises(StorageError, match=r"out\.h5 cannot be written: .* Choose another disk\."):
        built([source.parent], out, rules=NO_RULES)


def test_a_shard_of_which_nothing_can_be_read_is_rendered_again(
    source: Path, out: Path, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    add, shards = work.Work._add, []

    def cut(self: work.Work, task: Any, added: Any) -> Iterator[Any]:
        shards.append(task.parts / added.shard)
        if len(shards) == 1:
            shards[0].write_bytes(shards[0].read_bytes()[:-1])
        yield from add(self, task, added)

    monkeypatch.setattr(work.Work, "_add", cut)
    built([source.parent], out, rules=NO_RULES)
    assert len(shards) == 2
    assert everything(out) == undisturbed


def test_what_a_killed_build_left_damaged_is_rendered_again(
    source: Path, out: Path, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "settle", lambda *_, **__: False)
    with OneBlock() as executor:
        job = build([source], out, settings=SMALL, rules=NO_RULES, executor=executor)
        assert any(isinstance(event, PagesAdded) for event in job)
        job.close()
    (shard,) = parts_of(out).glob("*.shard")
    flip(shard, FIRST_PAGE)
    monkeypatch.undo()
    with open_dataset(out) as dataset:
        assert dataset.columns().page.tolist() == list(range(2, PAGES + 1))
        assert dataset.unfinished(dataset.columns()) == {"a.pdf": 1}
    built([source.parent], out, rules=NO_RULES)
    assert everything(out) == undisturbed


def test_building_again_mends_a_file_that_is_damaged_and_keeps_the_marks(
    source: Path, out: Path
) -> None:
    built([source.parent], out, rules=NO_RULES)
    set_aside(out, [PAGE - 1])
    set_label(out, [PAGE - 1, PAGE], "map")
    whole = everything(out)
    _flip_page(out)
    with pytest.raises(DatasetError, match=r"is damaged \(1 fault\): build the dataset again"):
        list(check(out))
    events = built([source.parent], out, rules=NO_RULES)
    (said,) = warnings_of(events)
    assert said == (
        f"Some pages of {out} are damaged and are left out: they are made anew where their "
        "documents are among the sources."
    )
    assert everything(out) == whole
    list(check(out))
    again = built([source.parent], out, rules=NO_RULES)
    assert not [event for event in again if isinstance(event, Notice)]


def test_a_stopped_build_leaves_damaged_pages_and_their_marks_for_the_next(
    source: Path, out: Path
) -> None:
    built([source.parent], out, rules=NO_RULES)
    set_label(out, [PAGE - 1, PAGE], "map")
    whole = everything(out)
    _flip_page(out)
    with OneBlock() as executor:
        job = build([source.parent], out, settings=SMALL, rules=NO_RULES, executor=executor)
        assert any(isinstance(event, PagesAdded) for event in job)
        job.close()
    with open_dataset(out) as dataset:
        assert dataset.count == PAGES
    built([source.parent], out, rules=NO_RULES)
    assert everything(out) == whole
    assert not parts_of(out).exists()


def test_a_damaged_page_of_a_document_that_is_gone_is_counted_as_still_to_come(
    source: Path, out: Path, tmp_path: Path
) -> None:
    built([source.parent], out, rules=NO_RULES)
    _flip_page(out)
    source.unlink()
    more = write_pdf(tmp_path / "more/b.pdf", 2, step=40)
    (said,) = warnings_of(built([more.parent], out, rules=NO_RULES, append=True))
    assert "are damaged" in said
    with open_dataset(out) as dataset:
        assert dataset.count == PAGES + 1
        assert dataset.unfinished(dataset.columns()) == {"a.pdf": 1}
    list(check(out))


@pytest.fixture
def spread(tmp_path: Path) -> Path:
    """A document of two spreads."""
    path = tmp_path / "spreads/a.pdf"
    path.parent.mkdir()
    first, second = (Image.fromarray(facing(typed(240, 170), shadow)[0]) for shadow in (60, 90))
    first.save(path, save_all=True, append_images=[second])
    return path


def test_of_a_spread_whose_document_is_gone_only_the_damaged_half_is_lost(
    spread: Path, out: Path, tmp_path: Path
) -> None:
    settings = SMALL.model_copy(update={"split": 1})
    built([spread.parent], out, settings=settings, rules=NO_RULES)
    set_label(out, [0], "map")
    rows = everything(out)
    assert (rows["pages/page"], rows["pages/part"]) == ([1, 1, 2, 2], [1, 2, 1, 2])
    _flip_page(out, 2)
    away = spread.rename(tmp_path / "a.pdf")
    more = write_pdf(tmp_path / "more/b.pdf", 2, step=40)
    for _ in range(2):
        # and again, once the file is whole but the half not there
        built([more.parent], out, settings=settings, rules=NO_RULES, append=True)
        with open_dataset(out) as dataset:
            columns = dataset.columns()
            (lost,) = dataset.missing()
        assert columns.page.tolist() == [1, 2, 2, 1, 2]
        assert columns.part.tolist() == [1, 1, 2, 0, 0]
        assert columns.label.tolist()[0] == "map"
        assert (lost.document, lost.page, lost.is_lost) == ("a.pdf", 1, True)
        assert lost.reason == "one half of it was damaged on the disk"
        list(check(out))
    away.rename(spread)
    events = built([spread.parent], out, settings=settings, rules=NO_RULES)
    assert [event.pages for event in events if isinstance(event, PagesAdded)] == [2]
    assert everything(out) == rows


def test_a_build_that_goes_on_reads_the_pages_of_the_dataset_once(
    source: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built([source.parent], out, rules=NO_RULES)
    write_pdf(source.parent / "b.pdf", 3, step=20)
    with monkeypatch.context() as killed, OneBlock() as executor:
        killed.setattr(building, "settle", lambda *_, **__: False)
        job = build([source.parent], out, settings=SMALL, rules=NO_RULES, executor=executor)
        assert any(isinstance(event, PagesAdded) for event in job)
        job.close()
    looked: list[Path] = []
    look = held.damaged_in

    def counted(path: Path) -> Any:
        looked.append(path)
        return look(path)

    monkeypatch.setattr(held, "damaged_in", counted)
    built([source.parent], out, rules=NO_RULES)
    assert looked.count(out) == 1


def test_a_disk_that_does_not_answer_costs_no_page(
    source: Path, out: Path, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    built([source.parent], out, rules=NO_RULES)
    write_pdf(source.parent / "b.pdf", 3, step=20)

    def silent(self: Opened, index: int) -> bytes:
        raise OSError(errno.EIO, "Can't synchronously read data (errno = 5)")

    with monkeypatch.context() as away:
        away.setattr(Opened, "_read", silent)
        with pytest.raises(StorageError, match=r"out\.h5 could not be read .*nothing in it was"):
            built([source.parent / "b.pdf"], out, append=True)
    assert everything(out) == undisturbed


def test_a_file_from_before_there_were_checksums_is_built_upon(
    source: Path, out: Path, tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    built([source.parent], out, rules=NO_RULES)
    with h5py.File(out, "r+") as file:
        del file["pages/checksum"]
    list(check(out))
    more = write_pdf(tmp_path / "in/b.pdf", 2, step=40)
    assert warnings_of(built([more.parent], out, rules=NO_RULES)) == []
    found = np.array(everything(out)["pages/checksum"])
    assert found[:PAGES].tolist() == undisturbed["pages/checksum"]
    assert len(found) == PAGES + 2


def test_every_byte_of_a_packed_page_is_watched(source: Path, out: Path) -> None:
    built([source.parent], out, rules=NO_RULES)
    opened = open_file(out)
    found = opened.images.id.get_chunk_info(PAGE - 1)
    opened.close()
    for place in range(found.size):
        flip(out, found.byte_offset + place)
        with open_dataset(out) as dataset:
            with pytest.raises(DatasetError, match=rf"page {PAGE} cannot be read"):
                dataset.page(PAGE - 1)
            dataset.page(PAGE)
        flip(out, found.byte_offset + place)

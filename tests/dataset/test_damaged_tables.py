"""A byte that flips in a table of pages is noticed, told, and costs no other page."""

from pathlib import Path

import h5py
import pytest

from deepzine_gui.dataset import (
    NO_RULES,
    Rules,
    apply_rules,
    bring_back,
    open_dataset,
    set_aside,
    set_label,
)
from deepzine_gui.dataset.checking import check
from deepzine_gui.dataset.storage.layout import PAGE_COLUMNS
from deepzine_gui.dataset.storage.mending import mend
from deepzine_gui.errors import DatasetError
from deepzine_gui.progress import Notice
from tests.dataset.building import built, everything, warnings_of, write_pdf
from tests.dataset.test_damage import PAGE, PAGES, flip, out, source, undisturbed

__all__ = ["out", "source", "undisturbed"]


def flip_in_column(out: Path, name: str, byte: int = 0, page: int = PAGE, change: int = 1) -> None:
    with h5py.File(out) as file:
        column = file["pages"][name]
        place = column.id.get_offset() + (page - 1) * column.dtype.itemsize + byte
    flip(out, place, change)


@pytest.mark.parametrize("name", [*PAGE_COLUMNS, "checksum", "row_checksum"])
def test_every_byte_of_every_column_is_watched(source: Path, out: Path, name: str) -> None:
    built([source.parent], out, rules=NO_RULES)
    with h5py.File(out) as file:
        size = file["pages"][name].dtype.itemsize
    for byte in range(size):
        flip_in_column(out, name, byte)
        with pytest.raises(DatasetError, match="is damaged"):
            list(check(out))
        flip_in_column(out, name, byte)
    list(check(out))


def test_marks_keep_the_checksums_of_rows(source: Path, out: Path) -> None:
    built([source.parent], out, rules=NO_RULES)
    set_aside(out, [1, 6])
    set_label(out, [PAGE - 1], "map")
    apply_rules(out, Rules(skip_first=2))
    bring_back(out, [6])
    list(check(out))


def test_a_mark_does_not_make_a_damaged_row_sound(source: Path, out: Path) -> None:
    built([source.parent], out, rules=NO_RULES)
    flip_in_column(out, "ink")
    set_label(out, [PAGE - 1, PAGE], "map")
    told: list[str] = []
    with pytest.raises(DatasetError, match=r"damaged \(1 fault\)"):
        told.extend(event.text for event in check(out) if isinstance(event, Notice))
    assert told == [f"{out} is damaged: what it says of page {PAGE} cannot be trusted."]
    with open_dataset(out) as dataset:
        assert dataset.damaged_rows().tolist() == [PAGE - 1]
        assert dataset.columns().label.tolist()[PAGE - 1] == "map"


@pytest.mark.parametrize("change", [1, 0x40, 0x80])
@pytest.mark.parametrize("name", [*PAGE_COLUMNS, "row_checksum"])
def test_one_damaged_byte_of_a_row_is_mended_with_its_marks(
    source: Path, out: Path, name: str, change: int
) -> None:
    built([source.parent], out, rules=NO_RULES)
    set_aside(out, [PAGE - 1])
    set_label(out, [PAGE - 1, PAGE], "map")
    whole = everything(out)
    flip_in_column(out, name, change=change)
    (said,) = warnings_of(built([source.parent], out, rules=NO_RULES))
    assert said == f"What {out} said of 1 page was damaged, and is mended."
    assert everything(out) == whole
    list(check(out))


def test_every_damaged_row_is_mended_where_the_documents_are_gone_too(
    source: Path, out: Path
) -> None:
    built([source.parent], out, rules=NO_RULES)
    set_label(out, [PAGE - 1], "map")
    whole = everything(out)
    for page, name in enumerate(("document", "page", "label", "state"), 2):
        flip_in_column(out, name, page=page)
    assert mend(out) == 4
    assert everything(out) == whole
    assert mend(out) == 0


@pytest.mark.parametrize("name", ["ink", "aspect", "fingerprint"])
def test_a_row_with_more_damage_is_made_anew_and_keeps_its_marks(
    source: Path, out: Path, name: str
) -> None:
    built([source.parent], out, rules=NO_RULES)
    set_label(out, [PAGE], "map")
    whole = everything(out)
    flip_in_column(out, name)
    flip_in_column(out, name, byte=2)
    (said,) = warnings_of(built([source.parent], out, rules=NO_RULES))
    assert "are damaged and are left out" in said
    assert everything(out) == whole


@pytest.mark.parametrize("name", ["document", "state", "reason", "label_by_hand"])
def test_a_row_that_cannot_be_costs_no_other_its_marks(source: Path, out: Path, name: str) -> None:
    built([source.parent], out, rules=NO_RULES)
    set_label(out, [0, PAGES - 1], "map")
    whole = everything(out)
    flip_in_column(out, name, change=0x80)
    flip_in_column(out, "ink")
    with open_dataset(out) as dataset:
        assert dataset.columns().label.tolist() == ["map", *[""] * (PAGES - 2), "map"]
    built([source.parent], out, rules=NO_RULES)
    found = everything(out)
    assert found["pages/label"] == whole["pages/label"]
    assert found["images"] == whole["images"]


def test_a_damaged_row_puts_its_mark_on_no_other_page(source: Path, out: Path) -> None:
    built([source.parent], out, rules=NO_RULES)
    set_label(out, [PAGE], "map")
    with h5py.File(out, "r+") as file:
        # it says now that it were the page before, whose own row is sound
        file["pages/page"][PAGE] = PAGE
        file["pages/ink"][PAGE] = 0.123
    built([source.parent], out, rules=NO_RULES)
    with open_dataset(out) as dataset:
        assert dataset.columns().label.tolist()[PAGE - 1] == ""


def test_a_file_that_cannot_be_read_is_kept_beside_what_is_made_anew(
    source: Path, out: Path
) -> None:
    for number in ("", "1"):
        built([source.parent], out, rules=NO_RULES)
        set_label(out, [PAGE], "map")
        whole = everything(out)
        spoilt = out.with_name(f"out-damaged{number}.h5")
        with h5py.File(out) as file:
            place = file["documents/rights"].id.get_offset()
        flip(out, place + 4)
        content = out.read_bytes()
        with pytest.raises(DatasetError, match="nothing can be added to it"):
            built([source.parent], out, rules=NO_RULES, append=True)
        assert not spoilt.exists()
        (said,) = warnings_of(built([source.parent], out, rules=NO_RULES))
        assert said == (
            f"{out} is damaged and cannot be read: it is made anew, without what was marked by "
            f"hand, and the damaged file is kept as {spoilt.name}."
        )
        assert spoilt.read_bytes() == content
        assert everything(out)["images"] == whole["images"]


def flip_in_documents(out: Path, name: str, change: int = 1) -> None:
    with h5py.File(out) as file:
        column = file["documents"][name]
        place = column.id.get_offset()
        text = column[0] if column.dtype == object else b""
    flip(out, out.read_bytes().index(text) if text else place, change)


@pytest.mark.parametrize("change", [1, 0x80])
@pytest.mark.parametrize("name", ["name", "key", "path", "year", "pages", "checksum"])
def test_what_is_said_of_a_document_is_watched_and_mended(
    source: Path, out: Path, name: str, change: int
) -> None:
    built([source.parent], out, rules=NO_RULES)
    set_label(out, [PAGE], "map")
    whole = everything(out)
    flip_in_documents(out, name, change)
    told: list[str] = []
    with pytest.raises(DatasetError, match=r"damaged \(1 fault\)"):
        told.extend(event.text for event in check(out) if isinstance(event, Notice))
    assert "what it says of the document" in told[0]
    built([source.parent], out, rules=NO_RULES)
    assert everything(out) == whole
    list(check(out))


def test_rules_that_are_damaged_cost_no_marks(source: Path, out: Path) -> None:
    built([source.parent], out, rules=Rules(skip_first=1))
    set_label(out, [PAGE], "map")
    with h5py.File(out) as file:
        place = file["rules"].id.get_offset()
    # a single byte would be mended
    flip(out, place)
    flip(out, place + 9)
    with pytest.raises(DatasetError, match="is damaged"):
        list(check(out))
    (said,) = warnings_of(built([source.parent], out))
    assert said == f"The rules in {out} are damaged: those of this build are taken."
    with open_dataset(out) as dataset:
        assert dataset.rules == Rules()
        assert dataset.columns().label.tolist()[PAGE] == "map"
    list(check(out))


def test_a_document_that_is_gone_is_damaged_only_once(source: Path, out: Path) -> None:
    built([source.parent], out, rules=NO_RULES)
    flip_in_documents(out, "pages")
    source.unlink()
    other = write_pdf(source.parent / "b.pdf", 2, step=40)
    built([other], out, rules=NO_RULES, append=True)
    list(check(out))
    with open_dataset(out) as dataset:
        assert dataset.count == PAGES + 2
        assert dataset.unfinished(dataset.columns()) == {}


def test_a_document_that_is_gone_is_written_anew_even_if_nothing_else_is(
    source: Path, out: Path
) -> None:
    other = write_pdf(source.parent / "b.pdf", 2, step=40)
    built([source.parent], out, rules=NO_RULES)
    flip_in_documents(out, "pages")
    source.unlink()
    built([other], out, rules=NO_RULES, append=True)
    list(check(out))


def test_a_file_without_checksums_of_rows_is_opened_marked_and_built_upon(
    source: Path, out: Path, undisturbed: dict[str, object]
) -> None:
    built([source.parent], out, rules=NO_RULES)
    with h5py.File(out, "r+") as file:
        del file["pages/row_checksum"], file["documents/checksum"]
    set_aside(out, [1])
    list(check(out))
    bring_back(out, [1])
    write_pdf(source.parent / "b.pdf", 2, step=40)
    assert warnings_of(built([source.parent], out, rules=NO_RULES)) == []
    sums = everything(out)["pages/row_checksum"]
    assert sums[:PAGES] == undisturbed["pages/row_checksum"]
    assert len(sums) == PAGES + 2

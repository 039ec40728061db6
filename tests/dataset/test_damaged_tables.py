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
from deepzine_gui.errors import DatasetError
from deepzine_gui.progress import Notice
from tests.dataset.building import built, everything, warnings_of, write_pdf
from tests.dataset.test_damage import PAGE, PAGES, flip, out, source, undisturbed

__all__ = ["out", "source", "undisturbed"]


def flip_in_column(out: Path, name: str, byte: int = 0, page: int = PAGE) -> None:
    with h5py.File(out) as file:
        column = file["pages"][name]
        place = column.id.get_offset() + (page - 1) * column.dtype.itemsize + byte
    flip(out, place)


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


@pytest.mark.parametrize("name", ["ink", "page", "fingerprint"])
def test_building_again_mends_a_damaged_row(source: Path, out: Path, name: str) -> None:
    built([source.parent], out, rules=NO_RULES)
    set_label(out, [PAGE], "map")
    whole = everything(out)
    flip_in_column(out, name)
    (said,) = warnings_of(built([source.parent], out, rules=NO_RULES))
    assert "are damaged and are left out" in said
    assert everything(out) == whole


def test_a_file_without_checksums_of_rows_is_opened_marked_and_built_upon(
    source: Path, out: Path, undisturbed: dict[str, object]
) -> None:
    built([source.parent], out, rules=NO_RULES)
    with h5py.File(out, "r+") as file:
        del file["pages/row_checksum"]
    set_aside(out, [1])
    list(check(out))
    bring_back(out, [1])
    write_pdf(source.parent / "b.pdf", 2, step=40)
    assert warnings_of(built([source.parent], out, rules=NO_RULES)) == []
    sums = everything(out)["pages/row_checksum"]
    assert sums[:PAGES] == undisturbed["pages/row_checksum"]
    assert len(sums) == PAGES + 2

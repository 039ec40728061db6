"""A byte that flips in what a dataset tells once, of all its pages, is noticed, told and mended."""

import random
from pathlib import Path

import h5py
import pytest
from isal import isal_zlib

from deepzine_gui.dataset import (
    NO_RULES,
    Rules,
    apply_rules,
    open_dataset,
    set_label,
)
from deepzine_gui.dataset.checking import check
from deepzine_gui.dataset.storage.crc import mended
from deepzine_gui.errors import DatasetError
from deepzine_gui.progress import Notice
from tests.dataset.building import SMALL, built, everything, warnings_of
from tests.dataset.test_damage import flip
from tests.pages.pdfs import box, pdf

RULES = Rules(skip_first=1)
FOUND_ANEW = ": it is found anew where their documents are among the sources"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Documents of three pages, of which one cannot be rendered, and of none."""
    folder = tmp_path / "in"
    folder.mkdir()
    pages = [box(0, 0, 100, number * 20) for number in (1, 2, 3)]
    (folder / "a.pdf").write_bytes(pdf(pages, size=(100, 100), lost=[2]))
    (folder / "b.pdf").write_bytes(b"no PDF at all")
    return folder


@pytest.fixture
def out(source: Path, tmp_path: Path) -> Path:
    path = tmp_path / "out.h5"
    built([source], path, rules=RULES)
    set_label(path, [1], "map")
    return path


def flip_in_text(out: Path, text: bytes, place: int = 0, change: int = 1) -> None:
    content = out.read_bytes()
    assert content.count(text) == 1
    flip(out, content.index(text) + place, change)


def flip_in_dataset(out: Path, name: str, byte: int, change: int = 1) -> None:
    with h5py.File(out) as file:
        place = file[name].id.get_offset()
    flip(out, place + byte, change)


def spoil_header(out: Path, name: str) -> None:
    """Let a column be there, but not be read: its header is of a version that there is not."""
    with h5py.File(out) as file:
        place = h5py.h5o.get_info(file[name].id).addr
    flip(out, place, 0x40)


def faults_of(out: Path) -> list[str]:
    told: list[str] = []
    with pytest.raises(DatasetError, match="is damaged"):
        told.extend(event.text for event in check(out) if isinstance(event, Notice))
    return told


def untrusted(out: Path, what: str) -> str:
    return f"{out} is damaged: what it says of the {what} cannot be trusted."


@pytest.mark.parametrize("change", [1, 2, 0x80])
def test_every_byte_of_the_page_settings_is_watched_and_mended(out: Path, change: int) -> None:
    whole, text = out.read_bytes(), SMALL.model_dump_json().encode()
    for place in range(len(text)):
        flip_in_text(out, text, place, change)
        with open_dataset(out) as dataset:
            assert dataset.damaged_told() == ("page settings",)
            assert dataset.settings == SMALL
        out.write_bytes(whole)
    flip_in_text(out, text, place)
    assert faults_of(out) == [untrusted(out, "page settings")]


@pytest.mark.parametrize("byte", [0, 16, 40, 200, 1023])
def test_every_byte_of_the_rules_is_watched_and_mended(out: Path, byte: int) -> None:
    flip_in_dataset(out, "rules", byte)
    assert faults_of(out) == [untrusted(out, "rules")]
    with open_dataset(out) as dataset:
        assert dataset.rules == RULES


@pytest.mark.parametrize("place", range(4))
def test_a_checksum_that_is_damaged_costs_nothing_it_is_of(out: Path, place: int) -> None:
    what = ("page settings", "rules", "missing pages", "refused documents")[place]
    flip_in_dataset(out, "told_checksums", 4 * place + 2, 0x40)
    assert faults_of(out) == [untrusted(out, what)]
    with open_dataset(out) as dataset:
        assert (dataset.settings, dataset.rules) == (SMALL, RULES)


@pytest.mark.parametrize("change", [1, 0x80])
@pytest.mark.parametrize(
    ("name", "what", "becomes"),
    [
        ("settings", "page settings", ", and is mended"),
        ("rules", "rules", ", and is mended"),
        ("missing/reason", "missing pages", FOUND_ANEW),
        ("refused/reason", "refused documents", FOUND_ANEW),
    ],
)
def test_the_next_build_mends_what_is_told_and_keeps_marks(
    source: Path, out: Path, name: str, what: str, becomes: str, change: int
) -> None:
    whole = everything(out)
    text = whole[name][0] if "/" in name else whole[name]
    flip_in_text(out, text if isinstance(text, bytes) else text.encode(), change=change)
    assert faults_of(out) == [untrusted(out, what)]
    said = warnings_of(built([source], out, settings=None))
    assert f"What {out} said of the {what} was damaged{becomes}." in said
    assert everything(out) == whole
    list(check(out))


@pytest.mark.parametrize("change", [8, 0x80])
def test_a_missing_page_of_no_document_costs_no_marks(source: Path, out: Path, change: int) -> None:
    whole = everything(out)
    flip_in_dataset(out, "missing/document", 3, change)
    assert faults_of(out) == [untrusted(out, "missing pages")]
    built([source], out, settings=None)
    assert everything(out) == whole


def test_a_missing_page_of_no_document_is_not_believed_of_an_older_file(out: Path) -> None:
    with h5py.File(out, "r+") as file:
        del file["told_checksums"]
    flip_in_dataset(out, "missing/document", 3, 0x80)
    with pytest.raises(DatasetError, match=r"out\.h5 is damaged"):
        open_dataset(out)


@pytest.mark.parametrize("name", ["rules", "told_checksums", "documents/checksum"])
def test_what_is_told_and_cannot_be_read_costs_no_marks(source: Path, out: Path, name: str) -> None:
    whole = everything(out)
    spoil_header(out, name)
    assert faults_of(out)
    built([source], out, rules=RULES)
    assert everything(out) == whole
    assert not out.with_name("out-damaged.h5").exists()


@pytest.mark.parametrize("name", ["pages/row_checksum", "missing/page", "refused/name"])
def test_a_file_of_which_nothing_is_known_is_kept_beside_what_is_made_anew(
    source: Path, out: Path, name: str
) -> None:
    spoil_header(out, name)
    spoilt = out.read_bytes()
    said = warnings_of(built([source], out, rules=RULES))
    assert any("is damaged and cannot be read: it is made anew" in each for each in said)
    assert out.with_name("out-damaged.h5").read_bytes() == spoilt


def test_rules_of_an_older_deepzine_which_writes_no_checksum_are_believed(out: Path) -> None:
    text = Rules(skip_first=3, skip_last=2).model_dump_json().encode()
    with h5py.File(out, "r+") as file:
        file["rules"][()] = text
    with open_dataset(out) as dataset:
        assert dataset.rules == Rules(skip_first=3, skip_last=2)
    assert faults_of(out) == [untrusted(out, "rules")]
    flip_in_dataset(out, "rules", 900)
    with open_dataset(out) as dataset, pytest.raises(DatasetError, match="the rules cannot be"):
        dataset.rules  # noqa: B018


def test_page_settings_that_cannot_be_mended_are_not_believed(out: Path) -> None:
    flip_in_text(out, b'"split":0', 8)
    flip_in_text(out, b'"trim":0', 7)
    with pytest.raises(DatasetError, match=r"out\.h5 is damaged"):
        open_dataset(out)


def test_rules_applied_later_have_a_checksum_too(out: Path) -> None:
    apply_rules(out, NO_RULES)
    list(check(out))
    flip_in_dataset(out, "rules", 16)
    assert faults_of(out) == [untrusted(out, "rules")]
    with open_dataset(out) as dataset:
        assert dataset.rules == NO_RULES


def test_rules_are_not_written_where_what_is_damaged_leads(out: Path) -> None:
    spoil_header(out, "told_checksums")
    apply_rules(out, NO_RULES)
    with open_dataset(out) as dataset:
        assert dataset.rules == NO_RULES
    spoil_header(out, "rules")
    spoilt = out.read_bytes()
    with pytest.raises(DatasetError, match="the rules cannot be read"):
        apply_rules(out, RULES)
    assert out.read_bytes() == spoilt


def test_a_file_from_before_opens_is_judged_and_gains_checksums_when_it_is_built_upon(
    source: Path, out: Path
) -> None:
    whole = everything(out)
    with h5py.File(out, "r+") as file:
        del file["told_checksums"]
    apply_rules(out, NO_RULES)
    list(check(out))
    built([source], out, rules=RULES)
    assert everything(out)["told_checksums"] == whole["told_checksums"]
    list(check(out))


def test_one_damaged_byte_is_mended_by_its_checksum_and_more_are_not() -> None:
    lots = random.Random(7)
    content = lots.randbytes(200)
    checksum = isal_zlib.crc32(content)
    for _ in range(20):
        spoilt = bytearray(content)
        spoilt[lots.randrange(200)] ^= lots.randrange(1, 256)
        assert mended(bytes(spoilt), checksum) == content
    assert mended(content, checksum ^ 0x5A00) == content
    assert mended(bytes(100_000), checksum) is None
    spoilt = bytearray(content)
    spoilt[3] ^= 0x11
    spoilt[90] ^= 0x22
    assert mended(bytes(spoilt), checksum) is None

from pathlib import Path

import numpy as np
import pytest

from deepzine_gui.dataset import (
    NO_RULES,
    REASONS,
    DocumentRow,
    MissingPage,
    Provenance,
    Rules,
    open_dataset,
    set_label,
)
from deepzine_gui.dataset.building.held import look_into
from deepzine_gui.dataset.storage import shard
from deepzine_gui.dataset.storage.shard import ShardWriter, open_shard
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.errors import DatasetError, DiskFullError
from deepzine_gui.files import part_of, whole_file
from deepzine_gui.pages import PageSettings

SETTINGS = PageSettings(resolution=8, colour="rgb")
RULES = Rules(skip_first=1)
ATLAS = DocumentRow(
    "atlas.pdf", "k1", "/in/å.pdf", "https://x/a", "CC0", "maps", 1751, "fre", "old", 9
)
ROWS = [
    Provenance("atlas.pdf", 1, 1, "https://x/a", "CC0", 0.75, 900, 0.25, 0.5, 0.125, 0.0, 2**63),
    Provenance("atlas.pdf", 2, 2, "https://x/a", "CC0", label="é" * 60, state=1, reason="by hand"),
    Provenance("b", 3, fingerprint=7, label_by_hand=1, ink=0.5),
]
MISSING = MissingPage("b", 5, "torn", is_lost=True)
FULL = Path("/dev/full")
END_BYTES = 32


def _pages() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (len(ROWS), 3, 8, 8), np.uint8)


def _fill(writer: Writer | ShardWriter) -> None:
    writer.add_document(ATLAS)
    for pixels, row in zip(_pages(), ROWS, strict=True):
        writer.add(pixels, row)
    writer.add_missing(MISSING)
    writer.finish()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / f"pages{shard.SHARD}"
    with ShardWriter(path, SETTINGS, RULES) as writer:
        _fill(writer)
    return path


def test_a_shard_tells_just_what_a_dataset_file_of_the_same_pages_does(path: Path) -> None:
    other = path.with_suffix(".h5")
    with Writer(other, SETTINGS, RULES) as writer:
        _fill(writer)
    with open_dataset(path) as here, open_dataset(other) as there:
        assert (here.settings, here.rules, here.count) == (SETTINGS, RULES, 3)
        assert here.documents() == there.documents() == (ATLAS, DocumentRow("b", pages=5))
        assert here.missing() == there.missing() == (MISSING,)
        reasons = [REASONS[code] for code in here.columns().reason]
        assert reasons == ["first pages", "by hand", ""]
        assert here.columns().label.tolist() == ["", "é" * 48, ""]
        for index, pixels in enumerate(_pages()):
            assert here.provenance(index) == there.provenance(index)
            assert np.array_equal(here.page(index), pixels)
        columns = here.columns()
        for name in columns.__dataclass_fields__:
            values, others = getattr(columns, name), getattr(there.columns(), name)
            assert values.dtype == others.dtype
            assert values.tolist() == others.tolist()


def test_pages_lie_in_it_as_they_go_into_the_dataset(path: Path) -> None:
    other = path.with_suffix(".h5")
    opened = open_shard(path)
    columns = opened.columns()
    with Writer(other, SETTINGS, RULES) as writer:
        for place, document in enumerate(opened.documents):
            writer.add_document(document)
            places = np.flatnonzero(columns.document == place)
            writer.add_copies(map(opened.packed, places.tolist()), columns.at(places))
        writer.finish()
    opened.close()
    with open_dataset(other) as dataset:
        found = [dataset.page(index) for index in range(dataset.count)]
    assert np.array_equal(found, _pages())


def test_one_without_a_good_page_tells_of_the_bad_ones(tmp_path: Path) -> None:
    path = tmp_path / f"none{shard.SHARD}"
    with ShardWriter(path, SETTINGS) as writer:
        writer.add_document(DocumentRow("b", pages=7))
        writer.add_missing(MISSING)
        writer.finish()
    opened = open_shard(path)
    assert (opened.count, opened.rules(), opened.missing) == (0, NO_RULES, (MISSING,))
    assert (opened.columns().count, opened.rows()) == (0, [])
    opened.close()


def test_one_that_was_cut_short_or_altered_anywhere_behind_its_pages_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    opened = open_shard(path)
    begin = opened.places[-1]
    opened.close()
    damaged = [whole[:length] for length in range(0, len(whole), 11)]
    damaged += [whole[1:], whole[:-1], whole + b"\0"]
    for place in (*range(begin, len(whole) - END_BYTES, 11), *range(-END_BYTES, -1)):
        damaged.append(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(DatasetError, match=r"pages\.shard is damaged"):
            open_shard(path)
        assert look_into(path) is None
    path.write_bytes(whole)
    assert look_into(path) is not None


def test_an_altered_page_is_noticed_when_it_is_looked_at(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[20] ^= 255
    path.write_bytes(content)
    with open_dataset(path) as dataset:
        with pytest.raises(DatasetError, match=r"pages\.shard is damaged \(page 1 "):
            dataset.page(0)
        assert np.array_equal(dataset.page(1), _pages()[1])


def test_one_of_another_version_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard, "_SIGN", b"DeepZine 003")
    with pytest.raises(DatasetError, match="is damaged"):
        open_shard(path)


def test_one_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"none\.shard"):
        open_shard(tmp_path / "none.shard")


def test_a_shard_is_no_dataset_to_be_marked(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(DatasetError, match=r"is no dataset: name its .h5 file"):
        set_label(path, [0], "map")
    assert path.read_bytes() == before


def _write_noise(path: Path, pages: int) -> None:
    settings = PageSettings(resolution=128)
    noise = np.random.default_rng(0).integers(0, 256, (1, 128, 128), np.uint8)
    with whole_file(path) as part, ShardWriter(part, settings) as writer:
        for number in range(pages):
            writer.add(noise, Provenance("a.pdf", number + 1))
        writer.finish()


@pytest.mark.skipif(not FULL.exists(), reason="the system has no disk that is always full")
@pytest.mark.parametrize("pages", [1, 40])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, pages: int) -> None:
    path = tmp_path / "pages.shard"
    part_of(path).symlink_to(FULL)
    # one page comes to the disk when the file is closed, many before
    with pytest.raises(DiskFullError, match=r"pages\.shard"):
        _write_noise(path, pages)
    assert list(tmp_path.iterdir()) == []

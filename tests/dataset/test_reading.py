import dataclasses
from pathlib import Path

import h5py
import numpy as np
import pytest

from deepzine_gui.dataset import Provenance, open_dataset
from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.errors import DatasetError
from deepzine_gui.pages import PageSettings

SETTINGS = PageSettings(resolution=16, colour="rgb")


@pytest.fixture
def pages() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (300, 3, 16, 16), dtype=np.uint8)


@pytest.fixture
def path(tmp_path: Path, pages: np.ndarray) -> Path:
    path = tmp_path / "pages.h5"
    with Writer(path, SETTINGS) as writer:
        for index, page in enumerate(pages):
            row = Provenance(f"é{index // 10}", index % 10 + 1, 0, "s", "r", 0.5)
            writer.add(page, dataclasses.replace(row, state=int(index == 5)))
        writer.finish()
    return path


def _mean(pages: np.ndarray, size: int) -> np.ndarray:
    n, c, side, _ = pages.shape
    k = side // size
    exact = pages.reshape(n, c, size, k, size, k).astype(float).mean((3, 5))
    return np.floor(exact + 0.5).astype(np.uint8)


def test_pages_thumbnails_and_provenance(path: Path, pages: np.ndarray) -> None:
    with open_dataset(path) as dataset:
        assert (dataset.count, dataset.resolution, dataset.channels) == (300, 16, 3)
        assert dataset.settings == SETTINGS
        assert np.array_equal(dataset.page(299), pages[299])
        assert np.array_equal(dataset.thumbnails(range(3, 7), 8), _mean(pages[3:7], 8))
        assert dataset.thumbnails([299, 0], 24).shape == (2, 3, 24, 24)
        assert dataset.provenance(12) == Provenance("é1", 3, 0, "s", "r", 0.5)
        for wrong in (-1, 300):
            with pytest.raises(IndexError):
                dataset.page(wrong)
            with pytest.raises(IndexError):
                dataset.provenance(wrong)
            with pytest.raises(IndexError):
                dataset.thumbnails([0, wrong], 8)


@pytest.mark.parametrize("memory_limit_bytes", [2_000_000_000, 0])
@pytest.mark.parametrize("resolution", [4, 16])
def test_batches_are_exact_means_of_kept_pages(
    path: Path, pages: np.ndarray, resolution: int, memory_limit_bytes: int
) -> None:
    batches = Batches(path, resolution=resolution, memory_limit_bytes=memory_limit_bytes)
    assert (batches.count, batches.channels) == (299, 3)
    drawn = batches.draw(2000, np.random.default_rng(1))
    again = batches.draw(2000, np.random.default_rng(1))
    batches.close()
    assert drawn.shape == (2000, 3, resolution, resolution)
    assert drawn.dtype == np.uint8
    assert np.array_equal(drawn, again)
    kept = {page.tobytes() for page in np.delete(_mean(pages, resolution), 5, axis=0)}
    seen = {page.tobytes() for page in drawn}
    assert seen <= kept
    assert len(seen) > 290


def test_pages_in_memory_need_the_file_no_more(path: Path, pages: np.ndarray) -> None:
    batches = Batches(path, resolution=16)
    path.unlink()
    kept = {page.tobytes() for page in np.delete(pages, 5, axis=0)}
    assert {page.tobytes() for page in batches.draw(50, np.random.default_rng(0))} <= kept


def test_batches_refuse_what_they_cannot_give(path: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="are 16 px: build the dataset at 32 px"):
        Batches(path, resolution=32)
    with Writer(tmp_path / "none.h5", SETTINGS) as writer:
        writer.finish()
    with pytest.raises(DatasetError, match="holds no page"):
        Batches(tmp_path / "none.h5", resolution=8)


def _foreign(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["images"] = np.zeros((2, 1, 8, 8), np.uint8)


def _newer(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.attrs["version"] = 3


def _short_table(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        del file["pages/aspect"]


def _no_such_document(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["pages/document"][7] = 99
        # an older file, of which nobody can tell what else is wrong
        del file["pages/row_checksum"]


def _packed_otherwise(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        images = file["images"][:]
        del file["images"]
        file["images"] = images


def _other_settings(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file.attrs["settings"] = '{"resolution": 8}'


def _look(path: Path) -> None:
    with open_dataset(path) as dataset:
        dataset.columns()


def test_another_file_is_no_damaged_dataset(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    with pytest.raises(DatasetError, match=r"notes\.txt is no dataset: name its \.h5 file"):
        open_dataset(other)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (Path.unlink, "There is no dataset at"),
        (lambda path: path.write_bytes(b""), "is damaged"),
        (lambda path: path.write_text("no HDF5 at all"), "is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "is damaged"),
        (_foreign, "not a dataset of DeepZine"),
        (_newer, "was written by a newer DeepZine"),
        (_short_table, "is damaged"),
        (_other_settings, "is damaged"),
        (_packed_otherwise, "is damaged"),
        (_no_such_document, "is damaged"),
    ],
    ids=[
        *("missing", "empty", "text", "cut", "foreign", "newer", "no column", "settings"),
        *("packing", "document"),
    ],
)
def test_files_that_are_no_dataset_say_so(path: Path, harm: object, sentence: str) -> None:
    harm(path)
    for reader in (_look, lambda place: Batches(place, resolution=8)):
        with pytest.raises(DatasetError, match=sentence) as caught:
            reader(path)
        assert str(path) in str(caught.value)


def test_a_page_that_cannot_be_found_is_named_too(path: Path) -> None:
    with h5py.File(path) as file:
        first = file["images"].id.get_chunk_info(0)
    whole = bytearray(path.read_bytes())
    # a node of those trees that lead to chunks
    index = whole.index(b"TREE\x01")
    assert index != first.byte_offset
    whole[index : index + 4] = b"EERT"
    path.write_bytes(whole)
    with open_dataset(path) as dataset, pytest.raises(DatasetError, match="page 1 cannot be read"):
        dataset.page(0)


def test_a_damaged_page_is_named_and_the_others_stay(path: Path, pages: np.ndarray) -> None:
    with h5py.File(path) as file:
        place = file["images"].id.get_chunk_info(7)
    with path.open("r+b") as file:
        file.seek(place.byte_offset)
        file.write(b"\xff" * place.size)
    with open_dataset(path) as dataset:
        assert np.array_equal(dataset.page(6), pages[6])
        with pytest.raises(DatasetError, match=r"page 8 cannot be read"):
            dataset.page(7)
    batches = Batches(path, resolution=16, memory_limit_bytes=0)
    with pytest.raises(DatasetError, match=r"page 8 cannot be read"):
        batches.draw(3000, np.random.default_rng(0))
    batches.close()
    with pytest.raises(DatasetError, match=r"page 8 cannot be read"):
        Batches(path, resolution=16)

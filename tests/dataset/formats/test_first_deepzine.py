from pathlib import Path

import h5py
import numpy as np
import pytest

from deepzine_gui.dataset import NO_RULES
from deepzine_gui.dataset.formats import import_pages, recognise
from deepzine_gui.errors import DatasetError
from deepzine_gui.progress import Progress
from tests.dataset.formats.foreign import (
    content,
    imported,
    noise,
    notices,
    write_first_deepzine,
)

NAMES = ["book-1.png", "book-02.png", "map.png", "other-item-010.png", "1897.png"]


def test_the_largest_size_is_taken_over_exactly(folder: Path) -> None:
    pages = noise(5, 32, 3)
    source = write_first_deepzine(folder / "data.hdf5", pages, NAMES, sizes=[4, 8, 16, 32])
    assert recognise(source) == "deepzine"
    assert notices(imported(source, folder / "out.h5", rules=NO_RULES)) == []
    images, documents, numbers, _, _ = content(folder / "out.h5")
    assert np.array_equal(images, pages)
    assert documents == ["book", "book", "map", "other-item", "data.hdf5"]
    assert numbers == [1, 2, 1, 10, 1897]


def test_a_size_that_is_stored_is_read_and_not_made(tmp_path: Path) -> None:
    pages = noise(5, 32, 3)
    source = write_first_deepzine(tmp_path / "data.h5", pages, NAMES, sizes=[8, 32])
    imported(source, tmp_path / "out.h5", resolution=8)
    assert np.array_equal(content(tmp_path / "out.h5")[0], pages[:, :, ::4, ::4])
    imported(source, tmp_path / "grey.h5", resolution=16, colour="grey")
    weights = np.array([299, 587, 114]) / 1000
    grey = np.tensordot(pages, weights, ([1], [0])).reshape(5, 16, 2, 16, 2).mean((2, 4))
    images = content(tmp_path / "grey.h5")[0]
    assert images.shape == (5, 1, 16, 16)
    assert np.abs(images[:, 0] - grey).max() <= 1.01


def test_pages_that_became_black_are_set_aside(tmp_path: Path) -> None:
    pages = noise(3, 16, 3)
    pages[1] = 0
    source = write_first_deepzine(tmp_path / "data.h5", pages, NAMES[:3], sizes=[16])
    imported(source, tmp_path / "out.h5")
    assert content(tmp_path / "out.h5")[4] == [0, 1, 0]


def test_a_build_that_was_broken_off(tmp_path: Path) -> None:
    source = write_first_deepzine(tmp_path / "data.h5", noise(5, 8, 3), NAMES[:3], sizes=[8])
    (said,) = notices(imported(source, tmp_path / "out.h5"))
    assert said == "data.h5 holds 3 names for 5 pages: the build of it was broken off."
    _, documents, numbers, _, _ = content(tmp_path / "out.h5")
    assert (documents[3], numbers[3]) == ("data.h5", 4)


def test_odd_values_become_pixels(tmp_path: Path) -> None:
    source = write_first_deepzine(tmp_path / "data.h5", noise(1, 4, 3), ["a-1.png"], sizes=[4])
    with h5py.File(source, "r+") as file:
        file["data_4"][0, 0, :, 0] = [np.nan, np.inf, -np.inf, 7.0]
    imported(source, tmp_path / "out.h5")
    assert content(tmp_path / "out.h5")[0][0, 0, 0].tolist() == [0, 255, 0, 255]


def test_a_damaged_chunk_costs_its_pages_only(tmp_path: Path) -> None:
    # not noise, which blosc leaves as it is
    pages = np.arange(8, dtype=np.uint8)[:, None, None, None] + np.zeros((3, 16, 16), np.uint8)
    names = [f"book-{number}.png" for number in range(8)]
    source = write_first_deepzine(tmp_path / "data.h5", pages, names, sizes=[16])
    with h5py.File(source) as file:
        chunk = file["data_16"].id.get_chunk_info(1)
    with source.open("r+b") as file:
        file.seek(chunk.byte_offset)
        file.write(b"\xff" * 64)
    (said,) = notices(imported(source, tmp_path / "out.h5", rules=NO_RULES))
    assert said.startswith("3 of 8 pages of ")
    assert np.array_equal(content(tmp_path / "out.h5")[0], pages[[0, 1, 2, 6, 7]])


def test_values_outside_the_file_are_not_followed(tmp_path: Path) -> None:
    write_first_deepzine(tmp_path / "data.h5", noise(2, 8, 3), NAMES[:2], sizes=[8])
    with h5py.File(tmp_path / "link.h5", "w") as file:
        file["data_8"] = h5py.ExternalLink("data.h5", "/data_8")
    (tmp_path / "raw").write_bytes(bytes(2 * 8 * 8 * 3 * 4))
    with h5py.File(tmp_path / "external.h5", "w") as file:
        shape = (2, 8, 8, 3)
        file.create_dataset(
            "data_8", shape, np.float32, external=[(str(tmp_path / "raw"), 0, 1536)]
        )
    layout = h5py.VirtualLayout((2, 8, 8, 3), np.float32)
    layout[:] = h5py.VirtualSource(tmp_path / "data.h5", "data_8", (2, 8, 8, 3))
    with h5py.File(tmp_path / "virtual.h5", "w") as file:
        file.create_virtual_dataset("data_8", layout)
    for name in ("link", "external", "virtual"):
        assert recognise(tmp_path / f"{name}.h5") is None


def test_our_own_file_is_not_foreign(tmp_path: Path) -> None:
    source = write_first_deepzine(tmp_path / "data.h5", noise(2, 8, 3), NAMES[:2], sizes=[8])
    imported(source, tmp_path / "out.h5")
    assert recognise(tmp_path / "out.h5") is None
    before = source.read_bytes()
    with pytest.raises(DatasetError, match="choose another name"):
        imported(tmp_path / "data.h5", tmp_path / "data.h5")
    assert source.read_bytes() == before


def test_stopped_nothing_is_left(tmp_path: Path) -> None:
    source = write_first_deepzine(tmp_path / "data.h5", noise(5, 8, 3), NAMES, sizes=[8])
    job = import_pages(source, tmp_path / "out.h5")
    assert isinstance(next(job), Progress)
    job.close()
    assert [path.name for path in tmp_path.iterdir()] == ["data.h5"]

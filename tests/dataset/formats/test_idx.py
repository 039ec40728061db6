from pathlib import Path

import numpy as np
import pytest

from deepzine_gui.dataset import open_dataset, set_aside, set_label
from deepzine_gui.dataset.formats import recognise
from deepzine_gui.errors import DatasetError
from deepzine_gui.progress import Finished
from tests.dataset.building import warnings_of
from tests.dataset.formats.foreign import content, imported, noise, write_idx

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


def digits(count: int = 12, height: int = 28, width: int = 28) -> np.ndarray:
    """Pictures whose border is black, as handwritten digits have it."""
    values = np.zeros((count, height, width), np.uint8)
    values[:, 3:-3, 3:-3] = noise(count, 64)[:, 0, : height - 6, : width - 6]
    return values


@pytest.mark.parametrize("packed", ["", ".gz"])
def test_digits_are_padded_and_labelled(folder: Path, packed: str) -> None:
    values = digits()
    source = write_idx(folder / (IMAGES + packed), values)
    write_idx(folder / (LABELS + packed), np.arange(12, dtype=np.uint8) % 10)
    out = folder / "digits.h5"
    assert recognise(source) == "idx"
    events = imported(source, out)
    assert events[-1] == Finished(f"digits.h5 holds 12 pages imported from {source.name}.", out)
    images, documents, numbers, labels, states = content(out)
    assert images.shape == (12, 1, 32, 32)
    assert np.array_equal(images[:, 0, 2:-2, 2:-2], values)
    assert images[:, 0, :2].max() == images[:, 0, :, -2:].max() == 0
    assert set(documents) == {source.name}
    assert numbers == list(range(1, 13))
    assert labels == [str(n % 10) for n in range(12)]
    # mostly black, and still not set aside: these were chosen before
    assert not any(states)
    with open_dataset(out) as dataset:
        assert dataset.settings.resolution == 32
        assert dataset.provenance(3).brightness == pytest.approx(images[3].mean() / 255, abs=1e-3)


def test_marks_that_an_import_replaces_are_told(tmp_path: Path) -> None:
    source = write_idx(tmp_path / IMAGES, digits())
    out = tmp_path / "digits.h5"
    assert warnings_of(imported(source, out)) == []
    set_aside(out, [1, 2])
    assert warnings_of(imported(source, out)) == [
        "With the earlier digits.h5, 2 pages marked or labelled were replaced."
    ]


def test_labels_of_another_program_are_no_marks(tmp_path: Path) -> None:
    source = write_idx(tmp_path / IMAGES, digits())
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.arange(12, dtype=np.uint8) % 10)
    out = tmp_path / "digits.h5"
    imported(source, out)
    assert content(out)[3] == [str(n % 10) for n in range(12)]
    assert warnings_of(imported(source, out)) == []
    set_aside(out, [1])
    set_label(out, [1, 4, 5], "8")  # one of the other program's
    set_label(out, [6], "")
    assert warnings_of(imported(source, out)) == [
        "With the earlier digits.h5, 4 pages marked or labelled were replaced."
    ]
    # and these labels are the other program's again
    assert warnings_of(imported(source, out)) == []


def test_the_padding_goes_on_with_the_border(tmp_path: Path) -> None:
    values = np.full((1, 5, 20), 200, np.uint8)
    values[0, 2, 4:16] = 7
    imported(write_idx(tmp_path / "any name", values), tmp_path / "out.h5")
    expected = np.full((1, 1, 32, 32), 200, np.uint8)
    expected[0, 0, 15, 10:22] = 7
    images, _, _, labels, _ = content(tmp_path / "out.h5")
    assert np.array_equal(images, expected)
    assert labels == [""]


def test_a_smaller_resolution_is_an_area_mean(tmp_path: Path) -> None:
    values = noise(3, 32)[:, 0]
    source = write_idx(tmp_path / IMAGES, values)
    imported(source, tmp_path / "out.h5", resolution=8, colour="rgb")
    means = values.reshape(3, 8, 4, 8, 4).mean((2, 4))
    images = content(tmp_path / "out.h5")[0]
    assert images.shape == (3, 3, 8, 8)
    assert np.abs(images.astype(float) - means[:, None]).max() <= 0.5
    with pytest.raises(DatasetError, match="are 32 px: choose a resolution of 32 px or less"):
        imported(source, tmp_path / "other.h5", resolution=64)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _no_pictures(path: Path) -> None:
    write_idx(path, np.zeros((0, 28, 28), np.uint8))


def _enormous(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4] + b"\xff" * 12)


def _labels(path: Path) -> None:
    write_idx(path, np.zeros(4, np.uint8))


def _too_few_labels(path: Path) -> None:
    write_idx(path.with_name(LABELS), np.zeros(4, np.uint8))


def _broken_labels(path: Path) -> None:
    path.with_name(LABELS).write_bytes(b"\0\0\x08")


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (_cut, "is damaged or incomplete"),
        (_no_pictures, "names 0 pictures"),
        (_enormous, "cannot be taken over|such cannot"),
        (_labels, "holds labels where images belong"),
        (_too_few_labels, "holds 4 labels for the 12 pictures"),
        (_broken_labels, "train-labels-idx1-ubyte is damaged"),
    ],
)
def test_files_that_cannot_be_imported_say_why(tmp_path: Path, harm: object, sentence: str) -> None:
    source = write_idx(tmp_path / IMAGES, digits())
    harm(source)
    with pytest.raises(DatasetError, match=sentence) as caught:
        imported(source, tmp_path / "out.h5")
    assert str(tmp_path) in str(caught.value)
    assert not list(tmp_path.glob("out*"))


def test_a_torn_gzip_is_damaged(tmp_path: Path) -> None:
    source = write_idx(tmp_path / f"{IMAGES}.gz", digits())
    source.write_bytes(source.read_bytes()[:-200])
    with pytest.raises(DatasetError, match="is damaged or incomplete"):
        imported(source, tmp_path / "out.h5")
    assert not list(tmp_path.glob("out*"))

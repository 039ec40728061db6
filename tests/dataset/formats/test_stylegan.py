import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepzine_gui.dataset import Provenance, open_dataset
from deepzine_gui.dataset.formats import recognise
from deepzine_gui.dataset.storage.shard import ShardWriter
from deepzine_gui.errors import DatasetError
from deepzine_gui.pages import PageSettings
from tests.dataset.formats.foreign import (
    content,
    imported,
    noise,
    notices,
    png,
    style_name,
    write_style_zip,
)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_zip_with_classes(folder: Path, channels: int) -> None:
    pages = noise(5, 16, channels)
    source = write_style_zip(folder / "pages.zip", pages, [3, 1, 3, 0, 12])
    assert recognise(source) == "stylegan"
    assert notices(imported(source, folder / "out.h5")) == []
    images, documents, numbers, labels, states = content(folder / "out.h5")
    assert np.array_equal(images, pages)
    assert documents == ["pages.zip"] * 5
    assert numbers == [1, 2, 3, 4, 5]
    assert labels == ["3", "1", "3", "0", "12"]
    assert states == [0] * 5


def test_a_folder_without_classes(tmp_path: Path) -> None:
    pages = noise(4, 8)
    with zipfile.ZipFile(write_style_zip(tmp_path / "a.zip", pages, None)) as archive:
        archive.extractall(tmp_path / "plain")
    assert recognise(tmp_path / "plain") == "stylegan"
    imported(tmp_path / "plain", tmp_path / "out.h5")
    images, documents, _, labels, _ = content(tmp_path / "out.h5")
    assert np.array_equal(images, pages)
    assert documents == ["plain"] * 4
    assert labels == [""] * 4


def test_one_hot_vectors_and_names_are_understood(tmp_path: Path) -> None:
    told = [[0, 0, 1.0], [1, 0, 0], [0.5, 0.5, 0]]
    names = ["maps", "plates", "text"]
    source = write_style_zip(tmp_path / "a.zip", noise(4, 8), told, label_names=names)
    said = notices(imported(source, tmp_path / "out.h5"))
    assert said == ["Some pictures of a.zip have no class, and stay without label."]
    assert content(tmp_path / "out.h5")[3] == ["text", "maps", "", ""]


def test_sizes_that_are_no_power_of_two_become_one(tmp_path: Path) -> None:
    source = write_style_zip(tmp_path / "a.zip", np.full((2, 1, 100, 100), 90, np.uint8), None)
    imported(source, tmp_path / "out.h5")
    images = content(tmp_path / "out.h5")[0]
    assert images.shape == (2, 1, 64, 64)
    assert (images == 90).all()


def test_bad_pictures_cost_a_sentence_and_the_others_stay(tmp_path: Path) -> None:
    pages = noise(3, 16)
    source = write_style_zip(tmp_path / "a.zip", pages, None)
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr(style_name(3), png(pages[0])[:60])
        archive.writestr(style_name(4), png(noise(1, 8)[0]))
        archive.writestr(style_name(5), b"no picture")
        archive.writestr("notes.txt", "passed over")
    (said,) = notices(imported(source, tmp_path / "out.h5"))
    assert said.startswith(f"3 of 6 pages of {source} were left out: ")
    assert np.array_equal(content(tmp_path / "out.h5")[0], pages)


def test_names_lead_nowhere(tmp_path: Path) -> None:
    page = png(noise(1, 8)[0])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../outside.png", page)
        archive.writestr("/etc/absolute.png", page)
        archive.writestr("dataset.json", '{"labels": null}')
    imported(tmp_path / "a.zip", tmp_path / "out.h5")
    assert len(content(tmp_path / "out.h5")[0]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "out.h5"]
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.png").write_bytes(page)
    (tmp_path / "in/link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "in/own.png").write_bytes(page)
    (tmp_path / "in/dataset.json").write_text('{"labels": [["../secret.png", 1]]}')
    imported(tmp_path / "in", tmp_path / "out.h5")
    assert len(content(tmp_path / "out.h5")[0]) == 1


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = Image.new("1", (20_000, 20_000))
    huge.save(tmp_path / "huge.png")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(style_name(0), png(noise(1, 8)[0]))
        archive.write(tmp_path / "huge.png", style_name(1))
        archive.writestr(style_name(2), bytes(3_000_000))
        archive.writestr("dataset.json", '{"labels": null}')
    module = "deepzine_gui.dataset.formats.read_stylegan"
    monkeypatch.setattr(f"{module}._LARGEST_PICTURE_BYTES", 2_000_000)
    (said,) = notices(imported(tmp_path / "a.zip", tmp_path / "out.h5"))
    assert said.startswith("2 of 3 pages")
    monkeypatch.setattr(f"{module}._LARGEST_INDEX_BYTES", 10)
    assert recognise(tmp_path / "a.zip") is None


def test_what_is_no_such_dataset_is_not_taken_for_one(tmp_path: Path) -> None:
    page = png(noise(1, 8)[0])
    for name, index in {
        "none": None,
        "text": "hello",
        "list": "[1, 2]",
        "other": '{"name": "pages"}',
        "deep": '{"labels": ' + "[" * 100_000,
    }.items():
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("a.png", page)
            if index is not None:
                archive.writestr("dataset.json", index)
        assert recognise(tmp_path / f"{name}.zip") is None
    (tmp_path / "torn.zip").write_bytes((tmp_path / "none.zip").read_bytes()[:50])
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "torn.zip", tmp_path / "folder", tmp_path / "missing"):
        assert recognise(path) is None
    with pytest.raises(DatasetError, match="in no format that DeepZine imports"):
        imported(tmp_path / "folder", tmp_path / "out.h5")


@pytest.mark.parametrize(
    ("pages", "sentence"),
    [
        ([], "holds no pictures"),
        ([np.zeros((1, 10, 16), np.uint8)], r"are not square \(.* is 16 × 10 px\)"),
        ([np.zeros((1, 2, 2), np.uint8)], "are 2 px: too small"),
    ],
)
def test_what_cannot_be_imported_is_said(
    tmp_path: Path, pages: list[np.ndarray], sentence: str
) -> None:
    source = write_style_zip(tmp_path / "a.zip", pages, None)
    with pytest.raises(DatasetError, match=sentence):
        imported(source, tmp_path / "out.h5")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_only_an_older_dataset_is_replaced(tmp_path: Path) -> None:
    source = write_style_zip(tmp_path / "a.zip", noise(2, 8), None)
    before = source.read_bytes()
    (tmp_path / "notes.h5").write_text("mine")
    for out in (source, tmp_path / "notes.h5", tmp_path):
        with pytest.raises(DatasetError, match="choose a"):
            imported(source, out)
    assert source.read_bytes() == before
    assert (tmp_path / "notes.h5").read_text() == "mine"
    imported(source, tmp_path / "out.h5")
    imported(source, tmp_path / "out.h5", resolution=4)
    assert content(tmp_path / "out.h5")[0].shape == (2, 1, 4, 4)


def test_the_index_may_hold_more_than_we_know(tmp_path: Path) -> None:
    source = write_style_zip(tmp_path / "a.zip", noise(1, 8), [2], made_by={"tool": 1})
    imported(source, tmp_path / "out.h5")
    assert content(tmp_path / "out.h5")[3] == ["2"]
    with zipfile.ZipFile(source) as archive:
        assert json.loads(archive.read("dataset.json"))["made_by"]


def test_what_a_killed_build_left_does_not_come_into_it(tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    (tmp_path / "out.h5.parts").mkdir()
    settings = PageSettings(resolution=8, fit="stretch", split=0, trim=0, straighten=0)
    with ShardWriter(tmp_path / "out.h5.parts/0.shard", settings) as writer:
        writer.add(noise(1, 8, seed=1)[0], Provenance("lost.pdf", 1))
        writer.finish()
    imported(write_style_zip(tmp_path / "a.zip", noise(2, 8), None), out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "out.h5"]
    with open_dataset(out) as opened:
        assert opened.settings == settings
        assert opened.count == 2

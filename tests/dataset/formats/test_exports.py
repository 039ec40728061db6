import json
import os
import sys
import zipfile
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401 - h5py unpacks blosc once this is imported
import numpy as np
import pytest
from PIL import Image

from deepzine_gui import progress
from deepzine_gui.dataset import NO_RULES, Provenance
from deepzine_gui.dataset.formats import export_pages, recognise
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.errors import DatasetError, ExportError, StorageError
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Event, Finished, Progress
from tests.dataset.formats.foreign import content, imported, noise
from tests.programs import run_program

ROWS = [
    Provenance("a/b.pdf", 1, label="10"),
    Provenance("a/b.pdf", 2, part=1, label="9"),
    Provenance("a/b.pdf", 2, part=2, label="9", state=1, reason="by hand"),
    Provenance("a_b.pdf", 1, label="10"),
    Provenance("A_B.pdf", 1, label="x/../é"),
    Provenance("..", 3),
]
PAGES = noise(6, 16, 3)
KEPT = [0, 1, 3, 4, 5]


def dataset(path: Path, pages: np.ndarray = PAGES, rows: list[Provenance] = ROWS) -> Path:
    colour = "grey" if pages.shape[1] == 1 else "rgb"
    settings = PageSettings(resolution=pages.shape[-1], colour=colour)
    with Writer(path, settings) as writer:
        for page, row in zip(pages, rows, strict=True):
            writer.add(page, row)
        writer.finish()
    return path


@pytest.fixture
def path(folder: Path) -> Path:
    return dataset(folder / "pages.h5")


def exported(path: Path, to: str, out: Path, **options: bool) -> list[Event]:
    return list(export_pages(path, to, out, **options))


def files_in(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def planes(picture: Path) -> np.ndarray:
    values = np.asarray(Image.open(picture))
    return values[None] if values.ndim == 2 else values.transpose(2, 0, 1)


def test_a_folder_with_a_subfolder_a_label(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "pictures"
    events = exported(path, "folder", out)
    assert events[-1] == Finished(f"Exported 5 pages to {out}.", out)
    assert [(e.done, e.total) for e in events if isinstance(e, Progress)][-1] == (5, 5)
    expected = {
        "10/a_b.pdf-0001.png": 0,
        "9/a_b.pdf-0002-left.png": 1,
        "10/a_b.pdf-0001~2.png": 3,
        "x/_/é/A_B.pdf-0001.png": 4,
        "_-0003.png": 5,
    }
    found = {p.relative_to(out).as_posix(): p for p in out.rglob("*") if p.is_file()}
    assert sorted(found) == sorted(expected)
    for name, index in expected.items():
        assert np.array_equal(planes(found[name]), PAGES[index])
    exported(path, "folder", tmp_path / "all", everything=True)
    assert len(list((tmp_path / "all").rglob("*.png"))) == 6


def test_a_folder_is_brought_up_to_date(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "pictures"
    exported(path, "folder", out)
    before = files_in(out)
    first, second, *_ = sorted(out.rglob("*.png"))
    (out / "own.png").write_bytes(b"mine")
    first.unlink()
    second.write_bytes(b"old")
    os.utime(second, ns=(0, path.stat().st_mtime_ns - 1))
    with pytest.raises(ExportError, match="is not empty"):
        exported(path, "folder", out)
    rest = {file: file.stat().st_ino for file in out.rglob("*.png") if file != second}
    exported(path, "folder", out, update=True)
    assert files_in(out) == before | {"own.png": b"mine"}
    assert {file: file.stat().st_ino for file in rest} == rest


def test_bringing_up_to_date_goes_on_where_it_was_stopped(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "pictures"
    exported(path, "folder", tmp_path / "whole")
    job = export_pages(path, "folder", out, update=True)
    next(job)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(progress, "_REPORT_S", 0.0)
        next(job)
    job.close()
    assert len(list(out.rglob("*.png"))) == 1
    exported(path, "folder", out, update=True)
    assert files_in(out) == files_in(tmp_path / "whole")


def test_labels_that_differ_little_keep_folders_of_their_own(tmp_path: Path) -> None:
    labels = ["a?", "a*", "A_", "con", "a" * 90, "", "/"]
    rows = [Provenance("book.pdf", 1, label=label) for label in labels]
    exported(dataset(tmp_path / "a.h5", noise(7, 4), rows), "folder", tmp_path / "out")
    names = [p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.png")]
    assert len({name.casefold() for name in names}) == 7
    folders = {name.rpartition("/")[0] for name in names}
    assert folders == {"a_", "a_~2", "A_~3", "con_", "a" * 90, ""}


def test_stylegan_s_zip(path: Path, tmp_path: Path) -> None:
    exported(path, "stylegan", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        names = [f"00000/img0000000{number}.png" for number in range(5)]
        assert archive.namelist() == [*names, "dataset.json"]
        for name, index in zip(names, KEPT, strict=True):
            picture = np.asarray(Image.open(archive.open(name)))
            assert np.array_equal(picture.transpose(2, 0, 1), PAGES[index])
        index = json.loads(archive.read("dataset.json"))
    assert index["label_names"] == ["", "9", "10", "x/../é"]
    assert index["labels"] == [list(pair) for pair in zip(names, [2, 1, 2, 3, 0], strict=True)]
    exported(path, "stylegan", tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "out.zip").read_bytes()


def test_stylegan_s_zip_of_grey_pages_without_labels(tmp_path: Path) -> None:
    pages = noise(2, 8)
    rows = [Provenance("a.pdf", 1), Provenance("a.pdf", 2)]
    exported(dataset(tmp_path / "a.h5", pages, rows), "stylegan", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert json.loads(archive.read("dataset.json")) == {"labels": None}
        picture = Image.open(archive.open("00000/img00000001.png"))
        assert picture.mode == "L"
        assert np.array_equal(np.asarray(picture), pages[1, 0])


def test_the_first_deepzine_s_file(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # two pages of 16 px a chunk, so that the last is not full
    monkeypatch.setattr("deepzine_gui.dataset.formats.write_deepzine._CHUNK_BYTES", 7000)
    exported(path, "deepzine", tmp_path / "out.hdf5")
    with h5py.File(tmp_path / "out.hdf5") as file:
        assert sorted(file) == ["data_16", "data_4", "data_8", "imagenames"]
        assert (file["imagenames"].shape, file["imagenames"].dtype) == ((5, 1), "S256")
        assert file["imagenames"][1, 0] == b"a_b.pdf-0002-left.png"
        for size in (4, 8, 16):
            data = file[f"data_{size}"]
            assert (data.shape, data.dtype) == ((5, size, size, 3), np.float32)
            assert "32001" in data._filters
            step = 16 // size
            means = PAGES[KEPT].reshape(5, 3, size, step, size, step).mean((3, 5))
            expected = means.transpose(0, 2, 3, 1) / 127.5 - 1
            assert np.abs(data[:] - expected).max() <= (0.5 / 127.5 if step > 1 else 0) + 1e-6


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("to", ["stylegan", "deepzine"])
def test_there_and_back_every_pixel_is_the_same(tmp_path: Path, channels: int, to: str) -> None:
    pages = noise(4, 16, channels)
    pages[0] = np.arange(256, dtype=np.uint8).reshape(16, 16)
    labels = ["", "b", "a", "b"] if to == "stylegan" else [""] * 4
    rows = [Provenance("book", n + 1, label=label) for n, label in enumerate(labels)]
    exported(dataset(tmp_path / "a.h5", pages, rows), to, tmp_path / "out")
    colour = "grey" if channels == 1 else "rgb"
    imported(tmp_path / "out", tmp_path / "b.h5", colour=colour, rules=NO_RULES)
    images, documents, numbers, found, _ = content(tmp_path / "b.h5")
    assert np.array_equal(images, pages)
    assert found == labels
    assert numbers == [1, 2, 3, 4]
    assert set(documents) == {"book" if to == "deepzine" else "out"}


@pytest.mark.parametrize("to", ["folder", "stylegan", "deepzine"])
def test_stopped_or_failed_nothing_is_left(
    path: Path, tmp_path: Path, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    job = export_pages(path, to, tmp_path / "here/out")
    monkeypatch.setattr("deepzine_gui.progress._REPORT_S", 0)
    assert any(isinstance(event, Progress) and event.done == 2 for event in job)
    job.close()
    assert os.listdir(tmp_path / "here") == []
    with h5py.File(path) as file:
        chunk = file["images"].id.get_chunk_info(3)
    with path.open("r+b") as file:
        file.seek(chunk.byte_offset)
        file.write(b"\xff" * chunk.size)
    with pytest.raises(DatasetError, match="page 4 cannot be read"):
        exported(path, to, tmp_path / "here/out")
    assert os.listdir(tmp_path / "here") == []


@pytest.mark.parametrize("to", ["folder", "stylegan", "deepzine"])
def test_places_that_cannot_be_are_refused(path: Path, tmp_path: Path, to: str) -> None:
    before = path.read_bytes()
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    for out in (path, full):
        with pytest.raises(ExportError, match="choose a"):
            exported(path, to, out)
    assert path.read_bytes() == before
    assert os.listdir(full) == ["mine.txt"]
    with pytest.raises(StorageError, match="choose another place"):
        exported(path, to, full / "mine.txt" / "out")
    with pytest.raises(ExportError, match="choose a"):
        exported(path, to, full / "mine.txt")
    assert (full / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("to", ["stylegan", "deepzine"])
def test_an_earlier_export_is_replaced(path: Path, tmp_path: Path, to: str) -> None:
    for _ in range(2):
        exported(path, to, tmp_path / "out")
    assert recognise(tmp_path / "out") == to


def test_a_full_disk_is_one_sentence(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        # as HDF5 words it when the system has no room
        raise OSError(
            "Unable to synchronously write data (error message = 'No space left on device')"
        )

    monkeypatch.setattr("deepzine_gui.dataset.formats.write_deepzine._floats", full)
    with pytest.raises(StorageError, match="The disk is full"):
        exported(path, "deepzine", tmp_path / "out.h5")
    assert not list(tmp_path.glob("out*"))


@pytest.mark.skipif(sys.platform == "win32", reason="sets a limit that Windows does not know")
def test_a_write_that_fails_within_hdf5_ends_no_process(path: Path, tmp_path: Path) -> None:
    script = (
        "import pathlib, resource, sys; from deepzine_gui.dataset.formats import export_pages\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "path, out = map(pathlib.Path, sys.argv[1:])\n"
        "try: list(export_pages(path, 'deepzine', out))\n"
        "except Exception as error: print(type(error).__name__, error)\n"
        "print('alive')"
    )
    # -B: Python takes a cut .pyc for a written one, and every later process would trip over it
    done = run_program([sys.executable, "-B", "-c", script, str(path), str(tmp_path / "out")])
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("StorageError")
    assert "could not be written" in done.stdout
    assert done.stdout.endswith("alive\n")
    assert not list(tmp_path.glob("out*"))


def test_nothing_to_export_is_said(tmp_path: Path) -> None:
    rows = [Provenance("a.pdf", 1, state=1, reason="blank")]
    path = dataset(tmp_path / "a.h5", noise(1, 4), rows)
    with pytest.raises(ExportError, match="no kept page"):
        exported(path, "folder", tmp_path / "out")
    exported(path, "folder", tmp_path / "out", everything=True)
    with pytest.raises(DatasetError, match="There is no dataset"):
        exported(tmp_path / "none.h5", "folder", tmp_path / "other")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("name", ["pipe", "pipe.zip", "pipe.h5"])
def test_a_pipe_is_in_no_format_and_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert recognise(tmp_path / name) is None

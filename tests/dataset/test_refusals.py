"""Builds that cannot be, and what they leave alone."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from deepzine_gui.dataset import PagesAdded, open_dataset
from deepzine_gui.dataset.building.build import build
from deepzine_gui.errors import DatasetError, DocumentError, StorageError
from tests.dataset.building import SMALL, OneBlock, built, contents, write_pdf


def test_a_full_disk_is_one_sentence_and_keeps_the_old_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pdf(tmp_path / "in/a.pdf", 2)
    out = tmp_path / "out.h5"
    built([tmp_path / "in"], out)
    before = out.read_bytes()
    write_pdf(tmp_path / "in/b.pdf", 2)

    def full(*_: object) -> None:
        # as HDF5 words it when the system has no room
        raise OSError(
            "Unable to synchronously write data (error message = 'No space left on device')"
        )

    monkeypatch.setattr("deepzine_gui.dataset.storage.store.Writer._append", full)
    with pytest.raises(
        StorageError, match=r"^The disk is full: \S*out\.h5 could not be built\. Free "
    ):
        # its workers know nothing of it, so that the disk fills up when all is put together
        built([tmp_path / "in"], out, workers=1)
    assert out.read_bytes() == before
    monkeypatch.undo()
    built([tmp_path / "in"], out)
    assert [row[0] for row in contents(out)[1]] == ["a.pdf"] * 2 + ["b.pdf"] * 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out.h5"]


def test_a_dataset_is_not_named_as_its_shards_are(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", 1)
    with pytest.raises(
        DatasetError, match=r"out\.shard is named like .*: choose a name with \.h5\."
    ):
        built([tmp_path / "a.pdf"], tmp_path / "out.shard")
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_a_place_where_no_folder_can_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pdf(tmp_path / "a.pdf", 1)

    def refused(path: Path, *_: object, **__: object) -> None:
        # as /proc says of every new name
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(StorageError) as refusal:
        built([tmp_path / "a.pdf"], tmp_path / "out.h5")
    assert str(refusal.value) == (
        f"{tmp_path / 'out.h5'} cannot be written (no folder can be made in {tmp_path}): choose "
        "another place."
    )


def test_a_place_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pdf(tmp_path / "a.pdf", 1)

    def forbidden(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    # a person who runs the tests as root may write anywhere
    monkeypatch.setattr(Path, "mkdir", forbidden)
    with pytest.raises(StorageError, match="as it is protected: allow writing there"):
        built([tmp_path / "a.pdf"], tmp_path / "shut/out.h5")


def test_nothing_to_build_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(DocumentError, match="no PDF and no picture in"):
        built([tmp_path], tmp_path / "out.h5")
    (tmp_path / "bad.pdf").write_bytes(b"")
    with pytest.raises(DatasetError, match="No document gave a page"):
        built([tmp_path], tmp_path / "out.h5")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.pdf", "notes.txt"]
    (tmp_path / "folder").mkdir()
    write_pdf(tmp_path / "good.pdf", 1)
    with pytest.raises(DatasetError, match="is a folder"):
        built([tmp_path], tmp_path / "folder")


def test_only_an_older_dataset_is_replaced(folder: Path) -> None:
    write_pdf(folder / "in/a.pdf", 2)
    content = (folder / "in/a.pdf").read_bytes()
    with pytest.raises(DatasetError, match="is one of the documents"):
        built([folder / "in"], folder / "in/a.pdf")
    other = folder / "notes.txt"
    other.write_text("mine")
    with pytest.raises(DatasetError, match="exists and is no dataset"):
        built([folder / "in"], other)
    assert (folder / "in/a.pdf").read_bytes() == content
    assert other.read_text() == "mine"
    foreign = folder / "foreign.h5"
    with h5py.File(foreign, "w") as file:
        file["data_128"] = np.zeros(4)
    with pytest.raises(DatasetError, match="exists and is no dataset"):
        built([folder / "in"], foreign)
    built([folder / "in"], folder / "out.h5")
    (folder / "out.h5").write_bytes((folder / "out.h5").read_bytes()[:3000])
    built([folder / "in"], folder / "out.h5")
    assert len(contents(folder / "out.h5")[1]) == 2


def _refused(out: Path) -> list[str]:
    with open_dataset(out) as dataset:
        assert all(one.name in one.reason for one in dataset.refused())
        return [one.name for one in dataset.refused()]


def _with_two_refused(tmp_path: Path) -> tuple[Path, Path]:
    """Return a folder with one good document, and the dataset built of it."""
    folder, out = tmp_path / "in", tmp_path / "out.h5"
    write_pdf(folder / "a.pdf", 2, step=40)
    for name in ("torn.pdf", "void.pdf"):
        (folder / name).write_bytes(b"%PDF-1.4 and then nothing")
    built([folder], out)
    return folder, out


def test_a_dataset_tells_which_documents_gave_no_page_until_they_are_mended(
    tmp_path: Path,
) -> None:
    folder, out = _with_two_refused(tmp_path)
    assert _refused(out) == ["torn.pdf", "void.pdf"]
    more = write_pdf(tmp_path / "more/b.pdf", 2, step=40)
    built([more], out, append=True)
    assert _refused(out) == ["torn.pdf", "void.pdf"]
    write_pdf(folder / "torn.pdf", 1)
    built([folder], out)
    assert _refused(out) == ["void.pdf"]
    # no page is another, but the file tells of it
    (folder / "void.pdf").unlink()
    built([folder], out)
    assert _refused(out) == []


def test_a_document_that_is_torn_now_and_keeps_its_older_pages_is_not_refused(
    tmp_path: Path,
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out.h5"
    write_pdf(folder / "a.pdf", 2, step=40)
    (folder / "b.pdf").write_bytes(write_pdf(tmp_path / "b.pdf", 3, step=30).read_bytes())
    built([folder], out)
    (folder / "b.pdf").write_bytes(b"%PDF-1.4 and then nothing")
    built([folder], out)
    assert [row[0] for row in contents(out)[1]] == ["a.pdf"] * 2 + ["b.pdf"] * 3
    assert _refused(out) == []


def test_a_mended_document_of_which_a_stopped_build_made_pages_is_not_refused(
    tmp_path: Path,
) -> None:
    folder, out = _with_two_refused(tmp_path)
    write_pdf(folder / "torn.pdf", 1)
    with OneBlock() as executor:
        job = build([folder], out, settings=SMALL, executor=executor)
        assert any(isinstance(event, PagesAdded) for event in job)
        job.close()
    assert [row[0] for row in contents(out)[1]] == ["a.pdf"] * 2 + ["torn.pdf"]
    assert _refused(out) == ["void.pdf"]

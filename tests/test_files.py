"""A file that matters is there whole or not at all."""

import errno
import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from deepzine_gui.errors import StorageError
from deepzine_gui.files import part_of, storage_errors, whole_file, whole_folder, write_json


def spoil(part: Path) -> None:
    part.write_bytes(b"ha")
    raise ValueError("in the midst")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    film = tmp_path / "new" / "film.mp4"
    with whole_file(film) as part:
        part.write_bytes(b"whole")
        assert part.suffix == ".mp4"
        assert not film.exists()
    assert film.read_bytes() == b"whole"
    assert names(film.parent) == ["film.mp4"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"old")
    with pytest.raises(ValueError, match="in the midst"), whole_file(film) as part:
        spoil(part)
    assert film.read_bytes() == b"old"
    assert names(tmp_path) == ["film.mp4"]


def test_a_folder_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    checkpoint = tmp_path / "000012"
    (tmp_path / "000012.part").mkdir()
    (tmp_path / "000012.part" / "stale").touch()
    with whole_folder(checkpoint) as part:
        (part / "state.json").write_text("{}", encoding="utf-8")
        assert not checkpoint.exists()
    assert names(checkpoint) == ["state.json"]
    assert names(tmp_path) == ["000012"]


def test_a_failed_folder_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="midst"), whole_folder(tmp_path / "000012") as part:
        spoil(part / "half")
    assert names(tmp_path) == []


def test_json_keeps_every_letter(tmp_path: Path) -> None:
    write_json(tmp_path / "record.json", {"title": "Boletín № 7"})
    text = (tmp_path / "record.json").read_text("utf-8")
    assert "Boletín № 7" in text
    assert json.loads(text) == {"title": "Boletín № 7"}


def test_part_of_keeps_the_suffix() -> None:
    assert part_of(Path("a/film.mp4")) == Path("a/film.part.mp4")
    assert part_of(Path("a/plain")) == Path("a/plain.part")


_PROTECTED = (
    "book.pdf cannot be written, as it is protected: allow writing there, or use another place."
)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full: book.pdf could not be written."),
        (errno.EDQUOT, "The disk is full: book.pdf could not be written."),
        (errno.EACCES, _PROTECTED),
        (errno.EROFS, _PROTECTED),
        (
            errno.EIO,
            "book.pdf cannot be written (input/output error): choose another place or name.",
        ),
    ],
)
def test_storage_errors_say_what_to_do(number: int, sentence: str) -> None:
    with pytest.raises(StorageError) as caught, storage_errors(Path("book.pdf")):
        raise OSError(number, os.strerror(number))
    assert str(caught.value) == sentence


def test_other_errors_of_the_system_pass_unchanged() -> None:
    with pytest.raises(FileNotFoundError), storage_errors(Path("book.pdf")):
        raise FileNotFoundError(errno.ENOENT, "no such file")


def test_a_full_disk_while_flushing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a.json").write_text("old", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="disk is full"):
        write_json(tmp_path / "a.json", {})
    assert (tmp_path / "a.json").read_text("utf-8") == "old"
    assert names(tmp_path) == ["a.json"]


@pytest.mark.parametrize(
    ("made_by", "kind", "writing"),
    [("mkdir", "folder", whole_folder), ("touch", "file", whole_file)],
)
def test_a_place_where_no_name_is_taken_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    made_by: str,
    kind: str,
    writing: Callable[[Path], AbstractContextManager[Path]],
) -> None:
    def refuse(*_: object, **__: object) -> None:
        # as /proc says of every new name
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    monkeypatch.setattr(Path, made_by, refuse)
    with (
        pytest.raises(StorageError, match=rf"no {kind} can be made in "),
        writing(tmp_path / "film.mp4"),
    ):
        pass
    assert names(tmp_path) == []

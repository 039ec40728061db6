"""Write files that are either wholly there or not at all."""

import contextlib
import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deepzine_gui.errors import DiskFullError, StorageError

PART = ".part"

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)

_BAD_PLACES = (
    errno.EEXIST,
    errno.EISDIR,
    errno.ENAMETOOLONG,
    errno.ENOTDIR,
    errno.ENOTEMPTY,
    # what is said of a disk that was taken away, and of one that fails
    errno.EIO,
    errno.ENODEV,
    errno.ENXIO,
    errno.ESTALE,
)


@contextlib.contextmanager
def whole_file(path: Path, *, flushed: bool = True) -> Iterator[Path]:
    """Yield a path beside `path` to write to; rename it into place when the block succeeds.

    The name keeps its suffix (``film.part.mp4``), so that writers which choose a format by suffix
    work. On an error nothing is left.

    Args:
        path: the file.
        flushed: bring the file to the disk before the rename, so that a loss of power spares it.

    Raises:
        StorageError: the disk is full, or the folder is missing or read-only.
    """
    part = part_of(path)
    with storage_errors(path):
        make_folder(path.parent, path, exist_ok=True)
        try:
            with _new_name("file", path):
                part.touch()
            yield part
            if flushed:
                _flush_to_disk(part)
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        if flushed:
            _flush_to_disk(path.parent)


@contextlib.contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder beside `path` to fill; rename it into place when the block succeeds.

    Raises:
        StorageError: as `whole_file`; also when `path` exists already and is not empty.
    """
    part = path.with_name(path.name + PART)
    with storage_errors(path):
        shutil.rmtree(part, ignore_errors=True)
        make_folder(part, path)
        try:
            yield part
            for file in (*part.rglob("*"), part):
                _flush_to_disk(file)
            os.replace(part, path)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        _flush_to_disk(path.parent)


def make_folder(folder: Path, wanted: Path, *, exist_ok: bool = False) -> None:
    """Make a folder, and those above it, for `wanted` to be written in or beside.

    Raises:
        StorageError: the file system takes no new name there.
        OSError: as `Path.mkdir`, for `storage_errors` to put into words.
    """
    with _new_name("folder", wanted):
        folder.mkdir(parents=True, exist_ok=exist_ok)


@contextlib.contextmanager
def _new_name(kind: str, wanted: Path) -> Iterator[None]:
    """Explain what some file systems, such as that of processes, say of every new name."""
    try:
        yield
    except FileNotFoundError as error:
        raise StorageError(
            f"{wanted} cannot be written (no {kind} can be made in {wanted.parent}): choose "
            "another place."
        ) from error


def is_reserved(name: str) -> bool:
    """Whether Windows takes a file's name for that of a device, whatever its suffix."""
    return _RESERVED.fullmatch(name) is not None


def free_name(folder: Path, stem: str, suffix: str) -> Path:
    """Return the first name in a folder, of the form ``film-1.mp4``, that nothing has yet."""
    number = 1
    while (folder / f"{stem}-{number}{suffix}").exists():
        number += 1
    return folder / f"{stem}-{number}{suffix}"


def name_for_damaged(path: Path) -> Path:
    """Return the first name beside a damaged file, like ``dataset-damaged.h5``, not taken yet."""
    stem, number = f"{path.stem}-damaged", 0
    while (beside := path.with_name(f"{stem}{number or ''}{path.suffix}")).exists():
        number += 1
    return beside


def remove_folder(path: Path) -> None:
    """Remove a folder so that a kill leaves it whole or under a name that is not taken for one."""
    part = path.with_name(path.name + PART)
    shutil.rmtree(part, ignore_errors=True)
    os.replace(path, part)
    shutil.rmtree(part, ignore_errors=True)


def real_path(path: Path) -> Path:
    """Return the place that links lead to; of links in a circle their own."""
    return Path(os.path.realpath(path))


def is_part(name: str) -> bool:
    """Whether a file of this name is not whole: ``film.part.mp4``, a download ``it.pdf.part``."""
    return name.endswith(PART) or Path(name).stem.endswith(PART)


def part_of(path: Path) -> Path:
    """The name under which a file is written until it is whole."""
    return path.with_name(path.stem + PART + path.suffix)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole (UTF-8)."""
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")


def keep_text(path: Path, text: str) -> None:
    """Write a text file whole, unless it says so already: a full disk is then no hindrance.

    Raises:
        StorageError: as `whole_file`.
    """
    with storage_errors(path):
        known = path.read_text("utf-8", errors="replace") if path.is_file() else ""
    if known != text:
        write_text(path, text)


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file whole, indented for a reader."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn the system's own words about a full or closed disk into one sentence naming `path`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(f"The disk is full: {path} could not be written.") from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise StorageError(
                f"{path} cannot be written, as it is protected: allow writing there, or use "
                "another place."
            ) from error
        if error.errno in _BAD_PLACES:
            reason = os.strerror(error.errno or 0).lower()
            raise StorageError(
                f"{path} cannot be written ({reason}): choose another place or name."
            ) from error
        raise


def _flush_to_disk(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

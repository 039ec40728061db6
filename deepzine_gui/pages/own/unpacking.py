"""Unpack the documents of a ZIP or CBZ: only PDFs and pictures, and nothing outside its folder."""

import contextlib
import dataclasses
import errno
import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from deepzine_gui.errors import DocumentError
from deepzine_gui.files import is_reserved
from deepzine_gui.pages.contents import FIRST_BYTES, kind_held
from deepzine_gui.pages.documents import kind_promised
from deepzine_gui.pages.own.allowance import Allowance

SUFFIXES = (".zip", ".cbz")

_DEEPEST = 3
_CHUNK_BYTES = 256 * 1024
_LONGEST_NAME_BYTES = 150
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
_IS_LOCKED = 0x1
_OF_THE_MAC = "__MACOSX"
_CANNOT_LIE_THERE = (
    errno.ENAMETOOLONG,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
    errno.ENOENT,
    errno.EINVAL,
)
"""A name no file can have here, or a file where a folder would have to be."""

_SPOILT_ENTRY = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
)
_SPOILT_ARCHIVE = (*_SPOILT_ENTRY, OSError, ValueError)


@dataclasses.dataclass
class Unpacked:
    """What came out: documents, and entries left out, each with a word why."""

    documents: int = 0
    left_out: dict[str, str] = dataclasses.field(default_factory=dict)


def unpack(archive: Path, folder: Path, allowance: Allowance) -> Iterator[Unpacked]:
    """Unpack `archive` into `folder`, which exists; yield what has come after each entry.

    Folders within stay. What is hidden, and what a Mac adds of its own, is passed over. Links,
    entries whose names lead out or cannot be stored, and what is neither PDF, picture nor an
    archive of such, are not written.

    Raises:
        DocumentError: it is no archive, or it grows beyond all measure.
        DiskFullError: the disk has no room for it.
    """
    told = Unpacked()
    yield from _unpack(archive, folder, allowance, told, depth=1)
    for below in sorted(filter(Path.is_dir, folder.rglob("*")), reverse=True):
        # where nothing came of an archive within
        with contextlib.suppress(OSError):
            below.rmdir()


def _unpack(
    archive: Path, folder: Path, allowance: Allowance, told: Unpacked, *, depth: int
) -> Iterator[Unpacked]:
    with _opened(archive) as opened:
        entries = [entry for entry in opened.infolist() if not entry.is_dir()]
        allowance.announce(sum(entry.file_size for entry in entries), len(entries))
        for entry in entries:
            allowance.take_file()
            place = _place_of(entry, folder)
            if place is not None and _is_hidden(entry):
                continue
            if place is None:
                told.left_out[entry.filename] = "its name leads out of the archive's folder"
            elif _is_link(entry):
                told.left_out[entry.filename] = "it is a link"
            elif entry.flag_bits & _IS_LOCKED:
                told.left_out[entry.filename] = "it is locked with a password"
            else:
                yield from _write(opened, entry, place, allowance, told, depth=depth)
            yield told


def _write(
    opened: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    place: Path,
    allowance: Allowance,
    told: Unpacked,
    *,
    depth: int,
) -> Iterator[Unpacked]:
    """Write a document, or what is in an archive; leave out what cannot lie at its place."""
    try:
        if place.suffix.lower() in SUFFIXES:
            yield from _unpack_inner(opened, entry, place, allowance, told, depth=depth)
        else:
            _write_document(opened, entry, place, allowance, told)
    except OSError as error:
        if error.errno not in _CANNOT_LIE_THERE:
            raise
        told.left_out[entry.filename] = "no file can have this name here"


def _unpack_inner(
    opened: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    place: Path,
    allowance: Allowance,
    told: Unpacked,
    *,
    depth: int,
) -> Iterator[Unpacked]:
    """Unpack an archive within an archive into a folder of its name."""
    if depth >= _DEEPEST:
        told.left_out[entry.filename] = "it lies too deep in archives"
        return
    packed = place.with_name(place.name + ".packed")
    inner = free_place(place.with_suffix(""))
    try:
        if _copy(opened, entry, packed, allowance, told, is_wanted=lambda head: True):
            yield from _unpack(packed, inner, allowance, told, depth=depth + 1)
    except DocumentError as error:
        if not isinstance(error.__cause__, _SPOILT_ARCHIVE):
            raise
        told.left_out[entry.filename] = "it is damaged"
    finally:
        packed.unlink(missing_ok=True)


def _write_document(
    opened: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    place: Path,
    allowance: Allowance,
    told: Unpacked,
) -> None:
    promised = kind_promised(place)

    def is_wanted(head: bytes) -> bool:
        return bool(promised or kind_held(head) == "pdf") and bool(head)

    told.documents += _copy(opened, entry, free_place(place), allowance, told, is_wanted=is_wanted)


def _copy(
    opened: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    place: Path,
    allowance: Allowance,
    told: Unpacked,
    *,
    is_wanted: Callable[[bytes], bool],
) -> bool:
    """Write an entry, if its first bytes are wanted; a damaged one is left out."""
    try:
        with opened.open(entry) as packed:
            chunk = _unpacked(packed, max(FIRST_BYTES, _CHUNK_BYTES))
            if not is_wanted(chunk[:FIRST_BYTES]):
                return False
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                while chunk:
                    allowance.take(len(chunk))
                    file.write(chunk)
                    chunk = _unpacked(packed, _CHUNK_BYTES)
        return True
    except _SPOILT_ENTRY:
        place.unlink(missing_ok=True)
        told.left_out[entry.filename] = "it is damaged, or packed in an unknown way"
        return False


def _unpacked(packed: IO[bytes], size_bytes: int) -> bytes:
    """Read from an entry; what bzip2 finds wrong in it is told from what the disk does."""
    try:
        return packed.read(size_bytes)
    except OSError as error:
        if error.errno is None:
            raise zipfile.BadZipFile(str(error)) from error
        raise


@contextlib.contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        if not archive.is_file():
            # a pipe would wait for a writer
            raise zipfile.BadZipFile("it is no file")
        opened = zipfile.ZipFile(archive)
    except _SPOILT_ARCHIVE as error:
        raise DocumentError(
            f"{archive.name} cannot be unpacked: it is damaged, or no ZIP archive."
        ) from error
    with opened:
        yield opened


def _place_of(entry: zipfile.ZipInfo, folder: Path) -> Path | None:
    """Where an entry goes below `folder`, by a name any system can store; None if it leads out."""
    name = entry.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name) or not parts:
        return None
    return folder.joinpath(*map(_storable, parts))


def _is_hidden(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    return any(part.startswith(".") or part == _OF_THE_MAC for part in parts)


def _storable(part: str) -> str:
    stem, dot, suffix = _FORBIDDEN.sub("_", part).strip(" ").rpartition(".")
    stem, suffix = (stem, dot + suffix) if stem else (suffix, "")
    stem = stem.encode()[:_LONGEST_NAME_BYTES].decode(errors="ignore")
    name = (stem + suffix).rstrip(" .")
    return f"_{name}" if not name or is_reserved(name) else name


def free_place(place: Path) -> Path:
    """`place`, or beside it a name with a number that nothing has yet."""
    number, free = 2, place
    while free.exists():
        free = place.with_name(f"{place.stem} ({number}){place.suffix}")
        number += 1
    return free


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)

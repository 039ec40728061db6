"""Bring files, folders and archives into a project's folder of own documents."""

import os
import shutil
import zipfile
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from deepzine_gui.errors import DocumentError
from deepzine_gui.files import storage_errors, whole_file, whole_folder
from deepzine_gui.pages.documents import is_document
from deepzine_gui.pages.own.allowance import Allowance
from deepzine_gui.pages.own.unpacking import SUFFIXES, Unpacked, free_place, unpack
from deepzine_gui.progress import Event, Finished, Notice, Progress
from deepzine_gui.words import count_text

_MOST_NAMED = 3
_LONGEST_NAME = 80


def bring(
    paths: Sequence[Path], folder: Path, *, unpacked_of: Sequence[Path] = ()
) -> Generator[Event, None, None]:
    """Copy PDFs, pictures and folders of such into `folder`, and unpack ZIP and CBZ archives.

    Each of `paths` becomes one file or folder there, whole or not at all; names that are taken get
    a number. Of folders and archives only documents come along, with the subfolders they lie in;
    archives in folders are unpacked where they lie. What is hidden stays behind. Links to folders
    are not followed.

    Args:
        paths: what to bring.
        folder: made where missing.
        unpacked_of: folders that stay where they are; only what archives in them hold comes, below
            a folder of the same name. One without archives is passed over.

    Yields:
        `Progress` in ``documents``, `Notice` of what could not come, last `Finished`.

    Raises:
        StorageError: the disk is full, or `folder` cannot be written.
    """
    brought = 0
    whole = [(path, False) for path in paths]
    unpacked = [(path, True) for path in unpacked_of if any(archives_in(path, folder))]
    for path, only_archives in whole + unpacked:
        try:
            brought += yield from _bring_one(path, folder, brought, only_archives=only_archives)
        except DocumentError as error:
            yield Notice(str(error), "warning")
    yield Finished(f"{count_text(brought, 'documents')} brought into the project.", folder)


def is_archive(path: Path) -> bool:
    """Whether a file is an archive that `bring` unpacks, by its name and its first bytes."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    try:
        return zipfile.is_zipfile(path)
    except OSError:
        return False


def archives_in(source: Path, but: Path | None = None) -> Iterator[Path]:
    """Archives that `bring` unpacks below a folder, in order; those below `but` are not told."""
    return filter(is_archive, _files_in(source, but))


def _bring_one(
    path: Path, folder: Path, before: int, *, only_archives: bool
) -> Generator[Event, None, int]:
    """Bring one file, folder or archive, and return how many documents that were."""
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        with whole_folder(free_place(folder / path.name)) as part:
            count = yield from _unpack_folder(path, part, folder, before)
            if not only_archives:
                count += yield from _copy_folder(path, part, folder, before + count)
            _refuse_nothing(path, count)
    elif path.suffix.lower() in SUFFIXES:
        with whole_folder(free_place(folder / path.stem)) as part:
            count = yield from _unpack(path, part, before)
            _refuse_nothing(path, count)
    else:
        count = _copy(path, free_place(folder / path.name))
    yield Progress(before + count, None, "documents", path.name)
    return count


def _copy_folder(
    source: Path, part: Path, folder: Path, before: int
) -> Generator[Event, None, int]:
    count = 0
    for path in _files_in(source, folder):
        if is_archive(path) or not is_document(path):
            continue
        target = part / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            count += _copy(path, free_place(target))
        except DocumentError as error:
            yield Notice(str(error), "warning")
        yield Progress(before + count, None, "documents", path.name)
    return count


def _unpack_folder(
    source: Path, part: Path, folder: Path, before: int
) -> Generator[Event, None, int]:
    """Unpack the archives in a folder, each where it would lie in `part`."""
    count = 0
    for path in archives_in(source, folder):
        inner = free_place(part / path.relative_to(source).with_suffix(""))
        inner.mkdir(parents=True)
        try:
            count += yield from _unpack(path, inner, before + count)
        except DocumentError as error:
            shutil.rmtree(inner)
            yield Notice(str(error), "warning")
    return count


def _files_in(source: Path, but: Path | None) -> Iterator[Path]:
    """What lies below a folder, in order; what is hidden is not, nor what `but` holds."""
    own = but and but.resolve()
    for place, folders, names in os.walk(source):
        # a project may lie in the very folder that is brought into it
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and Path(place, name).resolve() != own
        )
        yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))


def _unpack(archive: Path, part: Path, before: int) -> Generator[Event, None, int]:
    allowance = Allowance(archive.name, archive.stat().st_size, part)
    told = Unpacked()
    with storage_errors(part):
        for told in unpack(archive, part, allowance):
            yield Progress(before + told.documents, None, "documents", archive.name)
    if told.left_out:
        yield Notice(_left_out(archive, told), "warning")
    return told.documents


def _copy(source: Path, target: Path) -> int:
    """Copy a document, whole or not at all; one without a byte is none."""
    if not is_document(source):
        raise DocumentError(f"{source.name} is neither a PDF nor a picture that DeepZine can read.")
    if not source.stat().st_size:
        raise DocumentError(f"{source.name} is empty.")
    with whole_file(target) as part:
        try:
            opened = source.open("rb")
        except OSError as error:
            raise DocumentError(f"{source} cannot be read: {error.strerror}.") from error
        with opened, part.open("wb") as file:
            shutil.copyfileobj(opened, file, 1024 * 1024)
    return 1


def _left_out(archive: Path, told: Unpacked) -> str:
    named = [
        f"{_shortened(name)} ({why})" for name, why in list(told.left_out.items())[:_MOST_NAMED]
    ]
    more = len(told.left_out) - len(named)
    if more:
        named.append(f"{more:,} more")
    return f"Left out of {archive.name}: {', '.join(named)}."


def _shortened(name: str) -> str:
    half = _LONGEST_NAME // 2
    return name if len(name) <= _LONGEST_NAME else f"{name[: half - 1]}…{name[-half:]}"


def _refuse_nothing(path: Path, count: int) -> None:
    if not count:
        raise DocumentError(f"{path.name} holds no PDF and no picture.")

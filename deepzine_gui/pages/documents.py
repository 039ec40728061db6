"""Find the documents in files and folders."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from deepzine_gui.errors import DocumentError
from deepzine_gui.files import is_part, real_path
from deepzine_gui.pages.contents import PDF, first_bytes, kind_held, no_document
from deepzine_gui.pages.values import Document, Kind
from deepzine_gui.words import plain_text

_PICTURE_SUFFIXES = (
    *(".avif", ".bmp", ".gif", ".j2k", ".jp2", ".jpeg", ".jpg", ".jpx"),
    *(".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"),
)
_KINDS: dict[str, Kind] = {".pdf": "pdf", **dict.fromkeys(_PICTURE_SUFFIXES, "picture")}
"""What names promise, by their ends."""
SUFFIXES = tuple(_KINDS)
"""The ends of names that promise a PDF or a picture, such as ``.pdf``."""


def find_documents(sources: Sequence[Path]) -> list[Document]:
    """Return the documents of `sources`: files as they are, folders with all that lies below.

    Each PDF is one document; the pictures that lie directly in a folder are one document. What a
    file is, its first bytes tell, and its name where they do not. In a folder only PDFs are looked
    for among files whose names promise neither PDF nor picture. The order is that of `sources`, and
    within a folder by name with numbers counted (2 before 10). Hidden and unfinished files are
    passed over; what is named twice is taken once.

    Raises:
        DocumentError: a source is missing, cannot be read, or is neither PDF, picture nor folder.
    """
    found: dict[Path, Document] = {}
    names: dict[str, int] = {}
    for source in sources:
        for path, kind, name, folder in _look_into(Path(source).expanduser().absolute()):
            if real_path(path) in found:
                continue
            name = plain_text(name)
            names[name] = names.get(name, 0) + 1
            unique = name if names[name] == 1 else f"{name} ({names[name]})"
            found[real_path(path)] = Document(path, kind, unique, plain_text(folder))
    return list(found.values())


def pictures_in(folder: Path) -> list[Path]:
    """Return the pictures that lie directly in `folder`, in the order of its pages.

    Raises:
        DocumentError: the folder cannot be read.
    """
    return [path for path in _listing(folder) if kind_in_folder(path) == "picture"]


def kind_promised(path: Path) -> Kind | None:
    """Tell what a file's name promises, by its end."""
    return _KINDS.get(path.suffix.lower())


def is_document(path: Path) -> bool:
    """Whether a file that lies in a folder is taken for a document: hidden and unfinished are not.

    A broken link is none.
    """
    if path.name.startswith(".") or is_part(path.name) or not path.is_file():
        return False
    return kind_in_folder(path) is not None


def kind_in_folder(path: Path) -> Kind | None:
    """Tell what a file that lies in a folder is taken for: "pdf", "picture", or nothing."""
    promised = kind_promised(path)
    try:
        head = first_bytes(path)
    except OSError:
        # opening it will tell why
        return promised
    if promised is None:
        return "pdf" if head.lstrip().startswith(PDF) else None
    if not head and not path.is_file() and (promised == "picture" or path.exists()):
        return None
    return kind_held(head) or promised


def _look_into(source: Path) -> Iterator[tuple[Path, Kind, str, str]]:
    """Yield path, kind, name and folder of each document."""
    if source.is_dir():
        yield from _walk(source, source, {real_path(source)})
    elif not source.exists():
        raise DocumentError(f"{source} does not exist: check its name, or add it again.")
    elif not source.is_file():
        # a pipe would wait for a writer for ever
        raise DocumentError(f"{source} is no file: save what comes from it as a PDF, and add that.")
    else:
        yield source, _kind_named(source), source.name, ""


def _kind_named(source: Path) -> Kind:
    """Tell what a file is that was asked for by name."""
    promised = kind_promised(source)
    try:
        head = first_bytes(source)
    except OSError as error:
        if promised is None:
            raise DocumentError(f"{source} cannot be read: {error.strerror}.") from error
        return promised
    kind = kind_held(head) or promised
    if kind is None:
        raise DocumentError(f"{source} {no_document(source, head)}")
    return kind


def _walk(folder: Path, root: Path, seen: set[Path]) -> Iterator[tuple[Path, Kind, str, str]]:
    listing = _listing(folder)
    below = "" if folder == root else folder.relative_to(root).as_posix()
    folders = {path for path in listing if path.is_dir()}
    kinds = {path: kind_in_folder(path) for path in listing if path not in folders}
    if "picture" in kinds.values():
        yield folder, "folder", below or root.name, below
    for path in listing:
        if path in folders:
            # a link may lead back up
            if (place := real_path(path)) not in seen:
                seen.add(place)
                yield from _walk(path, root, seen)
        elif kinds[path] == "pdf":
            yield path, "pdf", path.relative_to(root).as_posix(), below


def _listing(folder: Path) -> list[Path]:
    try:
        names = os.listdir(folder)
    except OSError as error:
        raise DocumentError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    kept = [n for n in names if not n.startswith(".") and not is_part(n)]
    return [folder / name for name in sorted(kept, key=_natural)]


def _natural(name: str) -> tuple[list[str | int], str]:
    parts = re.split(r"(\d+)", name.casefold())
    return [int(part) if part.isdecimal() else part for part in parts], name

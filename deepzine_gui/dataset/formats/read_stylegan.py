"""Read StyleGAN's datasets: a ZIP or a folder of square pictures, with ``dataset.json``.

::

    00000/img00000000.png …
    dataset.json            {"labels": [["00000/img00000000.png", 3], …]}, or {"labels": null}

DeepZine adds ``"label_names"``, the words its class numbers stand for; StyleGAN passes them over.
Nothing is ever unpacked to the disk, and no name from inside leads out of the folder.
"""

import contextlib
import io
import os
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ValidationError

from deepzine_gui.dataset.formats.values import Lost, Picture, Source
from deepzine_gui.errors import DatasetError
from deepzine_gui.pages.pictures import flattened

INDEX = "dataset.json"

_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP")
_GREY_MODES = ("1", "L", "LA", "I", "F", "I;16", "I;16B", "I;16L")
_LARGEST_SIDE_PX = 4096
_LARGEST_PICTURE_BYTES = 100_000_000
_LARGEST_INDEX_BYTES = 500_000_000
_UNREADABLE = (
    *(OSError, EOFError, ValueError, SyntaxError, RuntimeError, NotImplementedError),
    *(MemoryError, zlib.error, zipfile.BadZipFile, Image.DecompressionBombError),
)


class _Index(BaseModel):
    labels: list[tuple[str, int | list[float]]] | None
    label_names: list[str] = []


@dataclass(frozen=True, slots=True)
class _Store:
    """Files by name, wherever they lie; `read` refuses more than so many bytes."""

    names: list[str]
    read: Callable[[str, int], bytes]


def is_stylegan(path: Path) -> bool:
    """Whether a ZIP or folder holds a ``dataset.json`` with labels, or with none on purpose."""
    if path.is_dir() and not (path / INDEX).is_file():
        return False
    try:
        with _store(path) as store:
            return INDEX in store.names and _index(store) is not None
    except _UNREADABLE:
        return False


@contextlib.contextmanager
def open_stylegan(path: Path) -> Iterator[Source]:
    """Open a ZIP or folder; its pictures are taken in the order of their names, as StyleGAN does.

    Raises:
        DatasetError: it is damaged, or its first picture is not square.
    """
    with contextlib.ExitStack() as stack:
        try:
            store = stack.enter_context(_store(path))
            source = _source(path, store)
        except _UNREADABLE as error:
            raise DatasetError(
                f"{path} is damaged or incomplete: fetch it again ({error})."
            ) from error
        yield source


def _source(path: Path, store: _Store) -> Source:
    index = _index(store)
    names = sorted(name for name in store.names if Path(name).suffix.lower() in _SUFFIXES)
    if index is None or not names:
        raise DatasetError(f"{path} holds no pictures with a {INDEX}.")
    side, mode = _first(path, store, names)
    labels = _labels(index)
    notices = []
    if labels and not all(name in labels for name in names):
        notices.append(f"Some pictures of {path.name} have no class, and stay without label.")
    pictures = _pictures(path.name, store, names, side, mode, labels)
    return Source(len(names), side, 1 if mode == "L" else 3, pictures, tuple(notices))


@contextlib.contextmanager
def _store(path: Path) -> Iterator[_Store]:
    if path.is_dir():
        yield _Store(_files_below(path), lambda name, most: _read_file(path / name, most))
        return
    with zipfile.ZipFile(path) as archive:
        names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        yield _Store(names, lambda name, most: _read_entry(archive, name, most))


def _files_below(folder: Path) -> list[str]:
    return [
        Path(place, name).relative_to(folder).as_posix()
        for place, _, names in os.walk(folder)
        for name in names
        if not Path(place, name).is_symlink()
    ]


def _read_file(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return _at_most(file.read(most + 1), most)


def _read_entry(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as entry:
        return _at_most(entry.read(most + 1), most)


def _at_most(read: bytes, most: int) -> bytes:
    if len(read) > most:
        raise ValueError("it is far too large")
    return read


def _index(store: _Store) -> _Index | None:
    try:
        return _Index.model_validate_json(store.read(INDEX, _LARGEST_INDEX_BYTES))
    except (ValidationError, KeyError):
        return None


def _labels(index: _Index) -> dict[str, str]:
    """The label of each name that has one."""
    found = {}
    for name, told in index.labels or ():
        number = told if isinstance(told, int) else _one_hot(told)
        if number is not None:
            is_named = 0 <= number < len(index.label_names)
            found[name] = index.label_names[number] if is_named else str(number)
    return found


def _one_hot(values: list[float]) -> int | None:
    """The place of the only value that is not zero, or None for a vector that is no class."""
    places = [place for place, value in enumerate(values) if value]
    return places[0] if len(places) == 1 else None


def _first(path: Path, store: _Store, names: list[str]) -> tuple[int, str]:
    """Side in pixels and mode ("L" or "RGB") of the first picture that opens."""
    for name in names:
        with contextlib.suppress(*_UNREADABLE), _opened(store, name) as image:
            if image.width != image.height:
                raise DatasetError(
                    f"The pictures of {path} are not square ({name} is {image.width} × "
                    f"{image.height} px): move {INDEX} away to take them as an image folder."
                )
            return image.width, "L" if image.mode in _GREY_MODES else "RGB"
    raise DatasetError(f"No picture of {path} can be opened: fetch it again.")


def _pictures(
    document: str,
    store: _Store,
    names: list[str],
    side: int,
    mode: str,
    labels: Mapping[str, str],
) -> Iterator[Picture | Lost]:
    for number, name in enumerate(names, 1):
        try:
            with _opened(store, name) as image:
                if image.size != (side, side):
                    size = f"{image.width} × {image.height} px"
                    yield Lost(document, number, f"{name} is {size}, and the first is {side} px")
                    continue
                pixels = np.asarray(flattened(image, mode))
        except _UNREADABLE as error:
            yield Lost(document, number, f"{name} cannot be read: {error or type(error).__name__}")
        else:
            yield Picture(_planes(pixels), document, number, labels.get(name, ""))


@contextlib.contextmanager
def _opened(store: _Store, name: str) -> Iterator[Image.Image]:
    """Open a picture, but one too large to belong to a dataset."""
    data = io.BytesIO(store.read(name, _LARGEST_PICTURE_BYTES))
    with warnings.catch_warnings():
        # Pillow warns of sizes that are refused here
        warnings.simplefilter("ignore")
        with Image.open(data, formats=_FORMATS) as image:
            if max(image.size) > _LARGEST_SIDE_PX:
                raise ValueError(f"it has {image.width} × {image.height} pixels")
            yield image


def _planes(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (S, S) or (S, S, 3) as (C, S, S)."""
    planes = values[None] if values.ndim == 2 else values.transpose(2, 0, 1)
    return np.ascontiguousarray(planes)

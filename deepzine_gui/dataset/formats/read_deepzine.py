"""Read the HDF5 of the first DeepZine (2018): a pyramid of float pages, written by PyTables.

::

    /imagenames     (N, 1) strings of 256 bytes, "<item>-<page>.png"
    /data_<S>       (N, S, S, 3) float32 in [-1, 1], blosc; S from 4 to at most 1024, or one alone

That DeepZine stretched every page from its darkest to its lightest value, and turned pages of one
single colour, blank ones most of all, into black: the rule on black pages sets those aside.
"""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import h5py
import hdf5plugin  # noqa: F401 - HDF5 can unpack blosc once this is imported
import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.formats.values import Lost, Picture, Source
from deepzine_gui.errors import DatasetError

NAMES = "imagenames"
SIZES = tuple(2**power for power in range(2, 11))

_SLICE_BYTES = 32_000_000
_LARGEST_CHUNK_BYTES = 512_000_000
_LARGEST_NAMES_BYTES = 512_000_000
_MOST_PAGES = 10_000_000
_NUMBERED = re.compile(r"(?P<document>.*?)[-_ ]?(?P<page>\d{1,9})")


def is_deepzine(path: Path) -> bool:
    """Whether a file is HDF5 with pages as the first DeepZine wrote them."""
    try:
        with h5py.File(path, "r") as file:
            return bool(_stored(file))
    except (OSError, RuntimeError):
        return False


@contextlib.contextmanager
def open_deepzine(path: Path, resolution: int | None = None) -> Iterator[Source]:
    """Open such a file at its largest size, or at the smallest that holds `resolution`.

    Raises:
        DatasetError: it is damaged, or holds no pages.
    """
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(h5py.File(path, "r"))
            source = _source(path, file, resolution)
        except (OSError, RuntimeError, ValueError) as error:
            raise DatasetError(f"{path} is damaged: its pages cannot be read.") from error
        yield source


def _source(path: Path, file: Any, resolution: int | None) -> Source:
    stored = _stored(file)
    if not stored:
        raise DatasetError(f"{path} holds no pages of the first DeepZine.")
    largest = max(stored)
    size = min((s for s in stored if s >= (resolution or largest)), default=largest)
    names = _names(file)
    count = stored[size].shape[0]
    notices = () if len(names) == count else (_unlike(path, len(names), count),)
    return Source(count, size, 3, _pictures(path, stored[size], names), notices)


def _stored(file: Any) -> dict[int, Any]:
    """The sizes a file holds, each as its HDF5 dataset."""
    found = {size: _own_dataset(file, f"data_{size}") for size in SIZES}
    return {size: data for size, data in found.items() if data is not None and _fits(data, size)}


def _own_dataset(file: Any, name: str) -> Any:
    """A dataset whose values lie in this file itself: a foreign file may point anywhere."""
    if not isinstance(file.get(name, getlink=True), h5py.HardLink):
        return None
    data = file[name]
    is_own = isinstance(data, h5py.Dataset) and not data.external and not data.is_virtual
    return data if is_own else None


def _fits(data: Any, size: int) -> bool:
    if data.dtype != np.float32 or data.ndim != 4 or data.shape[1:] != (size, size, 3):
        return False
    if not 0 < data.shape[0] <= _MOST_PAGES:
        return False
    return data.chunks is None or 4 * int(np.prod(data.chunks)) <= _LARGEST_CHUNK_BYTES


def _names(file: Any) -> list[str]:
    data = _own_dataset(file, NAMES)
    if data is None or data.dtype.kind != "S" or data.ndim != 2 or data.shape[1] != 1:
        return []
    if data.nbytes > _LARGEST_NAMES_BYTES:
        return []
    return [name.decode("utf-8", "replace") for name in data[:, 0].tolist()]


def _unlike(path: Path, names: int, count: int) -> str:
    return f"{path.name} holds {names:,} names for {count:,} pages: the build of it was broken off."


def _pictures(path: Path, data: Any, names: list[str]) -> Iterator[Picture | Lost]:
    rows = max(1, _SLICE_BYTES // (4 * int(np.prod(data.shape[1:]))))
    for start in range(0, data.shape[0], rows):
        stop = min(start + rows, data.shape[0])
        for index, values in enumerate(_slice(data, start, stop), start):
            document, page = _origin(names[index] if index < len(names) else "", path, index)
            if values is None:
                yield Lost(document, page, "its part of the file is damaged")
            else:
                yield Picture(_eight_bits(values), document, page)


def _slice(data: Any, start: int, stop: int) -> list[NDArray[np.float32] | None]:
    """Pages (S, S, 3) read in one go; where that fails, one by one, None for the damaged."""
    try:
        return list(data[start:stop])
    except OSError:
        if stop - start == 1:
            return [None]
        return [page for row in range(start, stop) for page in _slice(data, row, row + 1)]


def _eight_bits(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return (S, S, 3) in [-1, 1] as uint8 (3, S, S)."""
    bounded = np.clip(np.nan_to_num(values, nan=-1.0), -1, 1)
    pixels = ((bounded + 1) * 127.5 + 0.5).astype(np.uint8).transpose(2, 0, 1)
    return np.ascontiguousarray(pixels)


def _origin(name: str, path: Path, index: int) -> tuple[str, int]:
    """Document and page number of a page called ``item-007.png``."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    numbered = _NUMBERED.fullmatch(stem)
    if numbered is None:
        return (stem, 1) if stem else (path.name, index + 1)
    return numbered["document"] or path.name, max(1, int(numbered["page"]))

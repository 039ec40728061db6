"""Write the HDF5 of the first DeepZine, for its training: see `read_deepzine` for the layout."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.formats.names import PageNames
from deepzine_gui.dataset.formats.pages import Pages
from deepzine_gui.dataset.formats.read_deepzine import NAMES, SIZES
from deepzine_gui.dataset.scaling import shrink
from deepzine_gui.dataset.storage.hdf5 import writing
from deepzine_gui.files import whole_file

_NAME_DTYPE = np.dtype("S256")
_CHUNK_BYTES = 256_000
_COMPRESSION = 5


def write_deepzine(pages: Pages, out: Path) -> Generator[None, None, None]:
    """Write the HDF5 file `out` with every size from 4 px to that of the pages.

    A page takes 16 bytes for each of its pixels before compression. A pause follows each page.

    Raises:
        StorageError: the disk is full, or the place cannot be written.
    """
    count = len(pages)
    names = PageNames()
    with (
        h5py.File("packing", "w", driver="core", backing_store=False) as memory,
        whole_file(out) as part,
        writing(out),
        h5py.File(part, "w") as file,
    ):
        called = _Rows(file, memory, NAMES, (count, 1), _NAME_DTYPE)
        stored = {
            size: _Rows(file, memory, f"data_{size}", (count, size, size, 3), np.dtype(np.float32))
            for size in SIZES
            if size <= pages.resolution
        }
        for page in pages:
            called.add(names.page(page.document, page.page, page.part).encode())
            pixels = page.pixels()
            for size, rows in stored.items():
                rows.add(_floats(shrink(pixels, size)))
            yield
        for rows in (called, *stored.values()):
            rows.finish()


class _Rows:
    """A dataset written row by row, each chunk once and packed in `memory` before.

    HDF5 itself would pack chunks as they leave its cache, and crashes when it then finds the disk
    full.
    """

    def __init__(
        self, file: Any, memory: Any, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]
    ) -> None:
        row = shape[1:]
        rows = max(1, min(shape[0], _CHUNK_BYTES // (dtype.itemsize * int(np.prod(row)))))
        blosc: Any = hdf5plugin.Blosc(cname="blosclz", clevel=_COMPRESSION)
        packed = {"dtype": dtype, "chunks": (rows, *row), "maxshape": (None, *row), **blosc}
        self._stored = file.create_dataset(name, shape, **packed)
        self._packer = memory.create_dataset(name, (rows, *row), **packed)
        self._block = np.zeros((rows, *row), dtype)
        self._filled = self._written = 0

    def add(self, row: NDArray[Any] | bytes) -> None:
        """Append a row."""
        self._block[self._filled] = row
        self._filled += 1
        if self._filled == len(self._block):
            self._write()

    def finish(self) -> None:
        """Write what waits for its chunk to be full."""
        if self._filled:
            self._block[self._filled :] = np.zeros((), self._block.dtype)
            self._write()

    def _write(self) -> None:
        self._packer[...] = self._block
        self._packer.flush()
        others = (0,) * (self._block.ndim - 1)
        mask, chunk = self._packer.id.read_direct_chunk((0, *others))
        self._stored.id.write_direct_chunk((self._written, *others), chunk, mask)
        self._written += self._filled
        self._filled = 0


def _floats(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a page (C, S, S) as float32 (S, S, 3) in [-1, 1]."""
    values = np.broadcast_to(pixels, (3, *pixels.shape[1:])).transpose(1, 2, 0)
    return values.astype(np.float32) / np.float32(127.5) - np.float32(1)

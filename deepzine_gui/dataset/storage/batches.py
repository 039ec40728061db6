"""Random batches of pages at the size of a training stage."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.scaling import shrink
from deepzine_gui.dataset.storage.opening import Opened, open_file
from deepzine_gui.dataset.values import KEPT
from deepzine_gui.errors import DatasetError

_MOST_THREADS = 8
_AT_ONCE = 256


class Batches:
    """The kept pages of a dataset at one resolution, for drawing at random.

    They are reduced once and held in memory as uint8 when that takes at most `memory_limit_bytes`;
    else each draw reads its pages from the file, and a few threads unpack and reduce them.

    Attributes:
        count: number of kept pages.
        channels: 1 grey, 3 RGB.

    Raises:
        DatasetError: the file is missing, damaged or foreign, holds no kept page, or its pages are
            smaller than `resolution`.
    """

    def __init__(
        self, path: Path, *, resolution: int, memory_limit_bytes: int = 2_000_000_000
    ) -> None:
        opened: Opened = open_file(path)
        self._pool = ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1))
        self._opened: Opened | None = opened
        self._pages: NDArray[np.uint8] | None = None
        try:
            self._kept = _kept_pages(path, opened, resolution)
            self.count = len(self._kept)
            self.channels = opened.settings.channels
            self._resolution = resolution
            self._shape = (self.channels, resolution, resolution)
            if self.count * int(np.prod(self._shape)) <= memory_limit_bytes:
                self._pages = self._read(self._kept)
        except BaseException:
            self.close()
            raise
        if self._pages is not None:
            self.close()

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Return `count` pages drawn evenly with replacement, uint8 (count, C, r, r).

        Raises:
            DatasetError: a page of the file is damaged.
        """
        chosen = rng.integers(0, self.count, size=count)
        return self._read(self._kept[chosen]) if self._pages is None else self._pages[chosen]

    def close(self) -> None:
        """Close the file; pages in memory can still be drawn."""
        self._pool.shutdown()
        if self._opened is not None:
            self._opened.file.close()
            self._opened = None

    def _read(self, indices: NDArray[np.intp]) -> NDArray[np.uint8]:
        pages = np.empty((len(indices), *self._shape), np.uint8)
        for start in range(0, len(indices), _AT_ONCE):
            part = indices[start : start + _AT_ONCE].tolist()
            for place, page in enumerate(self._unpacked(part), start):
                pages[place] = page
        return pages

    def _unpacked(self, indices: list[int]) -> Iterable[NDArray[np.uint8]]:
        """Read in this thread, as HDF5 takes one at a time; unpack in all of them."""
        opened = self._opened
        if opened is None:
            raise ValueError("the batches are closed")

        def unpack(index: int, packed: bytes) -> NDArray[np.uint8]:
            return shrink(opened.unpack(index, packed), self._resolution)

        return self._pool.map(unpack, indices, map(opened.packed, indices))


def _kept_pages(path: Path, opened: Opened, resolution: int) -> NDArray[np.intp]:
    own = opened.settings.resolution
    if resolution > own:
        raise DatasetError(
            f"The pages of {path} are {own} px: build the dataset at {resolution} px, "
            f"or train at most at {own} px."
        )
    kept = np.flatnonzero(opened.columns().state == KEPT)
    if not len(kept):
        raise DatasetError(f"{path} holds no page to train on: add documents and build it again.")
    return kept

"""Random batches of pages at the size of a training stage."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.scaling import shrink
from deepzine_gui.dataset.store import Opened, open_file
from deepzine_gui.dataset.values import KEPT
from deepzine_gui.errors import DatasetError


class Batches:
    """The kept pages of a dataset at one resolution, for drawing at random.

    They are reduced once and held in memory as uint8 when that takes at most `memory_limit_bytes`;
    else each draw reads and reduces its pages from the file.

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
        try:
            self._kept = _kept_pages(path, opened, resolution)
            self.count = len(self._kept)
            self.channels = opened.settings.channels
            self._resolution = resolution
            self._shape = (self.channels, resolution, resolution)
            self._opened: Opened | None = opened
            self._pages: NDArray[np.uint8] | None = None
            if self.count * int(np.prod(self._shape)) <= memory_limit_bytes:
                self._pages = np.empty((self.count, *self._shape), np.uint8)
                self._read(self._kept, into=self._pages)
        except BaseException:
            opened.file.close()
            raise
        if self._pages is not None:
            self.close()

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Return `count` pages drawn evenly with replacement, uint8 (count, C, r, r)."""
        chosen = rng.integers(0, self.count, size=count)
        if self._pages is not None:
            return self._pages[chosen]
        batch = np.empty((count, *self._shape), np.uint8)
        self._read(self._kept[chosen], into=batch)
        return batch

    def close(self) -> None:
        """Close the file; pages in memory can still be drawn."""
        if self._opened is not None:
            self._opened.file.close()
            self._opened = None

    def _read(self, indices: NDArray[np.intp], *, into: NDArray[np.uint8]) -> None:
        if self._opened is None:
            raise ValueError("the batches are closed")
        # single reads: fancy indexing of HDF5 is 20 times slower
        for place, index in enumerate(indices):
            into[place] = shrink(self._opened.pixels(int(index)), self._resolution)


def _kept_pages(path: Path, opened: Opened, resolution: int) -> NDArray[np.intp]:
    own = opened.settings.resolution
    if resolution > own:
        raise DatasetError(
            f"The pages of {path} are {own} px: build the dataset at {resolution} px, "
            f"or train at most at {own} px."
        )
    kept = np.flatnonzero(np.array(opened.column("state"), dtype=np.uint8) == KEPT)
    if not len(kept):
        raise DatasetError(f"{path} holds no page to train on: add documents and build it again.")
    return kept

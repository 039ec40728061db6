"""Random batches of pages at the size of a training stage."""

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.scaling import shrink
from deepzine_gui.dataset.storage.opening import Opened, open_file
from deepzine_gui.dataset.storage.splitting import Division, HeldOut, divide
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
        self,
        path: Path,
        *,
        resolution: int,
        held_out: float | HeldOut = 0.0,
        seed: int = 0,
        labels: Sequence[str] | None = None,
        memory_limit_bytes: int = 2_000_000_000,
    ) -> None:
        """Open a dataset.

        Args:
            path: of the dataset.
            resolution: of the pages that are drawn.
            held_out: pages that `draw` never gives, or a share of them, as for `divide`.
            seed: chooses that share.
            labels: pages of others are not drawn; None for all.
            memory_limit_bytes: of pages held in memory; more than that stay in the file.
        """
        opened: Opened = open_file(path)
        self._pool = ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1))
        self._opened: Opened | None = opened
        self._pages: NDArray[np.uint8] | None = None
        try:
            self._division = _divided(path, opened, resolution, held_out, seed, labels)
            self._kept = self._division.kept
            self.count = len(self._kept)
            self.channels = opened.settings.channels
            self._resolution = resolution
            self._shape = (self.channels, resolution, resolution)
            if math.prod(self.shape) <= memory_limit_bytes:
                self._pages = self._read(self._kept)
        except BaseException:
            self.close()
            raise
        if self._pages is not None:
            self.close()

    def draw(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64] | None = None
    ) -> NDArray[np.uint8]:
        """Return `count` pages drawn evenly with replacement, uint8 (count, C, r, r).

        Args:
            count: how many are drawn.
            rng: decides which.
            only: places among those drawn, where not all are wanted; no others are read.

        Raises:
            DatasetError: a page of the file is damaged.
        """
        return self._at(self.rows(count, rng, only))

    def draw_labelled(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return the pages `draw` would, and the numbers of their labels (count,).

        Labels are counted in the order of `splitting.Division.labels`.
        """
        chosen = self.rows(count, rng, only)
        return self._at(chosen), self.numbers(chosen)

    def draw_held_out(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]] | None:
        """Return the same of pages held out; None where there are none."""
        if not self.holds_out:
            return None
        chosen = self.rows(count, rng, only, held_out=True)
        return self._at(chosen), self.numbers(chosen)

    def choose(
        self, count: int, rng: np.random.Generator, *, held_out: bool = False
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return different pages trained on, or of those held out, and their labels' numbers.

        They are `count`, or all there are where there are fewer: none may be.
        """
        among = self._division.held_out if held_out else self._division.trained_on
        chosen = rng.permutation(among)[:count]
        return self._at(chosen), self.numbers(chosen)

    def close(self) -> None:
        """Close the file; pages in memory can still be drawn."""
        self._pool.shutdown()
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Of all kept pages together: (N, C, r, r)."""
        return self.count, *self._shape

    def pieces(self, bytes_at_once: int) -> Iterator[NDArray[np.uint8]]:
        """All kept pages in order, uint8 (n, C, r, r), about so many bytes at a time.

        Raises:
            DatasetError: a page of the file is damaged.
        """
        at_once = max(1, bytes_at_once // math.prod(self._shape))
        for start in range(0, self.count, at_once):
            yield self._at(np.arange(start, min(start + at_once, self.count)))

    @property
    def unknown(self) -> int:
        """How many kept pages are not drawn, as they have other labels than were asked for."""
        return self._division.unknown

    @property
    def holds_out(self) -> bool:
        """Whether there are pages that are never trained on."""
        return len(self._division.held_out) > 0

    def rows(
        self,
        count: int,
        rng: np.random.Generator,
        only: NDArray[np.int64] | None = None,
        *,
        held_out: bool = False,
    ) -> NDArray[np.intp]:
        """Return which of the kept pages a draw gives (count,), or those of its places `only`."""
        among = self._division.held_out if held_out else self._division.trained_on
        drawn = rng.integers(0, len(among), size=count)
        return among[drawn if only is None else drawn[only]]

    def numbers(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the numbers of the labels of kept pages (n,)."""
        return self._division.numbers[rows]

    def _at(self, chosen: NDArray[np.intp]) -> NDArray[np.uint8]:
        return self._read(self._kept[chosen]) if self._pages is None else self._pages[chosen]

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


def _divided(
    path: Path,
    opened: Opened,
    resolution: int,
    out: float | HeldOut,
    seed: int,
    labels: Sequence[str] | None,
) -> Division:
    own = opened.settings.resolution
    if resolution > own:
        raise DatasetError(
            f"The pages of {path} are {own} px: build the dataset at {resolution} px, "
            f"or train at most at {own} px."
        )
    names = [document.name for document in opened.documents]
    division = divide(opened.columns(), names, out, seed=seed, labels=labels)
    if not len(division.trained_on):
        raise DatasetError(f"{path} holds no page to train on: add documents and build it again.")
    return division

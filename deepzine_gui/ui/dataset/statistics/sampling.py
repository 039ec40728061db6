"""The mean of many pages, and how bright their pixels are: from a sample, as there may be many."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.ui.dataset.table import Indices

LARGEST_SAMPLE = 256
LEVELS = 32
"""Brightness is counted in so many equal steps from black to white."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What a sample of pages looks like.

    Attributes:
        pages: how many pages it was taken from.
        taken: how many it holds.
        mean: their mean, uint8 (C, s, s).
        brightness: share of their pixels at each of `LEVELS` steps from black to white.
    """

    pages: int
    taken: int
    mean: NDArray[np.uint8]
    brightness: NDArray[np.float64]


class Sampling:
    """Gathers a sample, a few pages at a time.

    Args:
        pages: those to take it from; more than `LARGEST_SAMPLE` are thinned out evenly.
    """

    def __init__(self, pages: Indices) -> None:
        self._from = len(pages)
        places = np.linspace(0, len(pages) - 1, min(len(pages), LARGEST_SAMPLE)).round()
        self._left = [int(page) for page in np.sort(pages[places.astype(np.intp)])]
        self._sum: NDArray[np.float64] | None = None
        self._counted = np.zeros(256, np.int64)
        self._taken = 0

    def next_pages(self, most: int) -> list[int]:
        """The next pages to read; they count as read."""
        chosen, self._left = self._left[:most], self._left[most:]
        return chosen

    def add(self, pixels: NDArray[np.uint8]) -> None:
        """Take a page, uint8 (C, s, s)."""
        self._sum = pixels.astype(np.float64) if self._sum is None else self._sum + pixels
        self._counted += np.bincount(pixels.ravel(), minlength=256)
        self._taken += 1

    @property
    def is_whole(self) -> bool:
        """Whether every page of the sample has been read."""
        return not self._left

    def result(self) -> Sample:
        """The sample; a black page where there is none."""
        mean = np.zeros((1, 1, 1)) if self._sum is None else self._sum / max(1, self._taken)
        steps = self._counted.reshape(LEVELS, -1).sum(axis=1)
        share = steps / max(1, int(steps.sum()))
        return Sample(self._from, self._taken, np.rint(mean).astype(np.uint8), share)

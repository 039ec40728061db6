"""A stage's real pages in the memory of the device that learns from them."""

import math
from collections.abc import Generator, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.progress import Progress
from deepzine_gui.training.processes.device import free_bytes, upload
from deepzine_gui.training.stepping.values import Pages

SHARE = 0.25
"""Of a graphics card's free memory, at most, for pages; the rest is for steps."""

_BYTES_AT_ONCE = 2**24


class ResidentPages:
    """Pages of a dataset as uint8 on the device: a draw is a look-up there.

    Which pages are drawn is decided as by `Batches`, of which this is the same pages, whether these
    are held in memory or stay in their file.
    """

    def __init__(self, batches: Batches, device: torch.device) -> None:
        """Take memory for the pages of `batches`; `fill` brings them there."""
        self._batches, self._device = batches, device
        self._pages = torch.empty(batches.shape, dtype=torch.uint8, device=device)

    def fill(self) -> Iterator[int]:
        """Copy the pages, and yield now and then how many are there.

        Raises:
            DatasetError: a page of the file is damaged.
        """
        there = 0
        for pages in self._batches.pieces(_BYTES_AT_ONCE):
            self._pages[there : there + len(pages)] = torch.from_numpy(pages).to(self._device)
            there += len(pages)
            yield there

    def draw(self, count: int, rng: np.random.Generator, only: NDArray[np.int64]) -> Tensor:
        """Return random pages to train on, uint8 (n, C, R, R) on the device."""
        return self._at(self._batches.rows(count, rng, only))

    def draw_labelled(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64]
    ) -> tuple[Tensor, NDArray[np.int64]]:
        """Return the same pages with their labels (n,)."""
        rows = self._batches.rows(count, rng, only)
        return self._at(rows), self._batches.numbers(rows)

    def draw_held_out(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64]
    ) -> tuple[Tensor, NDArray[np.int64]] | None:
        """Return random pages that are never trained on; None where there are none."""
        if not self._batches.holds_out:
            return None
        rows = self._batches.rows(count, rng, only, held_out=True)
        return self._at(rows), self._batches.numbers(rows)

    def _at(self, rows: NDArray[np.intp]) -> Tensor:
        return self._pages.index_select(0, upload(rows, self._device))


def near(batches: Batches, device: torch.device) -> Generator[Progress, None, Pages]:
    """The pages of a stage as near to the device as there is room: on it, or as they are.

    Yields `Progress` (unit "pages") while they are brought there.
    """
    if device.type != "cuda" or math.prod(batches.shape) > SHARE * free_bytes(device):
        return batches
    try:
        pages = ResidentPages(batches, device)
    except torch.OutOfMemoryError:
        # another program was quicker
        torch.cuda.empty_cache()
        return batches
    for there in pages.fill():
        yield Progress(there, batches.count, "pages", "bringing pages to the graphics card")
    return pages

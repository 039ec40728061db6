"""A stage's real pages in the memory of the device that learns from them."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.training.device import free_bytes, upload
from deepzine_gui.training.values import Pages

SHARE = 0.25
"""Of a graphics card's free memory, at most, for pages; the rest is for steps."""

_BYTES_AT_ONCE = 2**26


class ResidentPages:
    """Pages of a dataset as uint8 on the device: a draw is a look-up there.

    Which pages are drawn is decided as by `Batches`, of which this is the same pages.
    """

    def __init__(self, batches: Batches, device: torch.device) -> None:
        """Copy the pages that `batches` hold in memory."""
        pages = batches.in_memory
        assert pages is not None
        self._batches, self._device = batches, device
        self._pages = torch.empty(pages.shape, dtype=torch.uint8, device=device)
        at_once = max(1, _BYTES_AT_ONCE // pages[0].nbytes)
        for start in range(0, len(pages), at_once):
            some = slice(start, start + at_once)
            self._pages[some] = torch.from_numpy(pages[some]).to(device)

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


def near(batches: Batches, device: torch.device) -> Pages:
    """The pages of a stage as near to the device as there is room: on it, or as they are."""
    pages = batches.in_memory
    if device.type != "cuda" or pages is None or pages.nbytes > SHARE * free_bytes(device):
        return batches
    try:
        return ResidentPages(batches, device)
    except torch.OutOfMemoryError:
        # another program was quicker
        torch.cuda.empty_cache()
        return batches

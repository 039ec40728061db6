"""The real pages a run is looked at with: of each resolution always the same ones."""

from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.dataset.storage.batches import Batches

LOOKED_AT = 128
"""Pages of each kind in a look at both networks."""

EVALUATED = 1024
"""Pages of each kind in an evaluation of the averaged generator."""

MOST_PIXELS = 2**26
"""So many of each kind are held at most: at 512 px and above there are fewer pages."""

_SEED = 0

Labelled = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""Pages (n, C, R, R) and the numbers of their labels (n,)."""


class Reference:
    """Different real pages of one resolution, read when they are first asked for.

    The choice is that of a fixed seed and no one else's random numbers are used, so that a run
    that goes on from a checkpoint is looked at with the same pages.
    """

    def __init__(self, batches: Batches, resolution: int) -> None:
        self._batches = batches
        self._looked_at, self._evaluated = (
            max(1, min(count, MOST_PIXELS // (batches.channels * resolution**2)))
            for count in (LOOKED_AT, EVALUATED)
        )

    @cached_property
    def trained_on(self) -> Labelled:
        """Pages trained on, at least one."""
        return self._choose(self._looked_at)

    @cached_property
    def held_out(self) -> Labelled:
        """Pages never trained on; none where none are held out."""
        return self._choose(self._looked_at, held_out=True)

    @cached_property
    def halves(self) -> tuple[Tensor, Tensor, NDArray[np.int64]]:
        """Two sets of as many pages trained on, and the labels' numbers of the first.

        No page is in both; they are empty where there is only one.
        """
        pages, numbers = self._choose(2 * self._evaluated)
        count = len(pages) // 2
        both = torch.from_numpy(pages)
        return both[:count], both[count : 2 * count], numbers[:count]

    def _choose(self, count: int, *, held_out: bool = False) -> Labelled:
        return self._batches.choose(count, np.random.default_rng(_SEED), held_out=held_out)

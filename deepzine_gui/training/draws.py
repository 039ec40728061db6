"""Random numbers that belong to the pages of a minibatch, however it is divided."""

import torch
from torch import Tensor


class Draws:
    """Draws for all pages of a minibatch, and hands out what belongs to the pages at hand.

    So a page gets the same latent, and is changed in the same way, whether a process computes the
    whole minibatch, some pages at a time, or shares it with other processes that have the same
    generator.

    Attributes:
        generator: the run's only source of such numbers, on the processor.
    """

    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator
        self._places: Tensor | None = None
        self._count = 0

    def divide(self, places: Tensor, count: int) -> None:
        """From now on, the pages at hand are those at `places` (n,) of a minibatch of `count`."""
        self._places, self._count = places, count

    def unite(self) -> None:
        """From now on, the pages at hand are all there are."""
        self._places = None

    def normal(self, count: int, width: int) -> Tensor:
        """Gaussian numbers for the `count` pages at hand, (count, width)."""
        drawn = torch.randn(self._all(count), width, generator=self.generator)
        return drawn if self._places is None else drawn[self._places]

    def uniform(self, count: int, width: int) -> Tensor:
        """Numbers in [0, 1) for the `count` pages at hand, (count, width)."""
        drawn = torch.rand(self._all(count), width, generator=self.generator)
        return drawn if self._places is None else drawn[self._places]

    def _all(self, count: int) -> int:
        assert self._places is None or len(self._places) == count, count
        return count if self._places is None else self._count

"""Random numbers that belong to the pages of a minibatch, however it is divided."""

import hashlib

import torch
from torch import Tensor


class Draws:
    """Draws for all pages of a minibatch, and hands out what belongs to the pages at hand.

    So a page gets the same latent, and is changed in the same way, whether a process computes the
    whole minibatch, some pages at a time, or shares it with other processes that have the same
    generator.

    Attributes:
        generator: the run's only source of such numbers, on the device that computes.
    """

    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator
        self._places: Tensor | None = None
        self._count: int | None = None

    @classmethod
    def seeded(cls, device: torch.device, seed: int) -> "Draws":
        """Draw on a device, with a generator of its own."""
        return cls(torch.Generator(device).manual_seed(seed))

    def divide(self, places: Tensor, count: int) -> None:
        """From now on, the pages at hand are those at `places` (n,) of a minibatch of `count`.

        Where these are all, they are in their order.
        """
        self._count = count
        # an index from the processor would be waited for
        whole = len(places) == count
        self._places = None if whole else places.to(self.generator.device, non_blocking=True)

    def unite(self) -> None:
        """From now on, the pages at hand are all there are."""
        self._places = self._count = None

    def normal(self, count: int, width: int) -> Tensor:
        """Gaussian numbers for the `count` pages at hand, (count, width)."""
        where = self.generator.device
        drawn = torch.randn(self._all(count), width, generator=self.generator, device=where)
        return drawn if self._places is None else drawn[self._places]

    def uniform(self, count: int, width: int) -> Tensor:
        """Numbers in [0, 1) for the `count` pages at hand, (count, width)."""
        where = self.generator.device
        drawn = torch.rand(self._all(count), width, generator=self.generator, device=where)
        return drawn if self._places is None else drawn[self._places]

    def _all(self, count: int) -> int:
        at_hand = self._count if self._places is None else len(self._places)
        assert at_hand in (None, count), (at_hand, count)
        return count if self._count is None else self._count


def resume(generator: torch.Generator, state: Tensor) -> None:
    """Go on with the numbers of a generator that had `state`, uint8 (n,).

    One of another kind of device draws other numbers anyway; it begins with a seed that depends on
    the state alone, so that a run that changes devices is still the same whenever it is repeated.

    Raises:
        RuntimeError: the state is damaged.
    """
    # a kind is known by the size of its states: 5,056 bytes on processors, 16 on graphics cards
    if state.numel() == generator.get_state().numel():
        generator.set_state(state)
        return
    digest = hashlib.sha256(state.numpy().tobytes()).digest()
    generator.manual_seed(int.from_bytes(digest[:8], "little"))

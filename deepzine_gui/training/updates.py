"""The updates of a step: in parts where memory is short, skipped where gradients are no numbers."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from deepzine_gui.errors import TrainingError
from deepzine_gui.training.accumulation import halved, is_out_of_memory, parts

LATELY = 50
"""Steps back that are remembered whether they were skipped."""

Scalars = dict[str, Tensor]
"""What a phase tells of its part of the minibatch: means over its pages, by name."""

_Parts = list[tuple[Tensor, ...]]


class Updates:
    """Takes the optimisers' steps for a trainer, without ever waiting for the device.

    A step whose loss or gradients are not finite is skipped: weights, Adam's moments and the
    averaged generator stay as they were. Each network is judged by itself: the generator is left
    alone when the discriminator was, but not the other way round, as it comes after.

    Attributes:
        pages_at_once: most pages computed at a time; None while whole minibatches fit.
        skipped: steps skipped so far, a scalar on the device.
        in_a_row: how many of them were the last ones, likewise.
        lately: which of the last steps were skipped, 1 or 0 each, on the device.
        most_lately: how many of them at most since the run went on, a scalar on the device.
    """

    def __init__(
        self, noise: torch.Generator, device: torch.device, *, group: int, pages_at_once: int | None
    ) -> None:
        self._noise = noise
        self._device = device
        self._group = group
        self._share = 1.0
        self._losses: list[Tensor] = []
        self._unsound = torch.zeros((), device=device)
        self.pages_at_once = pages_at_once
        self.skipped = torch.zeros((), device=device)
        self.in_a_row = torch.zeros((), device=device)
        self.lately = torch.zeros(LATELY, device=device)
        self.most_lately = torch.zeros((), device=device)

    def update(
        self,
        optimiser: torch.optim.Optimizer,
        phase: Callable[..., Scalars],
        *batch: Tensor,
        last: Callable[[], None] = lambda: None,
    ) -> Scalars:
        """Take one step of a fused `optimiser` down the gradients of `phase(*batch)`.

        Where memory runs out, it begins again with half as many pages at a time, and the same
        random numbers.

        Args:
            optimiser: of one network.
            phase: computes a loss of its pages, hands it to `descend`, and returns what to tell.
            batch: tensors (N, …), handed to `phase` whole or in parts.
            last: called when the gradients are summed, to add what does not depend on pages.

        Returns:
            What the phase told, averaged over the minibatch, and as "norm" the length of the
            gradient of all weights.

        Raises:
            TrainingError: not even a single page fits into the memory.
        """

        def attempt(some: _Parts) -> Scalars:
            optimiser.zero_grad(set_to_none=True)
            self._losses = []
            told = self._gather(phase, some)
            last()
            return {**told, "norm": self._take(optimiser)}

        return self._fitted(attempt, batch)

    def measure(self, phase: Callable[..., Scalars], *batch: Tensor) -> Scalars:
        """Return what `phase(*batch)` tells, in as small parts as `update` but without a step."""
        return self._fitted(partial(self._gather, phase), batch)

    def descend(self, loss: Tensor) -> None:
        """Add the gradients of a loss, a mean over the pages at hand."""
        self._losses.append(loss.detach())
        (loss * self._share).backward()  # type: ignore[no-untyped-call]

    def finish(self) -> Tensor:
        """End a step; return a scalar on the device: 1, or 0 where the step was skipped."""
        unsound, self._unsound = self._unsound, torch.zeros_like(self._unsound)
        self.skipped += unsound
        self.in_a_row = (self.in_a_row + 1) * unsound
        self.lately = torch.cat([self.lately[1:], unsound[None]])
        self.most_lately = torch.maximum(self.most_lately, self.lately.sum())
        return 1 - unsound

    def recall(self, lately: Tensor | None) -> None:
        """Go on from a checkpoint that tells which of its last steps were skipped."""
        if lately is not None:
            self.lately = lately.to(self._device)

    def _fitted(self, attempt: Callable[[_Parts], Scalars], batch: tuple[Tensor, ...]) -> Scalars:
        before = self._noise.get_state()
        while True:
            some = parts(batch, self.pages_at_once, self._group)
            largest = max(len(part[0]) for part in some)
            try:
                return attempt(some)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                if largest == 1:
                    raise TrainingError(
                        "The memory is too small for a single page at this resolution: "
                        "choose smaller networks or a smaller page size."
                    ) from error
            # only here does nothing hold the tensors of the failed attempt any more
            self.pages_at_once = halved(largest, self._group)
            self._noise.set_state(before)
            if self._device.type == "cuda":
                torch.cuda.empty_cache()

    def _gather(self, phase: Callable[..., Scalars], some: _Parts) -> Scalars:
        count = sum(len(part[0]) for part in some)
        told: Scalars = {}
        for part in some:
            self._share = len(part[0]) / count
            for name, value in phase(*part).items():
                mean = value.detach() * self._share
                told[name] = told[name] + mean if name in told else mean
        return told

    def _take(self, optimiser: torch.optim.Optimizer) -> Tensor:
        weights = [weight for group in optimiser.param_groups for weight in group["params"]]
        norm = torch.nn.utils.get_total_norm([w.grad for w in weights if w.grad is not None])
        # squared as by Adam, whose moments would else become infinite first
        sound = norm.square().isfinite() & torch.stack(self._losses).isfinite().all()
        self._unsound = torch.maximum(self._unsound, (~sound).float())
        # a fused optimiser looks at this on the device and then changes nothing
        optimiser.found_inf = self._unsound  # type: ignore[attr-defined]
        optimiser.step()
        return norm

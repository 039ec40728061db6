"""The updates of a step: in parts where memory is short, skipped where gradients are no numbers."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TypeVar

import torch
from torch import Tensor

from deepzine_gui.errors import TrainingError
from deepzine_gui.training.processes.device import give_back
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.processes.ranks import Ranks, Sum
from deepzine_gui.training.stepping import accumulation
from deepzine_gui.training.stepping.accumulation import Share, halved, is_out_of_memory, parts
from deepzine_gui.training.stepping.draws import Draws

LATELY = 50
"""Steps back that are remembered whether they were skipped."""

Scalars = dict[str, Tensor]
"""What a phase tells of its part of the minibatch: means over its pages, by name."""

_Parts = list[tuple[Tensor, ...]]
_Found = TypeVar("_Found")


class Updates:
    """Takes the optimisers' steps for a trainer, without ever waiting for the device.

    What it keeps from one step to the next stays where it is, so that a step can be recorded once
    and repeated (see `graphs`).

    Several processes that share a minibatch add up their gradients, and then all take the same
    step. Torch's own `DistributedDataParallel` would add them up at the end of each backward pass
    through a wrapped network; here a network is passed through more than once an update, a penalty
    is a gradient of a gradient, and parts of a share are computed one after the other.

    A step whose loss or gradients are not finite is skipped: weights, Adam's moments and the
    averaged generator stay as they were. Each network is judged by itself: the generator is left
    alone when the discriminator was, but not the other way round, as it comes after.

    Attributes:
        pages_at_once: most pages computed at a time; None while whole shares fit.
        skipped: steps skipped so far, a scalar on the device.
        in_a_row: how many of them were the last ones, likewise.
        lately: which of the last steps were skipped, 1 or 0 each, on the device.
        most_lately: how many of them at most since the run went on, a scalar on the device.
    """

    def __init__(
        self,
        draws: Draws,
        device: torch.device,
        *,
        group: int,
        pages_at_once: int | None,
        ranks: Ranks | None = None,
    ) -> None:
        self._draws = draws
        self._device = device
        self._group = group
        self._ranks = ranks or Ranks(Place(str(device)))
        self._weight = 1.0
        self._is_recording = False
        self._loss = torch.zeros((), device=device)
        self._unsound = torch.zeros((), device=device)
        self.pages_at_once = pages_at_once
        self.skipped = torch.zeros((), device=device)
        self.in_a_row = torch.zeros((), device=device)
        self.lately = torch.zeros(LATELY, device=device)
        self.most_lately = torch.zeros((), device=device)

    def share(self, count: int) -> Share:
        """What this process computes of a minibatch of `count` pages."""
        place = self._ranks.place
        return accumulation.share(count, self._group, rank=place.rank, size=place.size)

    def update(
        self,
        optimiser: torch.optim.Optimizer,
        phase: Callable[..., Scalars],
        *batch: Tensor,
        share: Share | None = None,
        last: Callable[[], None] = lambda: None,
    ) -> Scalars:
        """Take one step of a fused `optimiser` down the gradients of `phase(*batch)`.

        Where memory runs out, in whichever process, all begin again with half as many pages at a
        time, and the same random numbers.

        Args:
            optimiser: of one network.
            phase: computes a loss of its pages, hands it to `descend`, and returns what to tell.
            batch: tensors (n, …), handed to `phase` whole or in parts.
            share: which pages of the minibatch these are; all where there are no other processes.
            last: called when the gradients are summed, to add what does not depend on pages.

        Returns:
            What the phase told, averaged over the minibatch, and as "norm" the length of the
            gradient of all weights.

        Raises:
            TrainingError: not even a single page fits into the memory.
            LostRankError: another process is gone.
        """
        weights = [weight for group in optimiser.param_groups for weight in group["params"]]

        def attempt(some: _Parts, share: Share) -> tuple[Scalars, Sum | None]:
            optimiser.zero_grad(set_to_none=True)
            self._loss.zero_()
            told = self._gather(phase, some, share)
            found = [weight.grad for weight in weights if weight.grad is not None]
            self._make_moments(optimiser, weights)
            return told, self._summed([*found, self._loss, *told.values()])

        told, parts_of_sum = self._fitted(attempt, batch, share)
        self._ranks.add_up(parts_of_sum)
        last()
        return {**told, "norm": self._take(optimiser, weights)}

    def measure(
        self, phase: Callable[..., Scalars], *batch: Tensor, share: Share | None = None
    ) -> Scalars:
        """Return what `phase(*batch)` tells, in as small parts as `update` but without a step."""

        def attempt(some: _Parts, share: Share) -> tuple[Scalars, Sum | None]:
            told = self._gather(phase, some, share)
            return told, self._summed(list(told.values()))

        told, parts_of_sum = self._fitted(attempt, batch, share)
        self._ranks.add_up(parts_of_sum)
        return told

    def descend(self, loss: Tensor) -> None:
        """Add the gradients of a loss, a mean over the pages at hand."""
        self._loss += loss.detach() * self._weight
        (loss * self._weight).backward()  # type: ignore[no-untyped-call]

    def finish(self) -> Tensor:
        """End a step; return a scalar on the device: 1, or 0 where the step was skipped."""
        self._ranks.end_step()
        unsound = self._unsound.clone()
        self._unsound.zero_()
        self.skipped += unsound
        self.in_a_row.add_(1).mul_(unsound)
        self.lately.copy_(torch.cat([self.lately[1:], unsound[None]]))
        self.most_lately.copy_(torch.maximum(self.most_lately, self.lately.sum()))
        return 1 - unsound

    def recall(self, lately: Tensor | None) -> None:
        """Go on from a checkpoint that tells which of its last steps were skipped."""
        if lately is not None:
            self.lately.copy_(lately)

    def computes_whole(self, count: int) -> bool:
        """Whether this process alone computes a minibatch of `count` pages, and all at a time."""
        return self._ranks.alone and (self.pages_at_once is None or self.pages_at_once >= count)

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """While it lasts, updates are computed whole or not at all.

        Graphics cards do not let a generator be looked at while they record, and there is nothing
        to be tried again: nothing is computed then.
        """
        self._is_recording = True
        try:
            yield
        finally:
            self._is_recording = False

    def _fitted(
        self,
        attempt: Callable[[_Parts, Share], _Found],
        batch: tuple[Tensor, ...],
        share: Share | None,
    ) -> _Found:
        share = share or self.share(len(batch[0]))
        if self._is_recording:
            return attempt([(share.places, *batch)], share)
        before = self._draws.generator.get_state()
        while True:
            some = parts((share.places, *batch), self.pages_at_once, share.group)
            found: _Found | None = None
            too_many, words = 0, ""
            try:
                found = attempt(some, share)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                too_many, words = max(len(part[0]) for part in some), str(error)
            # only here does nothing hold the tensors of a failed attempt any more
            too_many = self._ranks.largest(too_many)
            if not too_many and found is not None:
                return found
            del found
            self._halve(too_many, share.group, words)
            self._draws.generator.set_state(before)

    def _halve(self, too_many: int, group: int, words: str) -> None:
        if too_many == 1:
            error = TrainingError(
                "The memory is too small for a single page at this resolution: "
                "choose smaller networks or a smaller page size."
            )
            error.add_note(words)
            raise error
        self.pages_at_once = halved(too_many, group)
        give_back(self._device)

    def _gather(self, phase: Callable[..., Scalars], some: _Parts, share: Share) -> Scalars:
        """What the phase tells of this process's share, weighted as it counts in the whole."""
        before = self._draws.generator.get_state() if len(some) > 1 else None
        told: Scalars = {}
        try:
            for places, *part in some:
                # each part draws for the whole minibatch, and takes what belongs to its pages
                if before is not None:
                    self._draws.generator.set_state(before)
                self._draws.divide(places, share.count)
                self._weight = share.weight * len(places) / len(share.places)
                for name, value in phase(*part).items():
                    # not even what is no number counts where others tell of the same pages
                    mean = value.detach() * self._weight if self._weight else value.new_zeros(())
                    told[name] = told[name] + mean if name in told else mean
        finally:
            self._draws.unite()
        return told

    def _summed(self, tensors: list[Tensor]) -> Sum | None:
        return None if self._ranks.alone else Sum(tensors)

    def _make_moments(self, optimiser: torch.optim.Optimizer, weights: list[Tensor]) -> None:
        """Have Adam make its moments now, while all can still begin again if memory runs out."""
        if any(w.grad is not None and w not in optimiser.state for w in weights):
            optimiser.found_inf = torch.ones_like(self._unsound)  # type: ignore[attr-defined]
            optimiser.step()

    def _take(self, optimiser: torch.optim.Optimizer, weights: list[Tensor]) -> Tensor:
        norm = torch.nn.utils.get_total_norm([w.grad for w in weights if w.grad is not None])
        # squared as by Adam, whose moments would else become infinite first
        sound = norm.square().isfinite() & self._loss.isfinite()
        self._unsound.copy_(torch.maximum(self._unsound, (~sound).float()))
        # a fused optimiser looks at this on the device and then changes nothing
        optimiser.found_inf = self._unsound  # type: ignore[attr-defined]
        optimiser.step()
        return norm

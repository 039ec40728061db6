"""What goes into a step and what comes out of it."""

import dataclasses
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.training.recipe.schedule import Moment, Stage
from deepzine_gui.training.stepping.accumulation import Share

Pixels = NDArray[np.uint8] | Tensor
"""Pages as uint8 (n, C, R, R): an array, or a tensor that lies on the device already."""


class Pages(Protocol):
    """Where real pages come from; `dataset.Batches` is one, `resident.ResidentPages` another.

    Of `count` pages that are drawn, those at the places `only` (n,) are returned, and with labels
    their numbers, int64 (n,).
    """

    def draw(self, count: int, rng: np.random.Generator, only: NDArray[np.int64]) -> Pixels:
        """Return random pages to train on."""

    def draw_labelled(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64]
    ) -> tuple[Pixels, NDArray[np.int64]]:
        """Return the same pages with their labels."""

    def draw_held_out(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64]
    ) -> tuple[Pixels, NDArray[np.int64]] | None:
        """Return random pages that are never trained on; None where there are none."""


@dataclasses.dataclass(frozen=True, slots=True)
class StepResult:
    """Scalars of one step, still on the device.

    Attributes:
        d_held_out: mean score of pages that are not trained on, in the steps that look at them.
        augment_p: how often pages are changed; None where they never are.
        d_norm, g_norm: length of the gradient of all weights, of the step's last update.
    """

    d_loss: Tensor
    g_loss: Tensor
    d_real: Tensor
    d_fake: Tensor
    diversity: Tensor
    d_norm: Tensor
    g_norm: Tensor
    penalty: Tensor | None = None
    d_held_out: Tensor | None = None
    augment_p: Tensor | None = None

    def copy(self) -> "StepResult":
        """The same in memory of its own."""
        told = {
            field.name: value
            for field in dataclasses.fields(self)
            if (value := getattr(self, field.name)) is not None
        }
        copies = torch.stack(list(told.values())).unbind()
        return StepResult(**dict(zip(told, copies, strict=True)))


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Real pages on the device, uint8 (n, C, R, R), and their labels (n,) in a conditional run.

    They are this process's share of a minibatch.
    """

    pixels: Tensor
    labels: Tensor | None

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """Both, or the pages alone."""
        return (self.pixels,) if self.labels is None else (self.pixels, self.labels)

    def copy(self) -> "Batch":
        """The same in memory of its own."""
        return Batch(self.pixels.clone(), None if self.labels is None else self.labels.clone())


@dataclasses.dataclass(frozen=True, slots=True)
class Rates:
    """What changes from step to step: numbers, or scalars on the device, float32.

    Attributes:
        alpha: weight of the stage's resolution; the number 1 unless it is fading in.
        learning_rate: of both optimisers.
        following: share of the way to the generator that its average goes.
    """

    alpha: float | Tensor
    learning_rate: float | Tensor
    following: float | Tensor


class DeviceRates:
    """The rates as scalars on a device, always the same ones."""

    def __init__(self, device: torch.device) -> None:
        self._alpha, self._learning_rate, self._following = torch.zeros(3, device=device).unbind()

    def at(self, rates: Rates, *, fading: bool) -> Rates:
        """Set them without waiting for the device."""
        for scalar, value in (
            (self._alpha, rates.alpha),
            (self._learning_rate, rates.learning_rate),
            (self._following, rates.following),
        ):
            scalar.fill_(value)
        return Rates(self._alpha if fading else 1.0, self._learning_rate, self._following)


Kind = tuple[Stage, bool, bool]
"""Of a step: its stage, whether its penalty is due, whether it looks at held-out pages."""


@dataclasses.dataclass(frozen=True, slots=True)
class Work:
    """All that a step is to compute with, on the device: nothing in it is drawn or decided later.

    Attributes:
        now: what holds; its numbers that change amid a stage are those of `rates`.
        rates: those.
        share: this process's share of the minibatch.
        penalised: whether the gradient penalty is due.
        real: pages for each of the discriminator's updates.
        held_out: as many pages that are never trained on; none where they are not looked at.
    """

    now: Moment
    rates: Rates
    share: Share
    penalised: bool
    real: tuple[Batch, ...]
    held_out: tuple[Batch, ...]

    @property
    def kind(self) -> Kind:
        """Steps of one kind are the same computation, with other pages and rates."""
        return self.now.stage, self.penalised, bool(self.held_out)

    def copy(self) -> "Work":
        """The same with pages in memory of their own."""
        real, held_out = (
            tuple(batch.copy() for batch in some) for some in (self.real, self.held_out)
        )
        return dataclasses.replace(self, real=real, held_out=held_out)

    def take(self, other: "Work") -> None:
        """Copy the pages of other work of the same kind."""
        for own, given in zip(
            (*self.real, *self.held_out), (*other.real, *other.held_out), strict=True
        ):
            for tensor, value in zip(own.tensors, given.tensors, strict=True):
                tensor.copy_(value)

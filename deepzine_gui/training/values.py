"""What goes into a step and what comes out of it."""

import dataclasses
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.training.accumulation import Share


class Pages(Protocol):
    """Where real pages come from; `dataset.Batches` is one.

    Of `count` pages that are drawn, those at the places `only` (n,) are returned: uint8
    (n, C, R, R), and with labels their numbers, int64 (n,).
    """

    def draw(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64]
    ) -> NDArray[np.uint8]:
        """Return random pages to train on."""

    def draw_labelled(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return the same pages with their labels."""

    def draw_held_out(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]] | None:
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


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Real pages (n, C, R, R) in [−1, 1], and their labels (n,) in a conditional run.

    They are this process's share of a minibatch.
    """

    pages: Tensor
    labels: Tensor | None
    share: Share

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """Both, or the pages alone."""
        return (self.pages,) if self.labels is None else (self.pages, self.labels)

"""What goes to and from the explorer's sampler."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.latent.points import Latents
from deepzine_gui.progress import Event

READY = -1
"""Stamp of the first reply: the model is loaded, nothing was asked yet."""


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """Ask for the pages of `latents` (N, L); `stamp` comes back with the reply.

    A conditional model gives all of them the label `label`, or its commonest where that is None.
    """

    stamp: int
    latents: Latents
    label: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reply(Event):
    """The pages (N, H, W, C) uint8 of the request with this stamp."""

    stamp: int
    images: NDArray[np.uint8]

"""The latent space: points, paths between them, directions, and the pages they stand for.

Importing this package loads no torch; `answer` and `latent.sampler` do.
"""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from deepzine_gui.latent.events import READY, Reply, Request
from deepzine_gui.latent.paths import LatentPath, Mode, interpolate
from deepzine_gui.latent.points import Latents, random_points, to_sphere
from deepzine_gui.latent.showing import best_to_show

if TYPE_CHECKING:
    from deepzine_gui.latent.sampler import Sampler

__all__ = [
    "READY",
    "LatentPath",
    "Latents",
    "Mode",
    "Reply",
    "Request",
    "answer",
    "best_to_show",
    "directions",
    "interpolate",
    "random_points",
    "to_sphere",
]


def directions(model: str | Path, count: int) -> Latents:
    """Return a model's most telling directions; see `latent.sefa.find_directions`."""
    from deepzine_gui.latent.sefa import find_directions

    return find_directions(model, count)


def answer(model: str | Path, threads: int | None = None) -> Generator[Reply, Request | None, None]:
    """Load a model, then answer each `Request` sent with its `Reply`, until closed.

    The first reply is stamped `READY` and empty, and so is the one to a plain `next`. Meant for
    ``child.in_child``.

    Raises:
        ModelError: as `latent.sampler.Sampler` and its `images`.
        SettingsError: the model knows no label asked for.
    """
    from deepzine_gui.latent.sampler import Sampler

    sampler = Sampler(model, threads)
    empty = Reply(READY, np.empty((0, 0, 0, sampler.info.channels), np.uint8))
    reply = empty
    while True:
        request = yield reply
        reply = empty if request is None else _answered(sampler, request)


def _answered(sampler: "Sampler", request: Request) -> Reply:
    labels = sampler.one_label(len(request.latents), request.label)
    return Reply(request.stamp, sampler.images(request.latents, labels=labels))

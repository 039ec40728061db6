"""Copying: whether made-up pages are closer to the training pages than other real ones are."""

import dataclasses

from torch import Tensor

from deepzine_gui.training.measures.nearest import nearest
from deepzine_gui.training.measures.work import Work

ALARM = 0.7
"""Made-up pages that are this much closer to training pages than held-out ones are copies."""

_SAME_LEVELS = 1.0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Copying:
    """How close the made-up pages (N) are to those trained on.

    Attributes:
        ratio: median distance to the nearest training page, over that of held-out pages.
        distances: of each made-up page to its nearest training page (N,), RMS grey levels.
        places: which of the training pages that is (N,).
    """

    ratio: float
    distances: Tensor
    places: Tensor


def copying(made_up: Tensor, held_out: Tensor, trained_on: Tensor) -> Work[Copying]:
    """Compare distances to the nearest training page; all are points of `nearest.vectors`.

    `held_out` should be pages of documents of which none is among `trained_on`: the pages of one
    document are closer to each other than a new page can be.
    """
    usual, _ = yield from nearest(held_out, trained_on)
    distances, places = yield from nearest(made_up, trained_on)
    ratio = float(distances.median()) / max(float(usual.median()), _SAME_LEVELS)
    return Copying(ratio, distances, places)

"""Near-duplicates: whether the model makes the same few pages over and over."""

import dataclasses

from torch import Tensor

from deepzine_gui.training.measures.nearest import distances_within

ALARM = 5.0
"""So many times as many near-duplicates as among real pages are too many."""

_SAME_LEVELS = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Duplicates:
    """Pairs of near-duplicates among so many made-up and as many real pages.

    Attributes:
        made_up, real: number of pairs.
        distance: pages closer than this are near-duplicates, RMS grey levels.
    """

    made_up: int
    real: int
    distance: float

    @property
    def too_many(self) -> bool:
        """Whether the made-up pages repeat themselves; a pair or two come by chance."""
        return self.made_up > ALARM * max(self.real, 1)


def near_duplicates(made_up: Tensor, real: Tensor) -> Duplicates:
    """Count pairs closer to each other than half the usual way from a real page to its nearest.

    Of a model that has only S different pages, n of them hold about n² / 2S pairs of the same: the
    birthday test of Arora and Zhang 2017 (arXiv 1706.08224), with a number instead of a look.

    Args:
        made_up: points (N, D) of `nearest.vectors`.
        real: as many, of real pages.
    """
    assert made_up.shape == real.shape, (made_up.shape, real.shape)
    between_real = distances_within(real)
    usual = float(between_real.min(dim=1).values.median())
    limit = max(usual / 2, _SAME_LEVELS)
    return Duplicates(_pairs(distances_within(made_up), limit), _pairs(between_real, limit), limit)


def _pairs(distances: Tensor, limit: float) -> int:
    return int((distances < limit).sum()) // 2

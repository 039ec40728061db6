"""Diversity: whether made-up pages differ from each other as much as real ones do."""

import torch
from torch import Tensor
from torch.nn import functional

from deepzine_gui.training.measures.pages import shrunk
from deepzine_gui.training.measures.pyramid import pyramid

ALARM = 0.25
"""Below this the pages are nearly all alike."""

_SIDE = 64
_FIELDS = 8


def diversity(made_up: Tensor, real: Tensor) -> float:
    """Variance of features between made-up pages over that between real ones: 1 is as varied.

    The pages (N, C, R, R), R at least 16, of both sets may be of different number. Each group of
    `features` weighs the same.
    """
    ratios = []
    groups = zip(features(made_up), features(real), strict=True)
    for group_made_up, group_real in groups:
        own = group_made_up.var(dim=0).sum()
        usual = group_real.var(dim=0).sum()
        ratios.append(own / usual.clamp_min(1e-12))
    return float(torch.stack(ratios).mean())


def features(pages: Tensor) -> list[Tensor]:
    """What lies where on a page, and how fine it is: groups (N, C · 64) that need no training.

    Of each level of the Laplacian pyramid of the page at no more than 64 px: how strong its strokes
    are in each of 8×8 fields; of the coarsest level, how light each field is.
    """
    levels = pyramid(shrunk(pages, _SIDE))
    strokes = [level.abs() for level in levels[:-1]]
    return [
        functional.adaptive_avg_pool2d(level, _FIELDS).flatten(1)
        for level in (*strokes, levels[-1])
    ]

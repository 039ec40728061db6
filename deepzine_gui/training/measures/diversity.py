"""Diversity: whether made-up pages differ from each other as much as real ones do."""

import torch
from torch import Tensor
from torch.nn import functional

from deepzine_gui.training.measures.pages import shrunk
from deepzine_gui.training.measures.pyramid import pyramid

_SIDE = 64
_FIELDS = 8


def diversity(made_up: Tensor, real: Tensor) -> float:
    """Variance of features between made-up pages over that between real ones: 1 is as varied.

    The pages (N, C, R, R) of both sets may be of different number. Each group of `features` weighs
    the same; up to 16 px there is one alone, how light each field is.
    """
    groups = zip(features(made_up), features(real), strict=True)
    return float(torch.stack([variance_ratio(*group) for group in groups]).mean())


def variance_ratio(made_up: Tensor, real: Tensor) -> Tensor:
    """Variance of features (n, D) between made-up pages over that between real ones (m, D).

    The variances of all features are summed. A single page cannot tell, and gives NaN.
    """
    if min(len(made_up), len(real)) < 2:
        return real.new_full((), torch.nan)
    return made_up.var(dim=0).sum() / real.var(dim=0).sum().clamp_min(1e-12)


def deviation_ratio(made_up: Tensor, real: Tensor) -> Tensor:
    """Mean deviation of a pixel between made-up pages (n, C, R, R) over that between real ones.

    A single page cannot tell, and gives NaN.
    """
    if min(len(made_up), len(real)) < 2:
        return real.new_full((), torch.nan)
    return made_up.std(dim=0).mean() / real.std(dim=0).mean().clamp_min(1e-6)


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

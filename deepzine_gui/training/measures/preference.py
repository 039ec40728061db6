"""Preference: how surely the discriminator tells real pages from made-up ones."""

import torch
from torch import Tensor


def preference(real: Tensor, made_up: Tensor) -> float:
    """P(D(real) > D(made up)) over all pairs of scores (n,) and (m,), ties counting half.

    .5 where it cannot tell them apart, 1 where it knows every page. It does not change when all
    scores shift, as those of relativistic losses may. It is the area under the ROC curve: Mann and
    Whitney 1947, U / nm. NaN where a score is no number, or there is none.
    """
    if not (len(real) and len(made_up)) or not torch.cat([real, made_up]).isfinite().all():
        return float("nan")
    above = real[:, None] - made_up[None, :]
    return float(((above > 0).double() + 0.5 * (above == 0).double()).mean())

"""Grey levels: whether there is as much black, white and grey."""

import torch
from torch import Tensor

from deepzine_gui.training.measures.pages import in_parts


def histogram_distance(one: Tensor, other: Tensor, *, bins: int = 64) -> float:
    """χ² = ½ Σ (p − q)² / (p + q) between the grey levels of two sets of pages (N, C, R, R).

    0 where black, white and greys are equally frequent, 1 where none is shared.
    """
    p, q = _shares(one, bins), _shares(other, bins)
    return float(((p - q).square() / (p + q).clamp_min(1e-12)).sum() / 2)


def _shares(pages: Tensor, bins: int) -> Tensor:
    counts = torch.zeros(bins, dtype=torch.float64)
    for part in in_parts(pages):
        counts += torch.histc(part.clamp(-1, 1).flatten(), bins, -1, 1).cpu()
    return counts / pages.numel()

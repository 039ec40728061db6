"""Which pages are closest to each other, pixel by pixel at a small size."""

import torch
from torch import Tensor

from deepzine_gui.training.measures.pages import shrunk
from deepzine_gui.training.measures.work import Work

SIDE = 32
"""Pages are compared at so many pixels: their layout, not their letters."""

_AT_ONCE = 64


def vectors(pages: Tensor) -> Tensor:
    """Pages (N, C, R, R) as points whose distance is the RMS difference in grey levels, 0 … 255."""
    small = shrunk(pages, SIDE).flatten(1)
    points: Tensor = small * (127.5 / small.shape[1] ** 0.5)
    return points


def nearest(
    pages: Tensor, among: Tensor, apart: tuple[Tensor, Tensor] | None = None
) -> Work[tuple[Tensor, Tensor]]:
    """For each of `pages` (N, D) the distance to, and place of, its nearest of `among` (M, D).

    `apart` gives numbers (N,) and (M,) to both: pages of the same number are not compared. The
    distance is infinite where no page is left.
    """
    distances, places = [], []
    for start in range(0, len(pages), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        between = torch.cdist(pages[some], among)
        if apart is not None:
            between[apart[0][some, None] == apart[1]] = torch.inf
        closest = between.min(dim=1)
        distances.append(closest.values)
        places.append(closest.indices)
        yield min(1.0, (start + _AT_ONCE) / len(pages))
    return torch.cat(distances), torch.cat(places)


def distances_within(pages: Tensor) -> Tensor:
    """Distances (N, N) between points (N, D), infinite from each to itself."""
    return torch.cdist(pages, pages).fill_diagonal_(torch.inf)

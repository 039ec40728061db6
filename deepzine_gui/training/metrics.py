"""How far made-up pages are from real ones, in numbers that need no other network."""

import torch
from torch import Tensor
from torch.nn import functional

SMALLEST_LEVEL = 16
"""Pixels of the coarsest level of the pyramid."""

_PATCH, _PATCHES_PER_PAGE = 7, 128
_DIRECTIONS = 512


def sliced_wasserstein(one: Tensor, other: Tensor, *, seed: int = 0) -> dict[int, float]:
    """Sliced Wasserstein distance × 10³ between two sets of pages, at each level of a pyramid.

    The level of R pixels tells of structure of that size; compare with the distance between two
    sets of real pages. It does not see a change of contrast: `histogram_distance` does.
    Source: Karras et al. 2017 (arXiv 1710.10196), section 5.

    Args:
        one: pages (N, C, R, R) in [−1, 1], R at least 16.
        other: as many pages of the same size.
        seed: of the patches and directions.

    Returns:
        The distance at R, R/2, … 16 pixels.
    """
    assert one.shape == other.shape, (one.shape, other.shape)
    random = torch.Generator().manual_seed(seed)
    distances = {}
    for level_one, level_other in zip(_pyramid(one), _pyramid(other), strict=True):
        places = _places(level_one, random)
        sets = [_normalised(_patches(level, places)) for level in (level_one, level_other)]
        directions = torch.randn(sets[0].shape[1], _DIRECTIONS, generator=random)
        directions = directions / directions.norm(dim=0)
        first, second = ((patches @ directions).sort(dim=0).values for patches in sets)
        distances[level_one.shape[-1]] = 1000 * (first - second).abs().mean().item()
    return distances


def histogram_distance(one: Tensor, other: Tensor, *, bins: int = 64) -> float:
    """½ Σ (p − q)² / (p + q) between the grey levels of two sets of pages in [−1, 1].

    0 where black, white and greys are equally frequent, 1 where none is shared.
    """
    p, q = (
        torch.histc(pages.clamp(-1, 1).flatten(), bins, -1, 1) / pages.numel()
        for pages in (one, other)
    )
    return float(((p - q).square() / (p + q).clamp_min(1e-12)).sum() / 2)


def diversity(made_up: Tensor, real: Tensor) -> float:
    """Mean deviation of a pixel between made-up pages over that between real ones (N, C, R, R)."""
    return float(made_up.std(dim=0).mean() / real.std(dim=0).mean())


def _pyramid(pages: Tensor) -> list[Tensor]:
    """Laplacian pyramid down to `SMALLEST_LEVEL`, finest level first."""
    levels = []
    while pages.shape[-1] > SMALLEST_LEVEL:
        smaller = _blurred(pages, 1)[:, :, ::2, ::2]
        spread = torch.zeros_like(pages)
        spread[:, :, ::2, ::2] = smaller
        levels.append(pages - _blurred(spread, 4))
        pages = smaller
    return [*levels, pages]


def _blurred(pages: Tensor, gain: float) -> Tensor:
    """Convolve with the 5×5 binomial kernel [1 4 6 4 1], mirrored at the edges."""
    row = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
    channels = pages.shape[1]
    kernel = (gain * torch.outer(row, row)).expand(channels, 1, 5, 5)
    return functional.conv2d(
        functional.pad(pages, (2, 2, 2, 2), mode="reflect"), kernel, groups=channels
    )


def _places(pages: Tensor, random: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Page, row and column of each patch's corner."""
    count, _, height, width = pages.shape
    total = count * _PATCHES_PER_PAGE
    page = torch.arange(count).repeat_interleave(_PATCHES_PER_PAGE)
    row = torch.randint(height - _PATCH + 1, (total,), generator=random)
    column = torch.randint(width - _PATCH + 1, (total,), generator=random)
    return page, row, column


def _patches(pages: Tensor, places: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """Cut patches (total, C, 7, 7)."""
    page, row, column = (place.reshape(-1, 1, 1) for place in places)
    offset = torch.arange(_PATCH)
    rows, columns = row + offset.reshape(1, -1, 1), column + offset.reshape(1, 1, -1)
    return pages.movedim(1, -1)[page, rows, columns].movedim(-1, 1)


def _normalised(patches: Tensor) -> Tensor:
    """Patches of zero mean and unit deviation a channel over the whole set, flattened."""
    mean = patches.mean(dim=(0, 2, 3), keepdim=True)
    deviation = patches.std(dim=(0, 2, 3), keepdim=True)
    return ((patches - mean) / deviation.clamp_min(1e-8)).flatten(1)

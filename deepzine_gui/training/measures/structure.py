"""MS-SSIM between pages of one set: whether all of them are the same page."""

import torch
from torch import Tensor
from torch.nn import functional

from deepzine_gui.training.measures.pages import as_floats
from deepzine_gui.training.measures.work import Work

_MOST_PAIRS, _FEWEST_PAIRS = 10_000, 1_000
_PIXELS_OF_PAIRS = _MOST_PAIRS * 128**2

_WINDOW, _SIGMA = 11, 1.5
_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_RANGE = 255.0
_PIXELS_AT_ONCE = 2**20


def alikeness(pages: Tensor, *, pairs: int | None = None, seed: int = 0) -> Work[float]:
    """Mean MS-SSIM of random pairs of pages (N, C, R, R), R at least 16: 1 if all are the same.

    It sees a total collapse, and hardly one to a few dozen pages; what is usual depends on the
    pages, so compare with that of real ones.
    Source: Karras et al. 2017 (arXiv 1710.10196, section 5), 10,000 pairs; without a number there
    are so many up to 128 px, and fewer of larger pages, but 1,000.
    """
    pairs = pairs or max(_FEWEST_PAIRS, min(_MOST_PAIRS, _PIXELS_OF_PAIRS // pages.shape[-1] ** 2))
    random = torch.Generator().manual_seed(seed)
    count = len(pages)
    first = torch.randint(count, (pairs,), generator=random)
    second = (first + 1 + torch.randint(count - 1, (pairs,), generator=random)) % count
    at_once = max(1, _PIXELS_AT_ONCE // pages[0].numel())
    total = 0.0
    for start in range(0, pairs, at_once):
        some = slice(start, start + at_once)
        total += float(ms_ssim(pages[first[some]], pages[second[some]]).sum())
        yield min(1.0, (start + at_once) / pairs)
    return total / pairs


def ms_ssim(one: Tensor, other: Tensor) -> Tensor:
    """Multi-scale structural similarity of pages (N, C, R, R) to others, (N,).

    Source: Wang, Simoncelli and Bovik 2003: five scales, each half the one before, a Gaussian
    window of 11×11 pixels and σ 1.5, K .01 and .03. Where a scale is smaller than the window, the
    window is as large as the page and σ in proportion; below zero, contrast and structure count 0.
    """
    one, other = ((as_floats(pages) + 1) * (_RANGE / 2) for pages in (one, other))
    product = torch.ones(len(one), device=one.device)
    for scale, weight in enumerate(_WEIGHTS):
        if scale:
            one, other = functional.avg_pool2d(one, 2), functional.avg_pool2d(other, 2)
        whole, contrast = _similarity(one, other)
        last = scale == len(_WEIGHTS) - 1
        product = product * (whole if last else contrast).clamp_min(0) ** weight
    return product


def _similarity(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """SSIM and its factor without luminance, the mean of each page, (N,) both."""
    steady_light, steady_contrast = (0.01 * _RANGE) ** 2, (0.03 * _RANGE) ** 2
    products = torch.stack([one, other, one * one, other * other, one * other])
    mean_one, mean_other, square_one, square_other, crossed = _smoothed(products)
    variance = square_one - mean_one**2 + square_other - mean_other**2
    covariance = crossed - mean_one * mean_other
    contrast = (2 * covariance + steady_contrast) / (variance + steady_contrast)
    light = (2 * mean_one * mean_other + steady_light) / (
        mean_one**2 + mean_other**2 + steady_light
    )
    return (light * contrast).mean(dim=(1, 2, 3)), contrast.mean(dim=(1, 2, 3))


def _smoothed(pages: Tensor) -> Tensor:
    """Gaussian means over each whole window: (…, R, R) → (…, R − W + 1, R − W + 1)."""
    side = pages.shape[-1]
    window = min(_WINDOW, side)
    sigma = _SIGMA * window / _WINDOW
    off = torch.arange(window, dtype=torch.float64) - (window - 1) / 2
    weights = torch.exp(-(off**2) / (2 * sigma**2))
    weights = weights / weights.sum()
    # as a product of matrices this is several times quicker than as convolutions of one channel
    band = torch.zeros(side - window + 1, side, dtype=torch.float64)
    for start, row in enumerate(band):
        row[start : start + window] = weights
    band = band.to(pages)
    return band @ pages @ band.T

"""The Laplacian pyramid: a page as strokes of one size a level.

Source: Burt and Adelson 1983, as used by Karras et al. 2017 (arXiv 1710.10196, section 5).
"""

import torch
from torch import Tensor
from torch.nn import functional

SMALLEST_LEVEL = 16
"""Pixels of the coarsest level."""


def level_sizes(resolution: int) -> list[int]:
    """Pixels of each level, finest first: R, R/2, … 16."""
    sizes = [resolution]
    while sizes[-1] > SMALLEST_LEVEL:
        sizes.append(sizes[-1] // 2)
    return sizes


def pyramid(pages: Tensor) -> list[Tensor]:
    """Levels of pages (N, C, R, R), finest first; the last is the page itself at 16 px."""
    levels = []
    while pages.shape[-1] > SMALLEST_LEVEL:
        smaller = blurred(pages, 1)[:, :, ::2, ::2]
        levels.append(pages - enlarged(smaller))
        pages = smaller
    return [*levels, pages]


def enlarged(pages: Tensor) -> Tensor:
    """Twice the resolution, smoothly: what a level is the difference to."""
    count, channels, height, width = pages.shape
    spread = pages.new_zeros(count, channels, 2 * height, 2 * width)
    spread[:, :, ::2, ::2] = pages
    return blurred(spread, 4)


def blurred(pages: Tensor, gain: float) -> Tensor:
    """Convolve with the 5×5 binomial kernel [1 4 6 4 1], mirrored at the edges."""
    row = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0], device=pages.device) / 16
    channels = pages.shape[1]
    kernel = (gain * torch.outer(row, row)).expand(channels, 1, 5, 5)
    return functional.conv2d(
        functional.pad(pages, (2, 2, 2, 2), mode="reflect"), kernel, groups=channels
    )

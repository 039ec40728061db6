"""Pages in the form that measures reckon with."""

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

_PIXELS_AT_ONCE = 2**20


def in_parts(pages: Tensor) -> Iterator[Tensor]:
    """Pages (N, C, R, R), uint8 or floats in [−1, 1], as floats, so many as take little memory."""
    at_once = max(1, _PIXELS_AT_ONCE // pages[0].numel())
    for start in range(0, len(pages), at_once):
        yield as_floats(pages[start : start + at_once])


def as_floats(pages: Tensor) -> Tensor:
    """uint8 0 … 255 as floats −1 … 1; floats stay as they are."""
    return pages.float() / 127.5 - 1 if pages.dtype == torch.uint8 else pages.float()


def as_levels(pages: Tensor) -> Tensor:
    """Floats −1 … 1 as the grey levels one sees, uint8 0 … 255; beyond is black or white."""
    return ((pages.float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def shrunk(pages: Tensor, size: int) -> Tensor:
    """Pages as floats (N, C, size, size), by the mean of whole squares; no page is enlarged."""
    factor = max(1, pages.shape[-1] // size)
    return torch.cat([functional.avg_pool2d(part, factor) for part in in_parts(pages)])

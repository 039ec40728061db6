"""Bilinear sampling whose gradient can itself be differentiated, as gradient penalties need."""

from typing import Any

import torch
from torch import Tensor

_BILINEAR, _BORDER = 0, 1


def warp(pages: Tensor, grid: Tensor) -> Tensor:
    """Sample pages (N, C, H, W) at `grid` (N, H, W, 2) in [−1, 1]; beyond it edges go on.

    What is sampled depends linearly on the pages, so the derivative of the gradient is sampling
    again; torch's own `grid_sample` lacks it.
    """
    sampled: Tensor = _Warp.apply(pages, grid)  # type: ignore[no-untyped-call]
    return sampled


class _Warp(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, pages: Tensor, grid: Tensor) -> Tensor:
        ctx.save_for_backward(pages, grid)
        return torch.grid_sampler_2d(pages, grid, _BILINEAR, _BORDER, False)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        pages, grid = ctx.saved_tensors
        back: Tensor = _WarpBack.apply(gradients[0], pages, grid)  # type: ignore[no-untyped-call]
        return back, None


class _WarpBack(torch.autograd.Function):
    """The transposed linear map; `pages` only gives the shape."""

    @staticmethod
    def forward(ctx: Any, gradient: Tensor, pages: Tensor, grid: Tensor) -> Tensor:
        ctx.save_for_backward(grid)
        back: Tensor = torch.ops.aten.grid_sampler_2d_backward(
            gradient, pages, grid, _BILINEAR, _BORDER, False, [True, False]
        )[0]
        return back

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        (grid,) = ctx.saved_tensors
        return warp(gradients[0], grid), None, None

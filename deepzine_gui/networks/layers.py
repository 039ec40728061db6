"""Layers of the Progressive GAN: equalized convolutions, pixel norm, minibatch deviation."""

import math
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

LEAK = 0.2
"""Slope of leaky ReLU below zero (arXiv 1710.10196, appendix A.1)."""

FUSED_FROM = 32
"""From so many pixels a side on, scaling and convolution are quicker as one step."""


class EqualizedConv(nn.Module):
    """A convolution whose weights are drawn from N(0, 1) and scaled by gain/√fan_in when used.

    Source: arXiv 1710.10196, section 4.1.
    """

    def __init__(
        self, inputs: int, outputs: int, size: Literal[1, 3, 4], gain: float = math.sqrt(2)
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.scale = gain / math.sqrt(inputs * size * size)
        self.padding = size // 2 if size == 3 else 0

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) → (N, outputs, H, W); a 4-pixel kernel is unpadded."""
        return functional.conv2d(x, self.weight * self.scale, self.bias, padding=self.padding)


class UpConv(EqualizedConv):
    """Twice the resolution, then a 3-pixel convolution; in one where that is quicker.

    Source: the joint operation of Karras et al.'s generator (arXiv 1710.10196, appendix A.1, table
    2); the four kernels of a repeated pixel overlap to one of 4 pixels.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 3)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) → (N, outputs, 2H, 2W)."""
        weight = self.weight * self.scale
        if 2 * x.shape[-1] < FUSED_FROM:
            return functional.conv2d(upsample(x), weight, self.bias, padding=1)
        joint = _overlapping(weight.flip(2, 3)).transpose(0, 1)
        return functional.conv_transpose2d(x, joint, self.bias, stride=2, padding=1)


class DownConv(EqualizedConv):
    """A 3-pixel convolution, then half the resolution, then the bias; as `UpConv`."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 3)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, 2H, 2W) → (N, outputs, H, W)."""
        weight = self.weight * self.scale
        if x.shape[-1] < FUSED_FROM:
            # a mean leaves the bias as it is
            return downsample(functional.conv2d(x, weight, self.bias, padding=1))
        return functional.conv2d(x, _overlapping(weight) / 4, self.bias, stride=2, padding=1)


class EqualizedDense(nn.Module):
    """A dense layer with run-time scaled weights (arXiv 1710.10196, section 4.1)."""

    def __init__(
        self, inputs: int, outputs: int, *, gain: float = math.sqrt(2), bias: bool = True
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.scale = gain / math.sqrt(inputs)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs) → (N, outputs)."""
        return functional.linear(x, self.weight * self.scale, self.bias)


def _overlapping(weight: Tensor) -> Tensor:
    """(O, I, 3, 3) → (O, I, 4, 4): the sum of the kernel at the four pixels of a square."""
    spread = functional.pad(weight, (1, 1, 1, 1))
    rows = spread[:, :, 1:] + spread[:, :, :-1]
    return rows[:, :, :, 1:] + rows[:, :, :, :-1]


def leaky(x: Tensor) -> Tensor:
    """Leaky ReLU of slope 0.2."""
    return functional.leaky_relu(x, LEAK)


def is_fading(alpha: float | Tensor) -> bool:
    """Whether an older resolution still counts; a scalar on a device is not looked at: it may."""
    return isinstance(alpha, Tensor) or alpha < 1


def blend(older: Tensor, newer: Tensor, alpha: float | Tensor) -> Tensor:
    """(1 − alpha) · older + alpha · newer (arXiv 1710.10196, figure 2), in the precision of both.

    Where alpha is a scalar on their device it is float32, and so is the sum on its way.
    """
    if isinstance(alpha, Tensor):
        return torch.lerp(older.float(), newer.float(), alpha).to(newer.dtype)
    return torch.lerp(older, newer, alpha)


def pixel_norm(x: Tensor) -> Tensor:
    """Scale each pixel's feature vector to unit mean square: x / √(mean_c x² + 1e-8).

    Source: arXiv 1710.10196, section 4.2. (N, C, …) → the same shape. Differentiable once.
    """
    normed: Tensor = _PixelNorm.apply(x)  # type: ignore[no-untyped-call]
    return normed


class _PixelNorm(torch.autograd.Function):
    """With y = x · s and s = (mean_c x² + 1e-8)^-½, the gradient is s · (g − y · mean_c(g · y)).

    Left to torch, the gradient takes five times as long: in float32 only, by more passes, and some
    of them between two layouts.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        wide = torch.promote_types(x.dtype, torch.float32)
        length = torch.linalg.vector_norm(x, dim=1, keepdim=True, dtype=wide)
        scale = torch.rsqrt(length.square() / x.shape[1] + 1e-8).to(x.dtype)
        y = x * scale
        ctx.save_for_backward(y, scale)
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        if torch.is_grad_enabled():
            raise RuntimeError("pixel_norm is differentiated once only")
        (gradient,) = gradients
        y, scale = ctx.saved_tensors
        along = (gradient * y).mean(dim=1, keepdim=True)
        return torch.addcmul(gradient, y, along, value=-1).mul_(scale)


def minibatch_deviation(x: Tensor, group: int) -> Tensor:
    """Append one feature map: the mean deviation of features within groups of pages.

    Source: arXiv 1710.10196, section 3. (N, C, H, W) → (N, C + 1, H, W); `group` pages stand
    together: all of them where there are fewer, a common divisor where they do not come out even.
    """
    count, channels, height, width = x.shape
    size = group_size(count, group)
    grouped = x.reshape(size, count // size, channels, height, width)
    deviation = (grouped - grouped.mean(dim=0)).square().mean(dim=0).add(1e-8).sqrt()
    feature = deviation.mean(dim=(1, 2, 3))  # (N / size,)
    feature = feature.repeat(size).reshape(count, 1, 1, 1).expand(-1, 1, height, width)
    return torch.cat([x, feature], dim=1)


def group_size(count: int, group: int) -> int:
    """Pages of a minibatch of `count` that `minibatch_deviation` compares with each other."""
    size = min(group, count)
    return math.gcd(count, size) if count % size else size


def upsample(x: Tensor) -> Tensor:
    """Double height and width by repeating pixels."""
    return functional.interpolate(x, scale_factor=2, mode="nearest")


def downsample(x: Tensor) -> Tensor:
    """Halve height and width by the mean of 2×2 pixels."""
    return functional.avg_pool2d(x, 2)

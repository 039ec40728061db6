"""The generator: from a point on the latent sphere to a page."""

import math

import torch
from torch import Tensor, nn

from deepzine_gui.networks.config import SMALLEST, NetworkConfig, widths
from deepzine_gui.networks.layers import (
    EqualizedConv,
    EqualizedDense,
    UpConv,
    blend,
    is_fading,
    leaky,
    pixel_norm,
    upsample,
)

LABEL_SIZE = 64
"""Numbers in a label's embedding, unless latents have fewer."""


class Generator(nn.Module):
    """Karras et al. 2017 (arXiv 1710.10196), table 2, left; holds the layers of every stage.

    Latents are taken as they are: points of length √latent_size, times a radius. Normalising is
    the caller's, so that one radius gives truncation, exaggeration and trips through the origin.

    Attributes:
        alpha: how far the largest resolution has faded in.
        label: the label of pages for which none is given.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.alpha = 1.0
        self.label = 0
        width = widths(config)
        self.input = InputBlock(config.latent_size, width[SMALLEST], config.labels)
        self.blocks = nn.ModuleDict()
        self.to_pixels = nn.ModuleDict()
        for resolution in config.resolutions:
            if resolution > SMALLEST:
                block = UpBlock(width[resolution // 2], width[resolution])
                self.blocks[str(resolution)] = block
            self.to_pixels[str(resolution)] = EqualizedConv(
                width[resolution], config.channels, 1, gain=1
            )

    def forward(
        self,
        latents: Tensor,
        *,
        labels: Tensor | None = None,
        resolution: int | None = None,
        alpha: float | Tensor | None = None,
    ) -> Tensor:
        """(N, latent_size) → pages (N, channels, resolution, resolution), nominally in [−1, 1].

        `labels` (N,) int64 are for conditional models only.
        `alpha` is the weight of the newest resolution while it fades in (section 2, figure 2);
        without one, the largest resolution stands as the attribute `alpha` says, others whole.
        """
        resolution = resolution or self.config.resolution
        if alpha is None:
            alpha = self.alpha if resolution == self.config.resolution else 1.0
        assert latents.ndim == 2, latents.shape
        assert latents.shape[1] == self.config.latent_size, latents.shape
        if self.config.labels and labels is None:
            labels = torch.full((len(latents),), self.label, device=latents.device)
        x = older = self.input(latents, labels)
        for size in self.config.resolutions[1:]:
            if size > resolution:
                break
            older, x = x, self.blocks[str(size)](x)
        page = self._pixels(x, resolution)
        if is_fading(alpha) and resolution > SMALLEST:
            page = blend(upsample(self._pixels(older, resolution // 2)), page, alpha)
        return page

    def _pixels(self, x: Tensor, resolution: int) -> Tensor:
        # half precision would leave steps between light greys
        with torch.autocast(x.device.type, enabled=False):
            page: Tensor = self.to_pixels[str(resolution)](x.float())
        return page


class InputBlock(nn.Module):
    """From a latent, and a label where there are any, to the first 4×4 feature maps.

    A label's embedding, normalised as latents are, stands beside the latent, which keeps its own
    length: normalised together, the one would set the other's scale. The dense layer over both is
    kept in two parts, since directions of the latent are read from its own.
    """

    def __init__(self, latent_size: int, width: int, labels: int = 0) -> None:
        super().__init__()
        gain = math.sqrt(2) / 4
        self.dense = EqualizedDense(latent_size, width * SMALLEST**2, gain=gain, bias=False)
        self.bias = nn.Parameter(torch.zeros(width, 1, 1))
        self.conv = EqualizedConv(width, width, 3)
        if labels:
            size = min(latent_size, LABEL_SIZE)
            self.embedding = nn.Parameter(torch.randn(labels, size))
            self.label_dense = EqualizedDense(size, width * SMALLEST**2, bias=False)
            self.dense.scale = self.label_dense.scale = gain / math.sqrt(latent_size + size)

    def forward(self, latents: Tensor, labels: Tensor | None) -> Tensor:
        """(N, latent_size) and (N,) → (N, width, 4, 4)."""
        x = self.dense(latents)
        if labels is not None:
            x = x + self.label_dense(pixel_norm(self.embedding[labels]))
        x = x.reshape(latents.shape[0], -1, SMALLEST, SMALLEST) + self.bias
        return pixel_norm(leaky(self.conv(pixel_norm(leaky(x)))))


class UpBlock(nn.Module):
    """Twice the resolution, then two convolutions with pixel norm."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = UpConv(inputs, outputs)
        self.conv2 = EqualizedConv(outputs, outputs, 3)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) → (N, outputs, 2H, 2W)."""
        x = pixel_norm(leaky(self.conv1(x)))
        return pixel_norm(leaky(self.conv2(x)))

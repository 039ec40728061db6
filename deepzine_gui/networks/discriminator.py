"""The discriminator: how much a page looks like a real one."""

import torch
from torch import Tensor, nn

from deepzine_gui.networks.config import SMALLEST, NetworkConfig, widths
from deepzine_gui.networks.layers import (
    DownConv,
    EqualizedConv,
    EqualizedDense,
    downsample,
    leaky,
    minibatch_deviation,
)


class Discriminator(nn.Module):
    """Karras et al. 2017 (arXiv 1710.10196), table 2, right; holds the layers of every stage."""

    def __init__(self, config: NetworkConfig, *, deviation_group: int = 4) -> None:
        super().__init__()
        self.config = config
        self.deviation_group = deviation_group
        width = widths(config)
        self.from_pixels = nn.ModuleDict()
        self.blocks = nn.ModuleDict()
        for resolution in config.resolutions:
            self.from_pixels[str(resolution)] = EqualizedConv(config.channels, width[resolution], 1)
            if resolution > SMALLEST:
                block = DownBlock(width[resolution], width[resolution // 2])
                self.blocks[str(resolution)] = block
        self.output = OutputBlock(width[SMALLEST])

    def forward(self, pages: Tensor, *, alpha: float = 1.0) -> Tensor:
        """Pages (N, channels, R, R) in [−1, 1] → one score each (N,); R is the stage's resolution.

        `alpha` is the weight of the newest resolution while it fades in.
        """
        resolution = pages.shape[-1]
        assert pages.shape[1:] == (self.config.channels, resolution, resolution), pages.shape
        x = leaky(self.from_pixels[str(resolution)](pages))
        if resolution > SMALLEST:
            x = self.blocks[str(resolution)](x)
            if alpha < 1:
                older = self.from_pixels[str(resolution // 2)](downsample(pages))
                x = torch.lerp(leaky(older), x, alpha)
            for size in reversed(self.config.resolutions[1:]):
                if size < resolution:
                    x = self.blocks[str(size)](x)
        # the last layers see small differences between pages: never in half precision
        with torch.autocast(x.device.type, enabled=False):
            scores: Tensor = self.output(minibatch_deviation(x.float(), self.deviation_group))
        return scores


class DownBlock(nn.Module):
    """Two convolutions, then half the resolution."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = EqualizedConv(inputs, inputs, 3)
        self.conv2 = DownConv(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, 2H, 2W) → (N, outputs, H, W)."""
        return leaky(self.conv2(leaky(self.conv1(x))))


class OutputBlock(nn.Module):
    """From 4×4 feature maps, with the deviation map appended, to a score."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = EqualizedConv(width + 1, width, 3)
        self.conv2 = EqualizedConv(width, width, 4)
        self.dense = EqualizedDense(width, 1, gain=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width + 1, 4, 4) → (N,)."""
        x = leaky(self.conv2(leaky(self.conv1(x))))
        scores: Tensor = self.dense(x.flatten(1))
        return scores.squeeze(1)

"""The discriminator: how much a page looks like a real one."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from deepzine_gui.networks.config import SMALLEST, LabelHead, NetworkConfig, widths
from deepzine_gui.networks.layers import (
    DownConv,
    EqualizedConv,
    EqualizedDense,
    blend,
    downsample,
    is_fading,
    leaky,
    minibatch_deviation,
)


class Judgement(NamedTuple):
    """What the discriminator says of N pages.

    Attributes:
        scores: of each page, (N,).
        classes: logits of its label, (N, labels), where it names them.
        features: what the score is read from, (N, width).
    """

    scores: Tensor
    classes: Tensor | None
    features: Tensor


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
        self.output = OutputBlock(width[SMALLEST], config.labels, config.label_head)

    def forward(
        self, pages: Tensor, *, alpha: float | Tensor = 1.0, labels: Tensor | None = None
    ) -> Tensor:
        """The scores of `judge`, (N,)."""
        return self.judge(pages, alpha=alpha, labels=labels).scores

    def judge(
        self, pages: Tensor, *, alpha: float | Tensor = 1.0, labels: Tensor | None = None
    ) -> Judgement:
        """Judge pages (N, channels, R, R) in [−1, 1]; R is the stage's resolution.

        `alpha` is the weight of the newest resolution while it fades in. With `labels` (N,) int64
        a projection head scores whether a page looks like a real one of its label.
        """
        resolution = pages.shape[-1]
        assert pages.shape[1:] == (self.config.channels, resolution, resolution), pages.shape
        x = leaky(self.from_pixels[str(resolution)](pages))
        if resolution > SMALLEST:
            x = self.blocks[str(resolution)](x)
            if is_fading(alpha):
                older = self.from_pixels[str(resolution // 2)](downsample(pages))
                x = blend(leaky(older), x, alpha)
            for size in reversed(self.config.resolutions[1:]):
                if size < resolution:
                    x = self.blocks[str(size)](x)
        # the last layers see small differences between pages: never in half precision
        with torch.autocast(x.device.type, enabled=False):
            judged: Judgement = self.output(
                minibatch_deviation(x.float(), self.deviation_group), labels
            )
        return judged


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
    """From 4×4 feature maps, with the deviation map appended, to a judgement.

    A projection adds to the score the product of features and the label's embedding (Miyato and
    Koyama 2018, arXiv 1802.05637, equation 3); classes are further outputs beside the score (Odena
    et al. 2017, arXiv 1610.09585).
    """

    def __init__(self, width: int, labels: int = 0, label_head: LabelHead = "projection") -> None:
        super().__init__()
        self.conv1 = EqualizedConv(width + 1, width, 3)
        self.conv2 = EqualizedConv(width, width, 4)
        self.dense = EqualizedDense(width, 1, gain=1)
        self.embedding: nn.Parameter | None = None
        self.classes: EqualizedDense | None = None
        if labels and label_head == "projection":
            self.embedding = nn.Parameter(torch.randn(labels, width))
        elif labels:
            self.classes = EqualizedDense(width, labels, gain=1)

    def forward(self, x: Tensor, labels: Tensor | None) -> Judgement:
        """(N, width + 1, 4, 4) and (N,) → a score each, and logits of labels."""
        features = leaky(self.conv2(leaky(self.conv1(x)))).flatten(1)
        scores = self.dense(features).squeeze(1)
        if self.embedding is not None and labels is not None:
            scale = 1 / math.sqrt(features.shape[1])
            scores = scores + (self.embedding[labels] * scale * features).sum(dim=1)
        classes = None if self.classes is None else self.classes(features)
        return Judgement(scores, classes, features)

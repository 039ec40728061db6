"""Losses of the two networks, as pure functions of scores and pages."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, softplus

from deepzine_gui.networks.layers import EqualizedConv, EqualizedDense

Scorer = Callable[[Tensor], Tensor]
"""The discriminator at the stage's alpha: pages (N, C, R, R) → scores (N,)."""


def wgan_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """E[D(fake)] − E[D(real)] (Gulrajani et al. 2017, arXiv 1704.00028, equation 3)."""
    return fake.mean() - real.mean()


def wgan_generator(fake: Tensor) -> Tensor:
    """−E[D(fake)]."""
    return -fake.mean()


def gradient_penalty(score: Scorer, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """E[(‖∇D(x̂)‖₂ − 1)²], x̂ between real and fake by `mix` (N, 1, 1, 1) (1704.00028, eq. 3)."""
    between = torch.lerp(real, fake, mix).requires_grad_(True)
    return (squared_gradient(score(between), between).add(1e-12).sqrt() - 1).square().mean()


def saturating_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """E[softplus(−D(real))] + E[softplus(D(fake))] (Goodfellow et al. 2014, arXiv 1406.2661)."""
    return softplus(-real).mean() + softplus(fake).mean()


def non_saturating_generator(fake: Tensor) -> Tensor:
    """E[softplus(−D(fake))] (arXiv 1406.2661, section 3)."""
    return softplus(-fake).mean()


def rpgan_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """E[softplus(−(D(real) − D(fake)))] (Huang et al. 2025, arXiv 2501.05441, equation 2)."""
    return softplus(fake - real).mean()


def rpgan_generator(real: Tensor, fake: Tensor) -> Tensor:
    """The discriminator's loss with the pair swapped."""
    return softplus(real - fake).mean()


def zero_centred_penalty(scores: Tensor, pages: Tensor) -> Tensor:
    """½ E[‖∇D(x)‖²]: R1 on real pages, R2 on made-up ones (2501.05441, equation 3)."""
    return squared_gradient(scores, pages).mean() / 2


def label_loss(classes: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of logits (N, L) with labels (N,): AC-GAN's (arXiv 1610.09585, equation 3)."""
    return cross_entropy(classes.float(), labels)


def add_weight_penalty(network: nn.Module, l1: float, l2: float) -> None:
    """Add the gradient of l1 · Σ|w| + l2 · Σw², w being the weights as used: scaled at run time.

    Only layers that have a gradient count: those of stages to come would else wither unused.
    """
    for layer in network.modules():
        if isinstance(layer, EqualizedConv | EqualizedDense) and layer.weight.grad is not None:
            weight, scale = layer.weight.detach(), layer.scale
            layer.weight.grad += l1 * scale * weight.sign() + 2 * l2 * scale**2 * weight


def squared_gradient(scores: Tensor, pages: Tensor) -> Tensor:
    """‖∂D/∂x‖² for each page (N,), itself differentiable."""
    (gradient,) = torch.autograd.grad(scores.sum(), pages, create_graph=True)
    return gradient.float().square().sum(dim=(1, 2, 3))

"""Losses of the two networks, as pure functions of scores and pages."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import softplus

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


def rpgan_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """E[softplus(−(D(real) − D(fake)))] (Huang et al. 2025, arXiv 2501.05441, equation 2)."""
    return softplus(fake - real).mean()


def rpgan_generator(real: Tensor, fake: Tensor) -> Tensor:
    """The discriminator's loss with the pair swapped."""
    return softplus(real - fake).mean()


def zero_centred_penalty(scores: Tensor, pages: Tensor) -> Tensor:
    """½ E[‖∇D(x)‖²]: R1 on real pages, R2 on made-up ones (2501.05441, equation 3)."""
    return squared_gradient(scores, pages).mean() / 2


def squared_gradient(scores: Tensor, pages: Tensor) -> Tensor:
    """‖∂D/∂x‖² for each page (N,), itself differentiable."""
    (gradient,) = torch.autograd.grad(scores.sum(), pages, create_graph=True)
    return gradient.float().square().sum(dim=(1, 2, 3))

"""Losses against closed forms, reals against NumPy."""

import math

import numpy as np
import pytest
import torch

from deepzine_gui.networks import NetworkConfig
from deepzine_gui.training import losses, preset
from deepzine_gui.training.trainer import Trainer


def test_wasserstein_losses() -> None:
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([0.0, -2.0])
    assert losses.wgan_discriminator(real, fake) == -3
    assert losses.wgan_generator(fake) == 1


def test_relativistic_losses_against_the_logistic() -> None:
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([0.5, -2.0])
    expected = (math.log(1 + math.exp(-0.5)) + math.log(1 + math.exp(-5))) / 2
    assert losses.rpgan_discriminator(real, fake).item() == pytest.approx(expected)
    assert losses.rpgan_generator(fake, real).item() == pytest.approx(expected)


def test_gradient_penalty_of_a_linear_score() -> None:
    weight = torch.randn(1, 4, 4)
    expected = (weight.norm() - 1) ** 2

    def score(pages: torch.Tensor) -> torch.Tensor:
        return (pages * weight).sum(dim=(1, 2, 3))

    real, fake = torch.randn(3, 1, 4, 4), torch.randn(3, 1, 4, 4)
    penalty = losses.gradient_penalty(score, real, fake, torch.rand(3, 1, 1, 1))
    torch.testing.assert_close(penalty, expected)


def test_the_penalty_looks_between_real_and_fake() -> None:
    seen: list[torch.Tensor] = []

    def score(pages: torch.Tensor) -> torch.Tensor:
        seen.append(pages.detach())
        return pages.square().sum(dim=(1, 2, 3))

    real, fake = torch.zeros(2, 1, 2, 2), torch.ones(2, 1, 2, 2)
    mix = torch.tensor([0.25, 1.0]).reshape(2, 1, 1, 1)
    losses.gradient_penalty(score, real, fake, mix)
    torch.testing.assert_close(seen[0].mean(dim=(1, 2, 3)), torch.tensor([0.25, 1.0]))


def test_zero_centred_penalty_of_a_quadratic_score() -> None:
    pages = torch.randn(3, 1, 4, 4, requires_grad=True)
    scores = pages.square().sum(dim=(1, 2, 3))
    expected = 2 * pages.detach().square().sum(dim=(1, 2, 3)).mean()
    torch.testing.assert_close(losses.zero_centred_penalty(scores, pages), expected)


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_reals_fade_as_in_numpy(alpha: float) -> None:
    config = preset("cpu-demo", resolution=8, fmap_base=32, latent_size=8)
    trainer = Trainer(config, NetworkConfig(resolution=8, latent_size=8, fmap_base=32))
    trainer.stage = next(s for s in trainer.plan if s.fading)
    span = trainer.stage.end_kimg - trainer.stage.start_kimg
    trainer.images = round(1000 * (trainer.stage.start_kimg + alpha * span))
    pixels = np.random.default_rng(0).integers(0, 256, (2, 1, 8, 8), dtype=np.uint8)

    x = pixels / 127.5 - 1
    coarse = x.reshape(2, 1, 4, 2, 4, 2).mean(axis=(3, 5)).repeat(2, axis=2).repeat(2, axis=3)
    expected = alpha * x + (1 - alpha) * coarse
    np.testing.assert_allclose(trainer._real(pixels).numpy(), expected, atol=1e-6)

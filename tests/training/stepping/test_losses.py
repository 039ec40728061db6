"""Losses against closed forms, reals against NumPy."""

import math

import numpy as np
import pytest
import torch

from deepzine_gui.networks import NetworkConfig
from deepzine_gui.networks.discriminator import Judgement
from deepzine_gui.networks.layers import EqualizedConv
from deepzine_gui.training import preset
from deepzine_gui.training.stepping import losses, objectives
from deepzine_gui.training.stepping.trainer import Trainer


def test_wasserstein_losses() -> None:
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([0.0, -2.0])
    assert losses.wgan_discriminator(real, fake) == -3
    assert losses.wgan_generator(fake) == 1


def test_relativistic_losses_against_the_logistic() -> None:
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([0.5, -2.0])
    expected = (math.log(1 + math.exp(-0.5)) + math.log(1 + math.exp(-5))) / 2
    assert losses.rpgan_discriminator(real, fake).item() == pytest.approx(expected)
    assert losses.rpgan_generator(fake, real).item() == pytest.approx(expected)


def test_non_saturating_losses_against_the_logistic() -> None:
    real, fake = torch.tensor([1.0, 3.0]), torch.tensor([0.5, -2.0])
    on_real = (math.log(1 + math.exp(-1)) + math.log(1 + math.exp(-3))) / 2
    on_fake = (math.log(1 + math.exp(0.5)) + math.log(1 + math.exp(-2))) / 2
    found = losses.saturating_discriminator(real, fake).item()
    assert found == pytest.approx(on_real + on_fake)
    expected = (math.log(1 + math.exp(-0.5)) + math.log(1 + math.exp(2))) / 2
    assert losses.non_saturating_generator(fake).item() == pytest.approx(expected)


def test_label_loss_is_the_cross_entropy() -> None:
    logits = torch.tensor([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
    shares = np.exp(logits.numpy())
    shares /= shares.sum(axis=1, keepdims=True)
    expected = -(np.log(shares[0, 1]) + np.log(shares[1, 0])) / 2
    found = losses.label_loss(logits, torch.tensor([1, 0])).item()
    assert found == pytest.approx(expected)


def test_weight_penalty_is_the_derivative_of_the_sums() -> None:
    used, unused = EqualizedConv(2, 3, 3), EqualizedConv(2, 3, 3)
    used.weight.grad = torch.ones_like(used.weight)
    losses.add_weight_penalty(torch.nn.ModuleList([used, unused]), 0.3, 0.2)
    weight = used.weight.detach().double().requires_grad_()
    scaled = weight * used.scale
    total = 0.3 * scaled.abs().sum() + 0.2 * scaled.square().sum()
    (expected,) = torch.autograd.grad(total, weight)
    torch.testing.assert_close(used.weight.grad, (1 + expected).float())
    assert unused.weight.grad is None


def smooth() -> torch.nn.Sequential:
    torch.manual_seed(0)
    layers = [torch.nn.Conv2d(1, 3, 3), torch.nn.Softplus(), torch.nn.Conv2d(3, 1, 2)]
    return torch.nn.Sequential(*layers).double()


def slopes(score: torch.nn.Module, pages: torch.Tensor) -> torch.Tensor:
    """‖∂D/∂x‖² of each page by central differences, (N,)."""
    total = torch.zeros(len(pages), dtype=torch.float64)
    for place in range(16):
        bump = torch.zeros(1, 1, 4, 4, dtype=torch.float64)
        bump.view(-1)[place] = 1e-5
        with torch.no_grad():
            change = score(pages + bump) - score(pages - bump)
        total += (change.flatten(1).sum(dim=1) / 2e-5) ** 2
    return total


@pytest.mark.parametrize("kind", ["towards one", "towards zero"])
def test_penalties_and_their_gradients_against_finite_differences(kind: str) -> None:
    network = smooth()
    real, fake = torch.randn(2, 3, 1, 4, 4, dtype=torch.float64)
    mix = torch.rand(3, 1, 1, 1, dtype=torch.float64)
    between = torch.lerp(real, fake, mix)

    def expected() -> torch.Tensor:
        squares = slopes(network, between)
        if kind == "towards one":
            return (squares.sqrt() - 1).square().mean()
        return squares.mean() / 2

    def found() -> torch.Tensor:
        def score(pages: torch.Tensor) -> torch.Tensor:
            return network(pages).flatten(1).sum(dim=1)

        if kind == "towards one":
            return losses.gradient_penalty(score, real, fake, mix)
        pages = between.clone().requires_grad_()
        return losses.zero_centred_penalty(score(pages), pages)

    penalty = found()
    torch.testing.assert_close(penalty.double(), expected(), rtol=1e-5, atol=1e-6)
    penalty.backward()
    weight = network[0].weight
    assert weight.grad is not None
    for place in (0, 4, 11):
        flat = weight.data.view(-1)
        flat[place] += 1e-4
        higher = expected()
        flat[place] -= 2e-4
        lower = expected()
        flat[place] += 1e-4
        slope = ((higher - lower) / 2e-4).item()
        assert weight.grad.view(-1)[place].item() == pytest.approx(slope, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("loss", ["wgan-gp", "ns-r1", "rpgan"])
def test_each_loss_is_put_together_from_its_parts(loss: str) -> None:
    config = preset("paper", loss=loss, drift=0.1)
    weight = torch.randn(1, 4, 4)
    real, fake = torch.randn(3, 1, 4, 4), torch.randn(3, 1, 4, 4)
    labels = torch.tensor([0, 1, 1])
    logits = torch.randn(3, 2)

    def judge(pages: torch.Tensor) -> Judgement:
        return Judgement((pages * weight).sum(dim=(1, 2, 3)), logits, pages.flatten(1))

    on_real, on_fake = judge(real).scores, judge(fake).scores
    slope = weight.square().sum()
    named = 2 * losses.label_loss(logits, labels)
    expected = {
        "wgan-gp": (on_fake.mean() - on_real.mean(), (slope.sqrt() - 1) ** 2),
        "ns-r1": (losses.saturating_discriminator(on_real, on_fake), slope / 2),
        "rpgan": (losses.rpgan_discriminator(on_real, on_fake), slope),
    }[loss]
    wander = on_real.square().mean()
    if loss == "rpgan":
        wander = torch.cat([on_real, on_fake]).mean().square()

    def judged(gamma: float | None) -> objectives.Verdict:
        mix = torch.rand(3, 1, 1, 1)
        return objectives.discriminator(
            config, judge, real, fake, gamma=gamma, mix=lambda: mix, labels=labels
        )

    verdict = judged(7.0)
    torch.testing.assert_close(verdict.loss, expected[0] + 0.1 * wander + named)
    torch.testing.assert_close(verdict.penalty, 7 * expected[1])
    torch.testing.assert_close(verdict.objective, verdict.loss + verdict.penalty)
    assert judged(None).penalty is None
    torch.testing.assert_close(verdict.d_real, on_real.mean())
    torch.testing.assert_close(verdict.d_fake, on_fake.mean())


@pytest.mark.parametrize("loss", ["wgan-gp", "ns-r1", "rpgan"])
def test_the_generator_wishes_for_the_opposite(loss: str) -> None:
    on_real, on_fake, logits = torch.randn(3), torch.randn(3), torch.randn(3, 2)
    labels = torch.tensor([0, 1, 1])
    wish = objectives.generator(
        preset("paper", loss=loss),
        lambda: on_real,
        Judgement(on_fake, logits, on_fake[:, None]),
        labels=labels,
    )
    alone = {
        "wgan-gp": -on_fake.mean(),
        "ns-r1": losses.non_saturating_generator(on_fake),
        "rpgan": losses.rpgan_generator(on_real, on_fake),
    }[loss]
    torch.testing.assert_close(wish, alone + losses.label_loss(logits, labels))


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
    np.testing.assert_allclose(trainer.real(pixels).numpy(), expected, atol=1e-6)

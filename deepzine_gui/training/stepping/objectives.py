"""What each network is asked to do, for every loss there is."""

import dataclasses
from collections.abc import Callable

from torch import Tensor

from deepzine_gui.networks.discriminator import Judgement
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.stepping import losses

Judge = Callable[[Tensor], Judgement]
"""The discriminator with the step's labels, alpha and augmentation: pages (N, C, R, R) in."""


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """The discriminator's side of a step.

    Attributes:
        loss: without the penalty.
        d_real, d_fake: mean scores.
        penalty: weighted; None where it was not due.
    """

    loss: Tensor
    d_real: Tensor
    d_fake: Tensor
    penalty: Tensor | None

    @property
    def objective(self) -> Tensor:
        """What is to be made small."""
        return self.loss if self.penalty is None else self.loss + self.penalty

    @property
    def scalars(self) -> dict[str, Tensor]:
        """What a step tells of it, by name."""
        told = {"d_loss": self.loss, "d_real": self.d_real, "d_fake": self.d_fake}
        return told if self.penalty is None else {**told, "penalty": self.penalty}


def discriminator(
    config: TrainingConfig,
    judge: Judge,
    real: Tensor,
    fake: Tensor,
    *,
    gamma: float | None,
    mix: Callable[[], Tensor],
    labels: Tensor | None = None,
) -> Verdict:
    """Judge real and made-up pages (N, C, R, R).

    Args:
        config: names the loss.
        judge: the discriminator.
        real: pages of the dataset.
        fake: as many made-up pages, without a gradient.
        gamma: weight of the penalty; None where it is not due.
        mix: draws how far between both wgan-gp looks, (N, 1, 1, 1) in [0, 1].
        labels: of both, (N,), where classes are to be named.
    """
    zero_centred = gamma is not None and config.loss != "wgan-gp"
    real = real.detach().requires_grad_(zero_centred)
    fake = fake.detach().requires_grad_(zero_centred and config.loss == "rpgan")
    on_real, on_fake = judge(real), judge(fake)
    scores = on_real.scores, on_fake.scores
    loss = _discriminator_loss(config, *scores)
    for judged in (on_real, on_fake):
        if labels is not None and judged.classes is not None:
            loss = loss + losses.label_loss(judged.classes, labels)
    penalty = None
    if gamma is not None and config.loss == "wgan-gp":
        penalty = gamma * losses.gradient_penalty(lambda x: judge(x).scores, real, fake, mix())
    elif gamma is not None:
        penalty = gamma * losses.zero_centred_penalty(scores[0], real)
        if config.loss == "rpgan":
            penalty = penalty + gamma * losses.zero_centred_penalty(scores[1], fake)
    return Verdict(loss, scores[0].mean(), scores[1].mean(), penalty)


def generator(
    config: TrainingConfig,
    real: Callable[[], Tensor],
    fake: Judgement,
    *,
    labels: Tensor | None = None,
) -> Tensor:
    """The generator's loss; `real` gives the scores of real pages to the loss that compares."""
    if config.loss == "rpgan":
        loss = losses.rpgan_generator(real(), fake.scores)
    elif config.loss == "ns-r1":
        loss = losses.non_saturating_generator(fake.scores)
    else:
        loss = losses.wgan_generator(fake.scores)
    if labels is not None and fake.classes is not None:
        loss = loss + losses.label_loss(fake.classes, labels)
    return loss


def _discriminator_loss(config: TrainingConfig, real: Tensor, fake: Tensor) -> Tensor:
    if config.loss == "rpgan":
        # only differences count, so it is the mean of all scores that may wander off
        drift = ((real.mean() + fake.mean()) / 2).square()
        return losses.rpgan_discriminator(real, fake) + config.drift * drift
    drift = config.drift * real.square().mean()
    if config.loss == "ns-r1":
        return losses.saturating_discriminator(real, fake) + drift
    return losses.wgan_discriminator(real, fake) + drift

"""What a step asks of the device: the updates of both networks, and of the average.

The processor decides nothing here but by `Work`, and waits for nothing, so that a graphics card can
record a step and repeat it.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from deepzine_gui.networks.discriminator import Discriminator, Judgement
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.layers import blend, downsample, is_fading, pixel_norm, upsample
from deepzine_gui.training.measures.diversity import deviation_ratio
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.stepping import objectives
from deepzine_gui.training.stepping.augment import HELD_OUT_INTERVAL, Augment
from deepzine_gui.training.stepping.draws import Draws
from deepzine_gui.training.stepping.losses import add_weight_penalty
from deepzine_gui.training.stepping.updates import Scalars, Updates
from deepzine_gui.training.stepping.values import Batch, StepResult, Work


class Computation:
    """The device's part of a trainer's steps."""

    def __init__(
        self,
        config: TrainingConfig,
        *,
        generator: Generator,
        discriminator: Discriminator,
        average: Generator,
        optimisers: tuple[torch.optim.Optimizer, torch.optim.Optimizer],
        augment: Augment,
        updates: Updates,
        draws: Draws,
        half: bool,
    ) -> None:
        """Compute with these; `optimisers` are the generator's and the discriminator's."""
        self.config = config
        self.generator, self.discriminator, self.average = generator, discriminator, average
        self.g_optimiser, self.d_optimiser = optimisers
        self.augment, self.updates, self.draws = augment, updates, draws
        self.half = half

    def step(self, work: Work) -> StepResult:
        """Compute a step, in parts where memory is short."""
        # biases kept in half precision would be those from before an update
        with torch.autocast(
            self.augment.p.device.type, torch.bfloat16, enabled=self.half, cache_enabled=False
        ):
            result = self._updated(work)
        self._follow(work.rates.following * self.updates.finish())
        return result

    def recorded(self, work: Work) -> StepResult:
        """Compute a step in one go, or raise a RuntimeError: as it can be recorded."""
        with self.updates.recording():
            return self.step(work)

    def _follow(self, weight: Tensor) -> None:
        """Move the averaged generator towards the generator by `weight`, a scalar on the device."""
        average: list[Tensor] = list(self.average.parameters())
        generator = [each.detach() for each in self.generator.parameters()]
        way = list(torch._foreach_sub(generator, average))
        torch._foreach_mul_(way, weight)
        torch._foreach_add_(average, way)

    def _updated(self, work: Work) -> StepResult:
        told: Scalars = {}
        held_out: Tensor | None = None
        # not to be guessed from a part or a share, which may come out even where the whole does not
        self.discriminator.deviation_group = work.share.group
        for number, real in enumerate(work.real):
            if work.held_out:
                held_out = self._judge_held_out(work, work.held_out[number])
            told |= self._update(self.d_optimiser, self.discriminator, self._judged, real, work)
            told["d_norm"] = told.pop("norm")
        if held_out is not None:
            shown = work.now.pages * HELD_OUT_INTERVAL
            self.augment.adapt(told["d_real"], held_out, told["d_fake"], shown)
        for _ in range(self.config.generator_updates):
            told |= self._update(self.g_optimiser, self.generator, self._made_up, real, work)
            told["g_norm"] = told.pop("norm")
        changes = self.config.augment != "none"
        # p will be another one in the same place
        p = self.augment.p.clone() if changes else None
        return StepResult(**told, d_held_out=held_out, augment_p=p)

    def _update(
        self,
        optimiser: torch.optim.Optimizer,
        network: torch.nn.Module,
        phase: Callable[..., Scalars],
        batch: Batch,
        work: Work,
    ) -> Scalars:
        def penalise() -> None:
            if self.config.l1_weight or self.config.l2_weight:
                add_weight_penalty(network, self.config.l1_weight, self.config.l2_weight)

        return self.updates.update(
            optimiser,
            partial(phase, work),
            *_faded_batch(batch, work.rates.alpha),
            share=work.share,
            last=penalise,
        )

    def _judge_held_out(self, work: Work, batch: Batch) -> Tensor:
        """Mean score of held-out pages, by the same discriminator as the step's own pages."""
        pages = _faded_batch(batch, work.rates.alpha)
        told = self.updates.measure(partial(self._scored, work), *pages, share=work.share)
        return told["score"]

    def _latents(self, count: int) -> Tensor:
        """Random points on the latent sphere (count, latent_size), for the pages at hand."""
        return pixel_norm(self.draws.normal(count, self.config.latent_size))

    def _fake(self, count: int, labels: Tensor | None, work: Work) -> Tensor:
        """Made-up pages, of the labels of as many real ones: training's own frequencies."""
        pages: Tensor = self.generator(
            self._latents(count),
            labels=labels,
            resolution=work.now.stage.resolution,
            alpha=work.rates.alpha,
        )
        return pages.float()

    def _judge(self, labels: Tensor | None, work: Work) -> objectives.Judge:
        def judge(pages: Tensor) -> Judgement:
            # pages of one channel lie alike in both layouts: torch would go on with the slower one
            laid = self.augment(pages, self.draws).clone(memory_format=torch.channels_last)
            return self.discriminator.judge(laid, alpha=work.rates.alpha, labels=labels)

        return judge

    def _scored(self, work: Work, pages: Tensor, labels: Tensor | None = None) -> Scalars:
        with torch.no_grad():
            return {"score": self._judge(labels, work)(pages).scores.mean()}

    def _judged(self, work: Work, pages: Tensor, labels: Tensor | None = None) -> Scalars:
        """The discriminator's part of a step, on real pages (N, C, R, R) of labels (N,)."""
        with torch.no_grad():
            fake = self._fake(len(pages), labels, work)
        self.discriminator.requires_grad_(True)
        verdict = objectives.discriminator(
            self.config,
            self._judge(labels, work),
            pages,
            fake,
            gamma=work.now.gamma * work.now.penalty_interval if work.penalised else None,
            mix=lambda: self.draws.uniform(len(fake), 1)[..., None, None],
            labels=labels,
        )
        self.updates.descend(verdict.objective)
        return {**verdict.scalars, "diversity": deviation_ratio(fake, pages)}

    def _made_up(self, work: Work, pages: Tensor, labels: Tensor | None = None) -> Scalars:
        """The generator's part of a step, against the same pages."""
        self.discriminator.requires_grad_(False)
        judge = self._judge(labels, work)
        fake = judge(self._fake(len(pages), labels, work))

        def on_real() -> Tensor:
            with torch.no_grad():
                return judge(pages).scores

        loss = objectives.generator(self.config, on_real, fake, labels=labels)
        self.updates.descend(loss)
        return {"g_loss": loss}


def faded(pixels: Tensor, alpha: float | Tensor) -> Tensor:
    """Pages in [−1, 1], faded like the networks (arXiv 1710.10196, figure 2)."""
    pages = pixels.float() / 127.5 - 1
    if is_fading(alpha):
        pages = blend(upsample(downsample(pages)), pages, alpha)
    return pages


def _faded_batch(batch: Batch, alpha: float | Tensor) -> tuple[Tensor, ...]:
    pages = faded(batch.pixels, alpha)
    return (pages,) if batch.labels is None else (pages, batch.labels)

"""One run's networks and optimisers, and the step that changes them."""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.networks import NetworkConfig
from deepzine_gui.networks.discriminator import Discriminator
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.labels import Labels
from deepzine_gui.networks.layers import downsample, pixel_norm, upsample
from deepzine_gui.training import objectives
from deepzine_gui.training.accumulation import Share
from deepzine_gui.training.augment import HELD_OUT_INTERVAL, Augment
from deepzine_gui.training.config import TrainingConfig
from deepzine_gui.training.device import lay_channels_last, uses_bf16
from deepzine_gui.training.distributed.ranks import Ranks
from deepzine_gui.training.draws import Draws
from deepzine_gui.training.guard.ladder import Remedies
from deepzine_gui.training.losses import add_weight_penalty
from deepzine_gui.training.measures.diversity import deviation_ratio
from deepzine_gui.training.schedule import Moment, moment, stage_at, stages
from deepzine_gui.training.updates import Scalars, Updates
from deepzine_gui.training.values import Batch, Pages, StepResult


class Trainer:
    """Generator, discriminator, averaged generator, their optimisers and random numbers.

    Attributes:
        images: real pages shown so far.
        stage: the present leg of the plan.
        config: the settings as they were chosen.
        labels: what pages are labelled with, in a conditional run.
        augment: the pipe that pages pass on their way to the discriminator.
    """

    def __init__(
        self,
        config: TrainingConfig,
        network: NetworkConfig,
        *,
        device: str = "cpu",
        labels: Labels | None = None,
        ranks: Ranks | None = None,
        remedies: Remedies | None = None,
        life: int = 0,
    ) -> None:
        """Make the networks, with what the guard has changed after so many recoveries (`life`).

        With `ranks`, this process computes its share of each minibatch.
        """
        self.remedies = remedies
        self.config = config
        self._treated = config if remedies is None else remedies.applied(config)
        seed = seed_of(config, life)
        self.device = torch.device(device)
        self.plan = stages(config)
        self.labels = labels
        self.images = 0
        self.steps = 0
        self.pages_rng = np.random.default_rng(seed)
        self.noise = torch.Generator().manual_seed(seed)
        self.draws = Draws(self.noise)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.generator = Generator(network).to(self.device)
            self.discriminator = Discriminator(network, deviation_group=config.deviation_group).to(
                self.device
            )
            self.average = Generator(network).to(self.device).requires_grad_(False)
        for each in (self.generator, self.discriminator, self.average):
            lay_channels_last(each)
        if labels is not None:
            self.average.label = self.generator.label = labels.commonest
        self.half = uses_bf16(config, self.device)
        self.average.load_state_dict(self.generator.state_dict())
        self.augment = Augment(config, self.device)
        self.g_optimiser = self._adam(self.generator)
        self.d_optimiser = self._adam(self.discriminator)
        self.updates = Updates(
            self.draws,
            self.device,
            group=config.deviation_group,
            pages_at_once=config.pages_at_once or None,
            ranks=ranks,
        )
        self.stage = self.plan[0]

    def _adam(self, network: torch.nn.Module) -> torch.optim.Adam:
        return torch.optim.Adam(
            network.parameters(),
            lr=self.config.learning_rate,
            betas=(self.config.beta1, self.config.beta2),
            eps=self.config.adam_epsilon,
            fused=True,
        )

    @property
    def kimg(self) -> float:
        """Thousands of real pages shown."""
        return self.images / 1000

    @property
    def alpha(self) -> float:
        """Weight of the present resolution."""
        return self.stage.alpha(self.kimg)

    @property
    def finished(self) -> bool:
        """Whether the plan has been carried out."""
        return self.kimg >= self.plan[-1].end_kimg

    def enter_stage(self) -> bool:
        """Move to the stage the plan asks for; forget Adam's moments if it is a new one.

        Source: arXiv 1710.10196, appendix A.1.
        """
        wanted = stage_at(self.plan, self.kimg)
        if wanted == self.stage:
            return False
        self.stage = wanted
        if self.config.reset_moments:
            self._forget_moments()
        return True

    def turn_aside(self, life: int, *, augment: float) -> None:
        """Leave the way that led astray: new random numbers, Adam afresh, p higher by `augment`."""
        seed = seed_of(self.config, life)
        self.pages_rng = np.random.default_rng(seed)
        self.noise.manual_seed(seed)
        self._forget_moments()
        self.augment.raise_by(augment)

    def _forget_moments(self) -> None:
        for optimiser in (self.g_optimiser, self.d_optimiser):
            optimiser.state.clear()

    def latents(self, count: int) -> Tensor:
        """Random points on the latent sphere (count, latent_size), for the pages at hand."""
        return pixel_norm(self.draws.normal(count, self.config.latent_size)).to(self.device)

    @property
    def is_finite(self) -> bool:
        """Whether every weight is still a number."""
        networks = (self.generator, self.discriminator, self.average)
        weights = [weight for network in networks for weight in network.parameters()]
        return bool(torch.stack([weight.isfinite().all() for weight in weights]).all())

    def step(self, pages: Pages) -> StepResult:
        """Show a minibatch: update discriminator, generator and the average, as often as asked."""
        now = moment(self._treated, self.stage, self.images)
        for optimiser in (self.g_optimiser, self.d_optimiser):
            for group in optimiser.param_groups:
                group["lr"] = now.learning_rate
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
            result = self._step(pages, now)
        self.images += now.pages
        self.steps += 1
        self._follow((1 - now.ema_decay) * self.updates.finish())
        self.average.alpha = self.generator.alpha = self.alpha
        return result

    def _follow(self, weight: Tensor) -> None:
        """Move the averaged generator towards the generator by `weight`, a scalar on the device."""
        average: list[Tensor] = list(self.average.parameters())
        generator = [each.detach() for each in self.generator.parameters()]
        way = list(torch._foreach_sub(generator, average))
        torch._foreach_mul_(way, weight)
        torch._foreach_add_(average, way)

    def _step(self, pages: Pages, now: Moment) -> StepResult:
        told: Scalars = {}
        share = self.updates.share(now.minibatch)
        # not to be guessed from a part or a share, which may come out even where the whole does not
        self.discriminator.deviation_group = share.group
        for _ in range(self._treated.discriminator_updates):
            real = self._draw(pages, share)
            held_out = self._judge_held_out(pages, now, share)
            told |= self._update(self.d_optimiser, self.discriminator, self._judged, real, now)
            told["d_norm"] = told.pop("norm")
        if held_out is not None:
            shown = now.pages * HELD_OUT_INTERVAL
            self.augment.adapt(told["d_real"], held_out, told["d_fake"], shown)
        for _ in range(self.config.generator_updates):
            told |= self._update(self.g_optimiser, self.generator, self._made_up, real, now)
            told["g_norm"] = told.pop("norm")
        changes = self.config.augment != "none"
        return StepResult(
            **told, d_held_out=held_out, augment_p=self.augment.p if changes else None
        )

    def _update(
        self,
        optimiser: torch.optim.Optimizer,
        network: torch.nn.Module,
        phase: Callable[..., Scalars],
        real: Batch,
        now: Moment,
    ) -> Scalars:
        def penalise() -> None:
            if self.config.l1_weight or self.config.l2_weight:
                add_weight_penalty(network, self.config.l1_weight, self.config.l2_weight)

        return self.updates.update(
            optimiser, partial(phase, now), *real.tensors, share=real.share, last=penalise
        )

    def _draw(self, pages: Pages, share: Share) -> Batch:
        asked = share.count, self.pages_rng, share.places.numpy()
        if self.labels is None:
            return Batch(self.real(pages.draw(*asked)), None, share)
        return self._labelled(*pages.draw_labelled(*asked), share)

    def _labelled(
        self, pixels: NDArray[np.uint8], numbers: NDArray[np.int64], share: Share
    ) -> Batch:
        labels = None if self.labels is None else torch.from_numpy(numbers).to(self.device)
        return Batch(self.real(pixels), labels, share)

    def real(self, pixels: NDArray[np.uint8]) -> Tensor:
        """Pages (N, C, R, R) in [−1, 1], faded like the networks (arXiv 1710.10196, figure 2)."""
        pages = torch.from_numpy(pixels).to(self.device).float() / 127.5 - 1
        if self.alpha < 1:
            pages = torch.lerp(upsample(downsample(pages)), pages, self.alpha)
        return pages.contiguous(memory_format=torch.channels_last)

    def _fake(self, count: int, labels: Tensor | None, now: Moment) -> Tensor:
        """Made-up pages, of the labels of as many real ones: training's own frequencies."""
        pages: Tensor = self.generator(
            self.latents(count), labels=labels, resolution=now.stage.resolution, alpha=now.alpha
        )
        return pages.float()

    def _judge(self, labels: Tensor | None, now: Moment) -> objectives.Judge:
        return lambda pages: self.discriminator.judge(
            self.augment(pages, self.draws), alpha=now.alpha, labels=labels
        )

    def _judge_held_out(self, pages: Pages, now: Moment, share: Share) -> Tensor | None:
        """Mean score of held-out pages, by the same discriminator as the step's own pages."""
        if not self.config.held_out or self.steps % HELD_OUT_INTERVAL:
            return None
        drawn = pages.draw_held_out(share.count, self.pages_rng, share.places.numpy())
        if drawn is None:
            return None
        batch = self._labelled(*drawn, share)
        return self.updates.measure(partial(self._scored, now), *batch.tensors, share=share)[
            "score"
        ]

    def _scored(self, now: Moment, pages: Tensor, labels: Tensor | None = None) -> Scalars:
        with torch.no_grad():
            return {"score": self._judge(labels, now)(pages).scores.mean()}

    def _judged(self, now: Moment, pages: Tensor, labels: Tensor | None = None) -> Scalars:
        """The discriminator's part of a step, on real pages (N, C, R, R) of labels (N,)."""
        with torch.no_grad():
            fake = self._fake(len(pages), labels, now)
        self.discriminator.requires_grad_(True)
        due = self.steps % now.penalty_interval == 0
        verdict = objectives.discriminator(
            self.config,
            self._judge(labels, now),
            pages,
            fake,
            gamma=now.gamma * now.penalty_interval if due else None,
            mix=lambda: self.draws.uniform(len(fake), 1)[..., None, None].to(self.device),
            labels=labels,
        )
        self.updates.descend(verdict.objective)
        return {**verdict.scalars, "diversity": deviation_ratio(fake, pages)}

    def _made_up(self, now: Moment, pages: Tensor, labels: Tensor | None = None) -> Scalars:
        """The generator's part of a step, against the same pages."""
        self.discriminator.requires_grad_(False)
        judge = self._judge(labels, now)
        fake = judge(self._fake(len(pages), labels, now))

        def on_real() -> Tensor:
            with torch.no_grad():
                return judge(pages).scores

        loss = objectives.generator(self.config, on_real, fake, labels=labels)
        self.updates.descend(loss)
        return {"g_loss": loss}


def seed_of(config: TrainingConfig, life: int) -> int:
    """The seed after so many recoveries: at first the one that was chosen."""
    if not life:
        return config.seed
    return int(np.random.SeedSequence([config.seed, life]).generate_state(1)[0])

"""One run's networks and optimisers, and the step that changes them."""

import dataclasses
from functools import partial
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.networks import NetworkConfig
from deepzine_gui.networks.discriminator import Discriminator
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.layers import downsample, pixel_norm, upsample
from deepzine_gui.training import losses
from deepzine_gui.training.config import TrainingConfig
from deepzine_gui.training.schedule import stage_at, stages
from deepzine_gui.training.updates import Scalars, Updates


class Pages(Protocol):
    """Where real pages come from; `dataset.Batches` is one."""

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Return random pages (count, C, R, R)."""


@dataclasses.dataclass(frozen=True, slots=True)
class StepResult:
    """Scalars of one step, still on the device."""

    d_loss: Tensor
    g_loss: Tensor
    d_real: Tensor
    d_fake: Tensor
    diversity: Tensor
    penalty: Tensor | None = None


class Trainer:
    """Generator, discriminator, averaged generator, their optimisers and random numbers.

    Attributes:
        images: real pages shown so far.
        stage: the present leg of the plan.
    """

    def __init__(
        self, config: TrainingConfig, network: NetworkConfig, *, device: str = "cpu"
    ) -> None:
        self.config = config
        self.device = torch.device(device)
        self.plan = stages(config)
        self.images = 0
        self.steps = 0
        self.pages_rng = np.random.default_rng(config.seed)
        self.noise = torch.Generator().manual_seed(config.seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            self.generator = Generator(network).to(self.device)
            self.discriminator = Discriminator(network, deviation_group=config.deviation_group).to(
                self.device
            )
            self.average = Generator(network).to(self.device).requires_grad_(False)
        for each in (self.generator, self.discriminator, self.average):
            _lay_channels_last(each)
        self.half = uses_bf16(config, self.device)
        self.average.load_state_dict(self.generator.state_dict())
        self.g_optimiser = self._adam(self.generator)
        self.d_optimiser = self._adam(self.discriminator)
        self.updates = Updates(
            self.noise,
            self.device,
            group=config.deviation_group,
            pages_at_once=config.pages_at_once or None,
        )
        self.stage = self.plan[0]

    def _adam(self, network: torch.nn.Module) -> torch.optim.Adam:
        return torch.optim.Adam(
            network.parameters(),
            lr=self.config.learning_rate,
            betas=(0.0, self.config.beta2),
            eps=1e-8,
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
        for optimiser in (self.g_optimiser, self.d_optimiser):
            optimiser.state.clear()
        return True

    def latents(self, count: int) -> Tensor:
        """Random points on the latent sphere (count, latent_size)."""
        drawn = torch.randn(count, self.config.latent_size, generator=self.noise)
        return pixel_norm(drawn).to(self.device)

    @property
    def is_finite(self) -> bool:
        """Whether every weight is still a number."""
        networks = (self.generator, self.discriminator, self.average)
        weights = [weight for network in networks for weight in network.parameters()]
        return bool(torch.stack([weight.isfinite().all() for weight in weights]).all())

    def step(self, pages: Pages) -> StepResult:
        """Show one minibatch: update discriminator, generator and the average."""
        batch = self.config.minibatch_at(self.stage.resolution)
        real = self._real(pages.draw(batch, self.pages_rng))
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
            result = self._step(real)
        self.images += batch
        self.steps += 1
        decay = self.config.ema_at(batch, self.kimg)
        self._follow((1 - decay) * self.updates.finish())
        self.average.alpha = self.generator.alpha = self.alpha
        return result

    def _follow(self, weight: Tensor) -> None:
        """Move the averaged generator towards the generator by `weight`, a scalar on the device."""
        average: list[Tensor] = list(self.average.parameters())
        generator = [each.detach() for each in self.generator.parameters()]
        way = list(torch._foreach_sub(generator, average))
        torch._foreach_mul_(way, weight)
        torch._foreach_add_(average, way)

    def _real(self, pixels: NDArray[np.uint8]) -> Tensor:
        """Pages in [−1, 1], faded like the networks (arXiv 1710.10196, figure 2)."""
        pages = torch.from_numpy(pixels).to(self.device).float() / 127.5 - 1
        if self.alpha < 1:
            pages = torch.lerp(upsample(downsample(pages)), pages, self.alpha)
        return pages.contiguous(memory_format=torch.channels_last)

    def _fake(self, count: int, alpha: float) -> Tensor:
        size = self.stage.resolution
        pages: Tensor = self.generator(self.latents(count), resolution=size, alpha=alpha)
        return pages.float()

    def _step(self, real: Tensor) -> StepResult:
        alpha = self.alpha
        told = self.updates.update(self.d_optimiser, partial(self._discriminator, alpha), real)
        told |= self.updates.update(self.g_optimiser, partial(self._generator, alpha), real)
        return StepResult(**told)

    def _discriminator(self, alpha: float, real: Tensor) -> Scalars:
        with torch.no_grad():
            fake = self._fake(len(real), alpha)
        self.discriminator.requires_grad_(True)
        if self.config.loss == "rpgan":
            told = self._rpgan_discriminator(real, fake, alpha)
        else:
            told = self._wgan_discriminator(real, fake, alpha)
        told["diversity"] = _diversity(fake, real)
        return told

    def _wgan_discriminator(self, real: Tensor, fake: Tensor, alpha: float) -> Scalars:
        d_real = self.discriminator(real, alpha=alpha)
        d_fake = self.discriminator(fake, alpha=alpha)
        loss = losses.wgan_discriminator(d_real, d_fake)
        loss = loss + self.config.drift * d_real.square().mean()
        penalty = None
        if self._penalty_due:
            mix = torch.rand(len(real), 1, 1, 1, generator=self.noise).to(self.device)
            penalty = self._penalty_weight * losses.gradient_penalty(
                lambda pages: self.discriminator(pages, alpha=alpha), real, fake, mix
            )
        self.updates.descend(loss if penalty is None else loss + penalty)
        return _scalars(loss, d_real, d_fake, penalty)

    def _rpgan_discriminator(self, real: Tensor, fake: Tensor, alpha: float) -> Scalars:
        due = self._penalty_due
        real, fake = (pages.detach().requires_grad_(due) for pages in (real, fake))
        d_real = self.discriminator(real, alpha=alpha)
        d_fake = self.discriminator(fake, alpha=alpha)
        loss = losses.rpgan_discriminator(d_real, d_fake)
        loss = loss + self.config.drift * ((d_real.mean() + d_fake.mean()) / 2).square()
        penalty = None
        if due:
            r1 = losses.zero_centred_penalty(d_real, real)
            r2 = losses.zero_centred_penalty(d_fake, fake)
            penalty = self._penalty_weight * (r1 + r2)
        self.updates.descend(loss if penalty is None else loss + penalty)
        return _scalars(loss, d_real, d_fake, penalty)

    def _generator(self, alpha: float, real: Tensor) -> Scalars:
        self.discriminator.requires_grad_(False)
        fake = self._fake(len(real), alpha)
        d_fake = self.discriminator(fake, alpha=alpha)
        if self.config.loss == "rpgan":
            with torch.no_grad():
                d_real = self.discriminator(real, alpha=alpha)
            loss = losses.rpgan_generator(d_real, d_fake)
        else:
            loss = losses.wgan_generator(d_fake)
        self.updates.descend(loss)
        return {"g_loss": loss}

    @property
    def _penalty_due(self) -> bool:
        return self.steps % self.config.penalty_interval == 0

    @property
    def _penalty_weight(self) -> float:
        return self.config.penalty_weight * self.config.penalty_interval


def best_device() -> str:
    """``cuda`` where there is one, else ``cpu``."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def uses_bf16(config: TrainingConfig, device: torch.device) -> bool:
    """Whether a run computes its convolutions in bfloat16 on this device."""
    if config.precision != "auto":
        return config.precision == "bf16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported())


def _lay_channels_last(network: torch.nn.Module) -> None:
    for weight in network.parameters():
        if weight.ndim == 4:
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)


def _diversity(fake: Tensor, real: Tensor) -> Tensor:
    """How varied pages are, made-up over real; a single page cannot tell, and gives NaN."""
    if len(real) == 1:
        return real.new_full((), torch.nan)
    return fake.std(dim=0).mean() / real.std(dim=0).mean().clamp_min(1e-6)


def _scalars(loss: Tensor, d_real: Tensor, d_fake: Tensor, penalty: Tensor | None) -> Scalars:
    told = {"d_loss": loss, "d_real": d_real.mean(), "d_fake": d_fake.mean()}
    return told if penalty is None else {**told, "penalty": penalty}

"""One run's networks and optimisers, and the step that changes them."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.networks import NetworkConfig
from deepzine_gui.networks.discriminator import Discriminator
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.labels import Labels
from deepzine_gui.training.processes.device import (
    Pace,
    lay_channels_last,
    prepare,
    upload,
    uses_bf16,
)
from deepzine_gui.training.processes.ranks import Ranks
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.recipe.remedies import Remedies
from deepzine_gui.training.recipe.schedule import moment, stage_at, stages
from deepzine_gui.training.stepping import graphs
from deepzine_gui.training.stepping.augment import HELD_OUT_INTERVAL, Augment
from deepzine_gui.training.stepping.computation import Computation, faded
from deepzine_gui.training.stepping.draws import Draws
from deepzine_gui.training.stepping.graphs import Recorder
from deepzine_gui.training.stepping.updates import Updates
from deepzine_gui.training.stepping.values import (
    Batch,
    DeviceRates,
    Pages,
    Pixels,
    Rates,
    StepResult,
    Work,
)


class Trainer:
    """Generator, discriminator, averaged generator, their optimisers and random numbers.

    Attributes:
        images: real pages shown so far.
        stage: the present leg of the plan.
        config: the settings as they were chosen.
        labels: what pages are labelled with, in a conditional run.
        augment: the pipe that pages pass on their way to the discriminator.
        graphs: recordings of steps; None where none are made.
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
        recorder: Recorder | None = None,
    ) -> None:
        """Make the networks.

        Args:
            config: the settings.
            network: shape of both networks.
            device: where to compute.
            labels: what pages are labelled with.
            ranks: those who share each minibatch; None where this process computes it alone.
            remedies: what the guard has changed.
            life: after so many recoveries.
            recorder: records steps; None for the device's own, if it has one.
        """
        self.config, self.labels, self.remedies = config, labels, remedies
        self._treated = config if remedies is None else remedies.applied(config)
        self.plan = stages(config)
        self.stage = self.plan[0]
        self.images = 0
        self.steps = 0
        self.device = torch.device(device)
        seed = seed_of(config, life)
        self.pages_rng = np.random.default_rng(seed)
        self._make_device_ready(seed, recorder)
        self._make_networks(network, seed)
        self._make_steps(ranks)

    def _make_device_ready(self, seed: int, recorder: Recorder | None) -> None:
        """What the device draws, records, and is asked for at a time."""
        prepare(self.device)
        self.draws = Draws.seeded(self.device, seed)
        recorder = recorder or graphs.recorder_for(self.device, self.draws)
        self._device_rates = None if recorder is None else DeviceRates(self.device)
        self.graphs = None if recorder is None else graphs.Graphs(recorder)
        if self.config.graphs == "off":
            self.graphs = None
        self._pace = Pace(self.device)

    def _make_steps(self, ranks: Ranks | None) -> None:
        """What changes the networks."""
        config = self.config
        self.half = uses_bf16(config, self.device)
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
        self._computation = Computation(
            config,
            generator=self.generator,
            discriminator=self.discriminator,
            average=self.average,
            optimisers=(self.g_optimiser, self.d_optimiser),
            augment=self.augment,
            updates=self.updates,
            draws=self.draws,
            half=self.half,
        )

    def _make_networks(self, network: NetworkConfig, seed: int) -> None:
        group, device = self.config.deviation_group, self.device
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.generator = Generator(network).to(device)
            self.discriminator = Discriminator(network, deviation_group=group).to(device)
            self.average = Generator(network).to(device).requires_grad_(False)
        for each in (self.generator, self.discriminator, self.average):
            lay_channels_last(each)
        if self.labels is not None:
            self.average.label = self.generator.label = self.labels.commonest
        self.average.load_state_dict(self.generator.state_dict())

    def _adam(self, network: torch.nn.Module) -> torch.optim.Adam:
        return torch.optim.Adam(
            network.parameters(),
            lr=self.config.learning_rate,
            betas=(self.config.beta1, self.config.beta2),
            eps=self.config.adam_epsilon,
            fused=True,
            capturable=self._device_rates is not None,
        )

    @property
    def noise(self) -> torch.Generator:
        """The generator of all random numbers but those that choose pages."""
        return self.draws.generator

    @property
    def kimg(self) -> float:
        """Thousands of real pages shown."""
        return self.images / 1000

    @property
    def alpha(self) -> float:
        """Weight of the present resolution."""
        return self.stage.alpha(self.kimg)

    @property
    def stage_is_over(self) -> bool:
        """Whether the present leg of the plan has been carried out."""
        return self.kimg >= self.stage.end_kimg

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
        self.drop_recordings()
        if self.config.reset_moments:
            self._forget_moments()
        return True

    def turn_aside(self, life: int, *, augment: float) -> None:
        """Leave the way that led astray: new random numbers, Adam afresh, p higher by `augment`."""
        seed = seed_of(self.config, life)
        self.pages_rng = np.random.default_rng(seed)
        self.noise.manual_seed(seed)
        self.drop_recordings()
        self._forget_moments()
        self.augment.raise_by(augment)

    def _forget_moments(self) -> None:
        for optimiser in (self.g_optimiser, self.d_optimiser):
            optimiser.state.clear()

    @property
    def is_finite(self) -> bool:
        """Whether every weight is still a number."""
        networks = (self.generator, self.discriminator, self.average)
        weights = [weight for network in networks for weight in network.parameters()]
        return bool(torch.stack([weight.isfinite().all() for weight in weights]).all())

    def step(self, pages: Pages) -> StepResult:
        """Show a minibatch: update discriminator, generator and the average, as often as asked.

        What needs the processor comes first; the rest is asked of the device, and not waited for.
        """
        work = self._work(pages)
        for optimiser in (self.g_optimiser, self.d_optimiser):
            for group in optimiser.param_groups:
                group["lr"] = work.rates.learning_rate
        if self.graphs is not None and self._can_be_recorded(work):
            result = self.graphs.step(work, self._computation)
        else:
            self.drop_recordings()
            result = self._computation.step(work)
        self.images += work.now.pages
        self.steps += 1
        self.average.alpha = self.generator.alpha = self.alpha
        self._pace.keep()
        return result

    @property
    def recordings(self) -> int:
        """Kinds of steps that a graphics card repeats."""
        return 0 if self.graphs is None else self.graphs.recordings

    def drop_recordings(self) -> None:
        """Have steps recorded anew, as others than steps change what they compute with."""
        if self.graphs is not None:
            self.graphs.drop()

    def real(self, pixels: NDArray[np.uint8]) -> Tensor:
        """Pages (N, C, R, R) in [−1, 1], faded like the networks, on the device."""
        return faded(upload(pixels, self.device), self.alpha)

    def _work(self, pages: Pages) -> Work:
        """Draw and decide what the next step computes with."""
        now = moment(self._treated, self.stage, self.images)
        rates = Rates(now.alpha, now.learning_rate, 1 - now.ema_decay)
        if self._device_rates is not None:
            rates = self._device_rates.at(rates, fading=self.stage.fading)
        share = self.updates.share(now.minibatch)
        looks = self.config.held_out and self.steps % HELD_OUT_INTERVAL == 0
        asked = share.count, self.pages_rng, share.places.numpy()
        real, held_out = [], []
        for _ in range(self._treated.discriminator_updates):
            if self.labels is None:
                real.append(Batch(upload(pages.draw(*asked), self.device), None))
            else:
                real.append(self._batch(*pages.draw_labelled(*asked)))
            drawn = pages.draw_held_out(*asked) if looks else None
            if drawn is not None:
                held_out.append(self._batch(*drawn))
        penalised = self.steps % now.penalty_interval == 0
        return Work(now, rates, share, penalised, tuple(real), tuple(held_out))

    def _batch(self, pixels: Pixels, numbers: NDArray[np.int64]) -> Batch:
        labels = None if self.labels is None else upload(numbers, self.device)
        return Batch(upload(pixels, self.device), labels)

    def _can_be_recorded(self, work: Work) -> bool:
        small = work.now.stage.resolution <= graphs.LARGEST
        return small and self.updates.computes_whole(work.share.count)


def seed_of(config: TrainingConfig, life: int) -> int:
    """The seed after so many recoveries: at first the one that was chosen."""
    if not life:
        return config.seed
    return int(np.random.SeedSequence([config.seed, life]).generate_state(1)[0])

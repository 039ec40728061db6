"""The plan of a run: what holds after so many pages, as pure functions of the settings."""

import bisect
import dataclasses

from deepzine_gui.networks import resolutions_to
from deepzine_gui.training.recipe.config import TrainingConfig


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """One leg of the plan.

    Attributes:
        index: its number, from 0.
        resolution: pixels of its pages, each side.
        fading: whether this resolution is still fading in.
        start_kimg, end_kimg: thousands of pages shown at its start and end.
    """

    index: int
    resolution: int
    fading: bool
    start_kimg: float
    end_kimg: float

    def alpha(self, kimg: float) -> float:
        """Weight of this resolution, from 0 at the start of a fade to 1."""
        if not self.fading:
            return 1.0
        return min(1.0, max(0.0, (kimg - self.start_kimg) / (self.end_kimg - self.start_kimg)))


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """What holds for the step that follows so many pages.

    Attributes:
        stage: the leg of the plan.
        alpha: weight of its resolution.
        minibatch: pages in one update.
        pages: pages the whole step shows.
        learning_rate: of both optimisers.
        ema_decay: of the averaged generator, once the step is done.
        gamma: weight of the gradient penalty, were it applied at every step.
        penalty_interval: steps between penalties.
    """

    stage: Stage
    alpha: float
    minibatch: int
    pages: int
    learning_rate: float
    ema_decay: float
    gamma: float
    penalty_interval: int


def moment(config: TrainingConfig, stage: Stage, images: int) -> Moment:
    """What holds in `stage` after `images` pages."""
    minibatch = config.minibatch_at(stage.resolution)
    pages = minibatch * config.discriminator_updates
    lazy, fading = config.penalty_interval, config.fade_penalty_interval
    after_kimg = (images + pages) / 1000
    return Moment(
        stage=stage,
        alpha=stage.alpha(images / 1000),
        minibatch=minibatch,
        pages=pages,
        learning_rate=config.learning_rate * _warmth(config, after_kimg - stage.start_kimg),
        ema_decay=config.ema_at(pages, after_kimg),
        gamma=config.gamma_at(stage.resolution),
        penalty_interval=(fading or lazy) if stage.fading else lazy,
    )


def at(config: TrainingConfig, images: int) -> Moment:
    """What holds after `images` pages of the whole plan."""
    return moment(config, stage_at(stages(config), images / 1000), images)


def stages(config: TrainingConfig) -> list[Stage]:
    """The legs in order: 4 px, then fade and stable of each doubling; empty legs are left out.

    Without growth there is the last leg alone.
    Source: Karras et al. 2017 (arXiv 1710.10196), section 2 and appendix A.
    """
    plan: list[Stage] = []

    def add(resolution: int, fading: bool, kimg: float) -> None:
        start = plan[-1].end_kimg if plan else 0.0
        if kimg > 0:
            plan.append(Stage(len(plan), resolution, fading, start, start + kimg))

    if config.growth == "progressive":
        for resolution in resolutions_to(config.resolution):
            if resolution > 4:
                add(resolution, True, _length(config, resolution, config.fade_kimg))
            if resolution < config.resolution:
                add(resolution, False, _length(config, resolution, config.stable_kimg))
    add(config.resolution, False, config.final_kimg)
    return plan


def total_kimg(config: TrainingConfig) -> float:
    """Thousands of pages shown in the whole run."""
    return stages(config)[-1].end_kimg


def stage_at(plan: list[Stage], kimg: float) -> Stage:
    """The stage a run is in after `kimg`; the last one from its end on."""
    ends = [stage.end_kimg for stage in plan]
    return plan[min(bisect.bisect_right(ends, kimg), len(plan) - 1)]


def _length(config: TrainingConfig, resolution: int, kimg: float) -> float:
    """Thousands of pages of a leg that is not the last."""
    if not config.stage_steps:
        return kimg
    pages = config.minibatch_at(resolution) * config.discriminator_updates
    return config.stage_steps * pages / 1000


def _warmth(config: TrainingConfig, kimg: float) -> float:
    """Share of the learning rate at the end of the step that ends `kimg` into a stage."""
    return min(1.0, kimg / config.warmup_kimg) if config.warmup_kimg else 1.0

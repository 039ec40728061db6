"""What a run reports while it goes on."""

import dataclasses
import math
from pathlib import Path

from deepzine_gui.progress import Event


@dataclasses.dataclass(frozen=True, slots=True)
class StageChanged(Event):
    """A stage begins."""

    index: int
    resolution: int
    fading: bool
    kimg: float


@dataclasses.dataclass(frozen=True, slots=True)
class StepReport(Event):
    """How training stands, averaged over the steps since the last report.

    Attributes:
        kimg, total_kimg: thousands of pages shown, and of the whole run.
        resolution, alpha: the stage's pixels and how far it has faded in.
        d_loss, g_loss: losses of discriminator and generator.
        d_real, d_fake: mean scores of real and made-up pages.
        penalty: the gradient penalty, weighted.
        diversity: deviation between made-up pages over that between real ones; 1 is as varied.
        images_per_second: speed since the last report.
        seconds_left: at the speed each resolution has shown so far; None while unknown.
        d_held_out: mean score of pages that are never trained on; no number where there are none.
        augment_p: how often pages are changed; no number where they never are.
        skipped: steps skipped in the whole run, because they did not come to numbers.
    """

    kimg: float
    total_kimg: float
    resolution: int
    alpha: float
    d_loss: float
    g_loss: float
    d_real: float
    d_fake: float
    penalty: float
    diversity: float
    images_per_second: float
    seconds_left: float | None
    d_held_out: float = math.nan
    augment_p: float = math.nan
    skipped: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class SamplesSaved(Event):
    """A grid of samples, always of the same latents, was written."""

    path: Path
    kimg: float
    resolution: int


@dataclasses.dataclass(frozen=True, slots=True)
class CheckpointSaved(Event):
    """A checkpoint was written; its folder holds everything needed to go on."""

    path: Path
    kimg: float


@dataclasses.dataclass(frozen=True, slots=True)
class SpeedMeasured(Event):
    """What this machine manages at one resolution, on so many processor threads."""

    resolution: int
    images_per_second: float
    threads: int

"""What a run reports while it goes on."""

import dataclasses
import math
from pathlib import Path

from deepzine_gui.progress import Event, Notice


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
        seconds_left: at the speeds seen and expected; None while none is.
        d_held_out: mean score of pages that are never trained on; no number where there are none.
        augment_p: how often pages are changed; no number where they never are.
        skipped: steps skipped in the whole run, because they did not come to numbers.
        d_norm, g_norm: lengths of the gradients of all weights.
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
    d_norm: float = math.nan
    g_norm: float = math.nan


@dataclasses.dataclass(frozen=True, slots=True)
class Vitals(Event):
    """How healthy both networks are, looked at from time to time on more pages than a step has.

    The pages are of the stage's resolution, faded alike and not augmented; made-up ones are the
    live generator's, but of its average in `swd` and `chi2`. What could not be measured is NaN, or
    None. Ranges found healthy are told behind the colon.

    Attributes:
        kimg: thousands of pages shown.
        resolution: of the stage.
        fading: whether the stage fades it in.
        feature_variance: ρ_feat, variance between made-up pages of the discriminator's last
            features at unit length, over that between real pages: .4 to 1.4; collapsed below .25.
        pixel_deviation: ρ_pix, mean deviation of a pixel between made-up pages, over that between
            real pages: .42 to 1.1; collapsed below .4.
        duplicates, duplicates_real: pairs of near-duplicates among made-up pages and among as many
            real ones: not above five times the real number.
        generator_norm, discriminator_norm: length of the gradient, median over the steps since the
            vitals before (since the run went on, where it was stopped between).
        penalty: the weighted gradient penalty, likewise.
        preference: P(D(real) > D(made up)) over all pairs, ties counting half, in [0, 1]: .5 to
            .98; 1 where the discriminator knows them all apart.
        score_real, score_held_out, score_fake: mean scores of real pages trained on, of pages never
            trained on, and of made-up ones.
        augment_p: how often pages are changed for the discriminator, in [0, 1].
        swd: sliced Wasserstein distance × 10³ by level of the Laplacian pyramid (pixels, finest
            first); None between evaluations, in fades and below 16 px.
        swd_floor: the same of other real pages, with as many pages and patches.
        chi2: χ² of grey levels in [0, 1]; NaN between evaluations.
    """

    kimg: float
    resolution: int
    fading: bool
    feature_variance: float = math.nan
    pixel_deviation: float = math.nan
    duplicates: int = 0
    duplicates_real: int = 0
    generator_norm: float = math.nan
    discriminator_norm: float = math.nan
    penalty: float = math.nan
    preference: float = math.nan
    score_real: float = math.nan
    score_held_out: float = math.nan
    score_fake: float = math.nan
    augment_p: float = math.nan
    swd: dict[int, float] | None = None
    swd_floor: dict[int, float] | None = None
    chi2: float = math.nan


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


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Alarmed(Notice):
    """The guard finds that the run goes wrong.

    Attributes:
        kimg: thousands of pages shown.
        rule: by which of its rules, in a word.
    """

    kimg: float
    rule: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Recovered(Notice):
    """The guard has led the run back, and changed something, or ended it.

    Attributes:
        kimg: of the checkpoint gone back to; 0 for the start. What was told after it is void.
        alarm_kimg: when the alarm was.
        rule: the alarm's.
        attempt: how often the run has been led back without a stage that went well, from 1.
    """

    kimg: float
    alarm_kimg: float
    rule: str
    attempt: int

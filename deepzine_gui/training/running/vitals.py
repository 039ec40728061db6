"""A look at both networks from time to time: how healthy they are, how good their pages.

When a look is due depends on the pages shown alone, and what it finds on the weights alone: it
draws from no random generator of the run and changes nothing in it. Where looks would take more
than `SHARE` of the time, some are left out, but not that at the end of a run with a guard.
"""

import dataclasses
import math
from collections.abc import Iterable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.networks.discriminator import Judgement
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.layers import pixel_norm
from deepzine_gui.training.events import Vitals
from deepzine_gui.training.measures.diversity import deviation_ratio, variance_ratio
from deepzine_gui.training.measures.duplicates import near_duplicates
from deepzine_gui.training.measures.levels import histogram_distance
from deepzine_gui.training.measures.nearest import vectors
from deepzine_gui.training.measures.pages import as_levels
from deepzine_gui.training.measures.preference import preference
from deepzine_gui.training.measures.pyramid import SMALLEST_LEVEL
from deepzine_gui.training.measures.swd import sliced_wasserstein
from deepzine_gui.training.measures.work import finish
from deepzine_gui.training.processes.device import wait_for
from deepzine_gui.training.running.budget import Budget
from deepzine_gui.training.running.reference import Reference
from deepzine_gui.training.stepping.accumulation import parts
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.stepping.values import StepResult

SHARE = 0.03
"""Of the time of training, at most."""

LOOK_KIMG = 3
EVALUATION_KIMG = 7 * LOOK_KIMG
"""Thousand pages between looks, and between those that also evaluate the averaged generator.

No look of its own: two soon after each other would be two words on the same moment."""

PATCHES = 32
"""Patches a page and level of the sliced Wasserstein distance."""

_SEED = 0


class VitalSigns:
    """Looks at a trainer between its steps."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._budget = Budget(SHARE)
        self._steps: list[StepResult] = []
        self._images = trainer.images
        self._look_due = self._evaluation_due = False
        self._resolution = 0
        self._reference: Reference | None = None
        self._floor: dict[int, float] | None = None

    def enter(self, batches: Batches) -> None:
        """Begin a stage, with the pages of its resolution."""
        resolution = self._trainer.stage.resolution
        if resolution != self._resolution:
            self._resolution = resolution
            self._reference = Reference(batches, resolution)
            self._floor = None
        self._steps = []
        # a run may be resumed at its end, which is to be looked at
        self._look_due = self._evaluation_due = self._trainer.finished

    def leave_out(self, seconds: float) -> None:
        """Not count time in which the run stood still."""
        self._budget.leave_out(seconds)

    def add(self, result: StepResult) -> None:
        """Take one step's scalars, still on the device."""
        self._steps.append(result)
        before, self._images = self._images, self._trainer.images
        over = self._trainer.stage_is_over
        self._evaluation_due = not self._trainer.stage.fading and (
            over or _passed(before, self._images, EVALUATION_KIMG)
        )
        self._look_due = over or _passed(before, self._images, LOOK_KIMG)

    @property
    def due(self) -> bool:
        """Whether a look is due after the last step, and earned."""
        return (self._look_due or self._evaluation_due) and self._budget.covers

    def look(self) -> Vitals:
        """Look at the live networks, and at the averaged generator where that is due too."""
        trainer = self._trainer
        # or steps still under way would be paid by the look
        wait_for(trainer.device)
        with self._budget.spending():
            found = self._looked(self._trainer.generator)
            if self._evaluation_due:
                found = self._evaluated(found)
        self._steps = []
        self._look_due = self._evaluation_due = False
        return found

    def look_at_model(self) -> Vitals:
        """Look at the averaged generator as `look` does at the live one."""
        return self._looked(self._trainer.average)

    @torch.inference_mode()
    def _looked(self, generator: Generator) -> Vitals:
        assert self._reference is not None
        trainer = self._trainer
        pixels, numbers = self._reference.trained_on
        labels = None if trainer.labels is None else torch.from_numpy(numbers).to(trainer.device)
        real = trainer.real(pixels)
        fake = torch.cat(list(self._made(generator, len(real), numbers)))
        on_real, on_fake = self._judged(real, labels), self._judged(fake, labels)
        seen = fake.clamp(-1, 1)
        pairs = near_duplicates(vectors(seen), vectors(real)) if len(real) > 1 else None
        unit_fake, unit_real = (functional.normalize(each.features) for each in (on_fake, on_real))
        p = math.nan if trainer.config.augment == "none" else float(trainer.augment.p)
        return Vitals(
            trainer.kimg,
            trainer.stage.resolution,
            trainer.stage.fading,
            feature_variance=float(variance_ratio(unit_fake, unit_real)),
            pixel_deviation=float(deviation_ratio(seen, real)),
            duplicates=pairs.made_up if pairs else 0,
            duplicates_real=pairs.real if pairs else 0,
            generator_norm=_median(step.g_norm for step in self._steps),
            discriminator_norm=_median(step.d_norm for step in self._steps),
            penalty=_median(step.penalty for step in self._steps),
            preference=preference(on_real.scores, on_fake.scores),
            score_real=float(on_real.scores.mean()),
            score_held_out=self._held_out_score(),
            score_fake=float(on_fake.scores.mean()),
            augment_p=p,
        )

    def _held_out_score(self) -> float:
        assert self._reference is not None
        pixels, numbers = self._reference.held_out
        if not len(pixels):
            return math.nan
        trainer = self._trainer
        labels = None if trainer.labels is None else torch.from_numpy(numbers).to(trainer.device)
        return float(self._judged(trainer.real(pixels), labels).scores.mean())

    @torch.inference_mode()
    def _evaluated(self, found: Vitals) -> Vitals:
        """Add what is told of the averaged generator."""
        assert self._reference is not None
        real, other, numbers = self._reference.halves
        if not len(real):
            return found
        trainer = self._trainer
        made = self._made(trainer.average, len(real), numbers)
        made_up = torch.cat([as_levels(pages) for pages in made])
        real, other = real.to(trainer.device), other.to(trainer.device)
        chi2 = histogram_distance(made_up, real)
        if trainer.stage.resolution < SMALLEST_LEVEL:
            return dataclasses.replace(found, chi2=chi2)
        sets = [made_up] if self._floor else [made_up, other]
        swd = finish(sliced_wasserstein(sets, real, patches=PATCHES, seed=_SEED))
        self._floor = self._floor or swd[1]
        return dataclasses.replace(found, chi2=chi2, swd=swd[0], swd_floor=self._floor)

    def _made(
        self, generator: Generator, count: int, numbers: NDArray[np.int64]
    ) -> Iterator[Tensor]:
        """Pages (count, C, R, R) of always the same latents, of labels as real pages have."""
        trainer = self._trainer
        random = torch.Generator().manual_seed(_SEED)
        drawn = torch.randn(count, trainer.config.latent_size, generator=random)
        latents = pixel_norm(drawn).to(trainer.device)
        labels = None if trainer.labels is None else torch.from_numpy(numbers).to(trainer.device)
        resolution, alpha = trainer.stage.resolution, trainer.alpha
        for some in self._in_parts(latents, labels):
            named = some[1] if len(some) > 1 else None
            with torch.autocast(trainer.device.type, torch.bfloat16, enabled=trainer.half):
                pages = generator(some[0], labels=named, resolution=resolution, alpha=alpha)
            yield pages.float()

    def _judged(self, pages: Tensor, labels: Tensor | None) -> Judgement:
        """What the discriminator says of pages (N, C, R, R), in the order of the parts."""
        trainer = self._trainer
        scores, features = [], []
        with torch.autocast(trainer.device.type, torch.bfloat16, enabled=trainer.half):
            for some in self._in_parts(pages, labels):
                named = some[1] if len(some) > 1 else None
                judged = trainer.discriminator.judge(some[0], alpha=trainer.alpha, labels=named)
                scores.append(judged.scores.float())
                features.append(judged.features.float())
        return Judgement(torch.cat(scores), None, torch.cat(features))

    def _in_parts(self, pages: Tensor, labels: Tensor | None) -> list[tuple[Tensor, ...]]:
        """No more at a time than a step computes."""
        trainer = self._trainer
        most = trainer.config.minibatch_at(trainer.stage.resolution)
        most = min(most, trainer.updates.pages_at_once or most)
        batch = (pages,) if labels is None else (pages, labels)
        return parts(batch, most, trainer.config.deviation_group)


def _passed(before: int, after: int, kimg: int) -> bool:
    """Whether a multiple of so many thousand pages lies between, or at the end."""
    return after // (1000 * kimg) > before // (1000 * kimg)


def _median(values: Iterable[Tensor | None]) -> float:
    """Of those that are numbers; NaN where none is."""
    told = [each for each in values if each is not None]
    known = torch.stack(told or [torch.tensor(math.nan)])
    known = known[known.isfinite()]
    return float(known.quantile(0.5)) if len(known) else math.nan

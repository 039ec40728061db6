"""Averages over steps, speed, and how far a run is."""

import math
import time
from collections.abc import Mapping

import torch

from deepzine_gui.progress import Progress
from deepzine_gui.training.events import StepReport
from deepzine_gui.training.running.forecast import Forecast
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.stepping.values import StepResult

REPORT_S = 2.0
"""Seconds between two reports."""

_AVERAGED = (
    *("d_loss", "g_loss", "d_real", "d_fake", "penalty", "diversity"),
    *("d_held_out", "augment_p", "d_norm", "g_norm"),
)


class Reporter:
    """Gathers steps into reports.

    Args:
        trainer: of the run.
        expected: images a second by resolution, as far as they are known from before.

    Attributes:
        resolution: of the stage that is reported on.
        diversity: as last reported at this resolution; NaN before that.
    """

    def __init__(self, trainer: Trainer, expected: Mapping[int, float]) -> None:
        self._trainer = trainer
        self._begin()
        self._forecast = Forecast(trainer.plan, expected)
        self._is_first = True
        self.resolution = 0
        self.diversity = math.nan

    def enter(self, resolution: int) -> None:
        """Begin afresh at a stage."""
        if resolution != self.resolution:
            self.diversity = math.nan
        self.resolution = resolution
        self._is_first = True
        self._begin()

    def leave_out(self, seconds: float) -> None:
        """Not count time in which nobody asked for a step, as while the run was paused."""
        self._since_s += seconds
        self._pace_s += seconds

    def add(self, result: StepResult) -> None:
        """Take one step's scalars."""
        self._results.append(result)
        if self._is_first:
            # as the first step at a stage is always slower
            self._is_first = False
            self._begin_pace()

    @property
    def holds_steps(self) -> bool:
        """Whether there is anything to report."""
        return bool(self._results)

    @property
    def due(self) -> bool:
        """Whether the time for a report has come, or the step."""
        if steps := self._trainer.config.report_steps:
            return len(self._results) >= steps
        return self.holds_steps and time.monotonic() - self._since_s >= REPORT_S

    @property
    def seconds_left(self) -> float | None:
        """Until the end of the plan; None while no speed is known."""
        return self._forecast.seconds_left(self._trainer.kimg)

    def progress(self) -> Progress:
        """How far the run is."""
        trainer = self._trainer
        way = "growing" if trainer.stage.fading else "learning"
        what = f"{way} {trainer.stage.resolution} px"
        left = self.seconds_left
        # this stage's pace would tell nothing of the next ones
        left = math.nan if left is None else left
        return Progress(trainer.kimg, trainer.plan[-1].end_kimg, "kimg", what, left)

    def report(self) -> StepReport:
        """The mean of the steps since the last report, as far as they came to numbers."""
        trainer = self._trainer
        means = {
            name: _mean([getattr(result, name) for result in self._results]) for name in _AVERAGED
        }
        self.diversity = means["diversity"]
        elapsed = max(1e-9, time.monotonic() - self._since_s)
        speed = (trainer.images - self._since_images) / elapsed
        if paced := trainer.images - self._pace_images:
            took_s = max(1e-9, time.monotonic() - self._pace_s)
            self._forecast.add(self.resolution, paced, took_s)
        self._begin()
        return StepReport(
            kimg=trainer.kimg,
            total_kimg=trainer.plan[-1].end_kimg,
            resolution=self.resolution,
            alpha=trainer.alpha,
            images_per_second=speed,
            seconds_left=self.seconds_left,
            skipped=int(trainer.updates.skipped),
            **means,
        )

    def _begin(self) -> None:
        self._results: list[StepResult] = []
        self._since_s = time.monotonic()
        self._since_images = self._trainer.images
        self._begin_pace()

    def _begin_pace(self) -> None:
        self._pace_s = time.monotonic()
        self._pace_images = self._trainer.images


def _mean(values: list[torch.Tensor | None]) -> float:
    known = torch.stack(
        [value for value in values if value is not None] or [torch.tensor(math.nan)]
    )
    return float(known[known.isfinite()].mean())

"""A run as the bench knows it: its plan, its numbers, its samples; read back or fed by events."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepzine_gui import training
from deepzine_gui.errors import ModelError
from deepzine_gui.networks import find_model
from deepzine_gui.progress import Event, Progress
from deepzine_gui.training import (
    Alarmed,
    Recovered,
    SamplesSaved,
    Stage,
    StageChanged,
    StepReport,
    TrainingConfig,
    Vitals,
)
from deepzine_gui.ui.train.series import Series, number

REPORTED = (
    *("d_loss", "g_loss", "d_real", "d_held_out", "d_fake", "penalty", "diversity"),
    *("augment_p", "d_norm", "g_norm"),
)
"""The numbers of a report that are kept for plots."""

LOOKED_AT = ("feature_variance", "pixel_deviation", "swd", "swd_floor", "chi2")
"""Those of the vitals."""


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """Something to point out in a run.

    Attributes:
        kimg: where.
        text: what, in words.
        is_led_back: whether the run went back from there.
    """

    kimg: float
    text: str
    is_led_back: bool = False


class RunRecord:
    """What is known of one run.

    Attributes:
        folder: the run.
        config: its settings.
        plan: its stages.
        kimg: thousands of pages shown so far.
        waits_for: why nothing goes on for now, "" while it does.
        last: the newest report; None while there is none.
        samples: its grids of samples, oldest first.
        marks: alarms of the guard and what it did about them, oldest first.
    """

    def __init__(self, folder: Path, config: TrainingConfig) -> None:
        self.folder = folder
        self.config = config
        self.plan: list[Stage] = training.stages(config)
        self.kimg = 0.0
        self.waits_for = ""
        self.last: StepReport | None = None
        self.samples: list[Path] = []
        self.marks: list[Mark] = []
        self._reports = Series(REPORTED)
        self._vitals = Series(LOOKED_AT)

    @classmethod
    def read(cls, folder: Path) -> "RunRecord":
        """Read a run back from its folder.

        Raises:
            TrainingError: the run does not exist, or its config.yaml is damaged.
        """
        record = cls(folder, training.read_config(folder))
        steps = [line for line in map(record._take_line, training.read_metrics(folder)) if line]
        if steps:
            record.last = _report_of(steps[-1])
        record.samples = training.sample_files(folder)
        if record.is_complete:
            # as a run that was stopped or killed before its end was kept is not
            record.kimg = min(record.kimg, training.saved_kimg(folder) or 0.0)
        return record

    @property
    def name(self) -> str:
        """The run's name."""
        return self.folder.name

    @property
    def total_kimg(self) -> float:
        """Thousands of pages of the whole plan."""
        return self.plan[-1].end_kimg

    @property
    def stage(self) -> Stage:
        """The stage the run is in."""
        return training.stage_at(self.plan, self.kimg)

    @property
    def is_complete(self) -> bool:
        """Whether the plan has been carried out; its last step may stop a page short of the end."""
        return self.kimg >= self.total_kimg - 1e-6

    @property
    def has_model(self) -> bool:
        """Whether the run has a checkpoint yet."""
        try:
            find_model(self.folder)
        except ModelError:
            return False
        return True

    @property
    def can_resume(self) -> bool:
        """Whether there is more to go on from than the settings: a checkpoint, or the guard's word.

        The guard may have led a run back to its start, with changes that are to hold.
        """
        return self.has_model or (self.folder / training.LEDGER).is_file()

    @property
    def real_samples(self) -> Path:
        """The grid of real pages; it may not be there yet."""
        return self.folder / "samples" / training.REAL_SAMPLES

    @property
    def count(self) -> int:
        """Number of reports."""
        return len(self._reports)

    @property
    def looks(self) -> int:
        """Number of looks at both networks."""
        return len(self._vitals)

    def curve(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where a number was told, in kimg, and what it was; NaN where it is unknown."""
        series = self._reports if name in self._reports else self._vitals
        return series.kimg, series.column(name)

    def recent(self, name: str, reports: int = 10) -> list[float]:
        """The known values of the last few reports."""
        return self._reports.recent(name, reports)

    @property
    def newest_look(self) -> tuple[float, float]:
        """How much features and pixels of made-up pages vary, at the last look; NaN if unknown."""
        features, pixels = (
            (self._vitals.recent(name, 1) or [math.nan])[0]
            for name in ("feature_variance", "pixel_deviation")
        )
        return features, pixels

    @property
    def pending(self) -> Mark | None:
        """The alarm or recovery whose place the run has not come to again, as at its end."""
        if not self.marks:
            return None
        mark = self.marks[-1]
        is_before = self.kimg < mark.kimg if mark.is_led_back else self.kimg <= mark.kimg
        return mark if is_before else None

    def take(self, event: Event) -> None:
        """Take what a running job says."""
        if isinstance(event, StageChanged):
            self._forget_after(event.kimg)
            self.kimg = event.kimg
        elif isinstance(event, StepReport):
            self.last = event
            self.kimg = max(self.kimg, event.kimg)
            self._reports.add(event.kimg, dataclasses.asdict(event))
        elif isinstance(event, Vitals):
            self._vitals.add(event.kimg, dataclasses.asdict(event))
        elif isinstance(event, Alarmed):
            self._mark(event.kimg, event.text)
        elif isinstance(event, Recovered):
            self._go_back(event.kimg, event.alarm_kimg, event.text)
        elif isinstance(event, SamplesSaved):
            self.kimg = max(self.kimg, event.kimg)
            if event.path not in self.samples[-1:]:
                self.samples.append(event.path)
        elif isinstance(event, Progress) and event.unit == "kimg":
            self.kimg = event.done
            self.waits_for = event.what if event.waits else ""

    def _take_line(self, line: dict[str, Any]) -> dict[str, Any] | None:
        """Take a line of the story; return it if it is a report."""
        kimg = line.get("kimg")
        if not isinstance(kimg, int | float):
            return None
        kind = line.get("kind")
        if kind == "recovery":
            self._go_back(float(kimg), number(line.get("alarm_kimg")), str(line.get("text")))
            return None
        self.kimg = max(self.kimg, float(kimg))
        if kind == "alarm":
            self._mark(float(kimg), str(line.get("text")))
        if kind == "vitals":
            self._vitals.add(float(kimg), line)
        if kind != "step":
            return None
        self._reports.add(float(kimg), line)
        return line

    def _mark(self, kimg: float, text: str, *, is_led_back: bool = False) -> None:
        """Point something out; what is said of the same moment goes together."""
        if self.marks and self.marks[-1].kimg == kimg:
            text = f"{self.marks.pop().text}\n{text}"
        self.marks.append(Mark(kimg, text, is_led_back))

    def _go_back(self, kimg: float, alarm_kimg: float, text: str) -> None:
        """The guard led the run back: the curves go on from there, the mark stays."""
        self._mark(alarm_kimg, text, is_led_back=True)
        self._forget_after(kimg)
        self.kimg = kimg

    def _forget_after(self, kimg: float) -> None:
        """A run that goes on from a checkpoint tells again what came after it."""
        for series in (self._reports, self._vitals):
            series.forget_after(kimg)
        self.samples = [file for file in self.samples if float(file.stem) <= kimg]


_REPORT_FIELDS = tuple(field.name for field in dataclasses.fields(StepReport))


def _report_of(line: dict[str, Any]) -> StepReport:
    """A line of metrics.jsonl as the report it was; what is missing is not a number."""
    values: dict[str, Any] = {name: number(line.get(name)) for name in _REPORT_FIELDS}
    if math.isnan(values["seconds_left"]):
        values["seconds_left"] = None
    for name in ("resolution", "skipped"):
        values[name] = 0 if math.isnan(values[name]) else int(values[name])
    return StepReport(**values)

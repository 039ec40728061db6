"""How long a run would take on this machine, measured before it is begun."""

import os

from PySide6.QtCore import QObject, Slot

from deepzine_gui import training
from deepzine_gui.child import in_child
from deepzine_gui.progress import Event
from deepzine_gui.training import SpeedMeasured, TrainingConfig
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.train.settings import Settings
from deepzine_gui.words import time_text


class Measuring(QObject):
    """Times a few steps when the person asks, and writes the outcome beside the plan."""

    def __init__(self, bench: Bench, settings: Settings) -> None:
        super().__init__(bench)
        self._bench, self._settings = bench, settings
        self._job: Job | None = None
        self._config: TrainingConfig = settings.config
        self._speeds: dict[int, float] = {}
        settings.duration_asked.connect(self.measure)

    def speeds_of(self, config: TrainingConfig) -> dict[int, float]:
        """Images a second by resolution that were measured with these settings, if any."""
        return dict(self._speeds) if self._job is None and config == self._config else {}

    @Slot()
    def measure(self) -> None:
        """Time a few steps at each resolution, on the cores a run would have."""
        if self._job is not None:
            return
        self._config, self._speeds = self._settings.config, {}
        generator = in_child(training.measure_speed, self._config, threads=threads_beside_window())
        self._job = job = self._bench.start_job(generator, name="Measure this machine")
        job.progressed.connect(self._take)
        job.ended.connect(self._end)
        self._settings.show_duration("measuring…")
        job.start()

    @Slot(object)
    def _take(self, event: Event) -> None:
        if isinstance(event, SpeedMeasured):
            self._speeds[event.resolution] = event.images_per_second

    @Slot(bool)
    def _end(self, completed: bool) -> None:
        self._job = None
        if not completed or self._settings.config != self._config:
            self._settings.show_duration("")
            return
        seconds = training.seconds_left(training.stages(self._config), 0.0, self._speeds)
        self._settings.show_duration(f"about {time_text(seconds)} on this machine (measured)")


def threads_beside_window() -> int:
    """All cores but one, so that the window stays quick."""
    return max(1, (os.cpu_count() or 2) - 1)

"""Measure how fast this machine trains, before a run is begun."""

import os
import time
from collections.abc import Generator
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from deepzine_gui.networks import resolutions_to
from deepzine_gui.progress import Event, Finished, Progress
from deepzine_gui.training.config import TrainingConfig
from deepzine_gui.training.events import SpeedMeasured
from deepzine_gui.training.schedule import Stage
from deepzine_gui.training.trainer import Trainer, best_device

_WARM_UP_STEPS = 2
_MEASURED_S = 0.7


class Noise:
    """Pages of noise, for timing: what is on them does not change the speed."""

    def __init__(self, channels: int, resolution: int) -> None:
        self._shape = (channels, resolution, resolution)

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Pages (count, C, R, R)."""
        return rng.integers(0, 256, (count, *self._shape), dtype=np.uint8)


def measure(
    config: TrainingConfig, *, channels: Literal[1, 3], threads: int | None
) -> Generator[Event, None, None]:
    """Time a few steps at each resolution; see `deepzine_gui.training.measure_speed`."""
    device = best_device()
    trainer = Trainer(config, config.network(channels), device=device)
    before = torch.get_num_threads()
    try:
        if threads is None and device == "cpu":
            yield Progress(0, None, "stages", "measuring this machine")
            threads = _quickest_threads(trainer)
        torch.set_num_threads(threads or before)
        resolutions = resolutions_to(config.resolution)
        for done, resolution in enumerate(resolutions):
            yield Progress(done, len(resolutions), "stages", f"measuring {resolution} px")
            speed = _images_per_second(trainer, resolution)
            yield SpeedMeasured(resolution, speed, torch.get_num_threads())
    finally:
        torch.set_num_threads(before)
    yield Finished("The speed of this machine is known.")


def _quickest_threads(trainer: Trainer) -> int:
    """One thread, or one a core: on a machine that is busy elsewhere, one is faster by far."""
    speeds = {}
    for threads in {1, os.cpu_count() or 1}:
        torch.set_num_threads(threads)
        speeds[threads] = _images_per_second(trainer, trainer.config.resolution)
    return max(speeds, key=lambda threads: speeds[threads])


def _images_per_second(trainer: Trainer, resolution: int) -> float:
    trainer.stage = Stage(0, resolution, fading=False, start_kimg=0, end_kimg=1)
    noise = Noise(trainer.average.config.channels, resolution)
    for _ in range(_WARM_UP_STEPS):
        trainer.step(noise)
    start_s, start_images = time.monotonic(), trainer.images
    while time.monotonic() - start_s < _MEASURED_S:
        trainer.step(noise)
    return (trainer.images - start_images) / (time.monotonic() - start_s)

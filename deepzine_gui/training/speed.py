"""Measure how fast this machine trains, before a run is begun."""

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


class _Noise:
    """Pages of noise, for timing: what is on them does not change the speed."""

    def __init__(self, channels: int, resolution: int) -> None:
        self._shape = (channels, resolution, resolution)

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        return rng.integers(0, 256, (count, *self._shape), dtype=np.uint8)


def measure(
    config: TrainingConfig, *, channels: Literal[1, 3], threads: int | None
) -> Generator[Event, None, None]:
    """Time a few steps at each resolution; see `deepzine_gui.training.measure_speed`."""
    if threads is not None:
        torch.set_num_threads(threads)
    trainer = Trainer(config, config.network(channels), device=best_device())
    resolutions = resolutions_to(config.resolution)
    for done, resolution in enumerate(resolutions):
        yield Progress(done, len(resolutions), "stages", f"measuring {resolution} px")
        trainer.stage = Stage(0, resolution, fading=False, start_kimg=0, end_kimg=1)
        noise = _Noise(channels, resolution)
        for _ in range(_WARM_UP_STEPS):
            trainer.step(noise)
        start_s, start_images = time.monotonic(), trainer.images
        while time.monotonic() - start_s < _MEASURED_S:
            trainer.step(noise)
        speed = (trainer.images - start_images) / (time.monotonic() - start_s)
        yield SpeedMeasured(resolution, speed)
    yield Finished("The speed of this machine is known.")

"""Measure how fast this machine trains, before a run is begun."""

import os
import time
from collections.abc import Generator
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.networks import resolutions_to
from deepzine_gui.progress import Event, Finished, Progress
from deepzine_gui.training.events import SpeedMeasured
from deepzine_gui.training.processes.device import best_device, upload, wait_for
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.recipe.schedule import Stage
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.words import count_text

_CLEAR_GAIN = 1.1
_THREADS_TRIED_AT = 32
_MEASURED_S = 0.7
_PATIENCE_S = 1.0
"""Where a step takes longer than this, larger resolutions are left to `seconds_left` to guess."""


class Noise:
    """Pages of noise on a device, for timing: what is on them does not change the speed."""

    def __init__(self, channels: int, resolution: int, device: torch.device) -> None:
        self._shape, self._device = (channels, resolution, resolution), device
        self._pages: Tensor | None = None

    def draw(self, count: int, rng: np.random.Generator, only: NDArray[np.int64]) -> Tensor:
        """As many pages (n, C, R, R) as there are places in `only` (n,)."""
        if self._pages is None or len(self._pages) < len(only):
            noise = rng.integers(0, 256, (len(only), *self._shape), dtype=np.uint8)
            self._pages = upload(noise, self._device)
        return self._pages[: len(only)]

    def draw_labelled(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64]
    ) -> tuple[Tensor, NDArray[np.int64]]:
        """The same, all of the first label."""
        return self.draw(count, rng, only), np.zeros(len(only), np.int64)

    draw_held_out = draw_labelled


def measure(
    config: TrainingConfig, *, channels: Literal[1, 3], threads: int | None
) -> Generator[Event, None, None]:
    """Time a few steps at each resolution; see `deepzine_gui.training.measure_speed`."""
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(threads or (yield from quickest_threads(config)))
        trainer = Trainer(config, config.network(channels), device=best_device())
        resolutions = resolutions_to(config.resolution)
        for done, resolution in enumerate(resolutions):
            progress = Progress(done, len(resolutions), "sizes", f"measuring {resolution} px")
            speed = yield from _images_per_second(trainer, resolution, progress)
            yield SpeedMeasured(resolution, speed, torch.get_num_threads())
            if speed * _PATIENCE_S < config.minibatch_at(resolution):
                break
    finally:
        torch.set_num_threads(before)
    yield Finished("The speed of this machine is known.")


def threads_to_take(
    config: TrainingConfig, *, given: int | None, before: int | None, neighbours: int
) -> Generator[Event, None, int]:
    """Processor threads of each process: of those given, as before, or the quickest.

    Other numbers than before would add up in another order, and differ in their last bits.

    Args:
        config: the settings of the run.
        given: for all processes of this machine; None where nobody has said.
        before: that each process had in the stretch of the run before; None in the first.
        neighbours: processes of the run on this machine.
    """
    each = os.cpu_count() or 1
    if given:
        return max(1, given // neighbours)
    if before:
        return min(before, each)
    if neighbours > 1:
        return max(1, each // neighbours)
    return (yield from quickest_threads(config))


def quickest_threads(config: TrainingConfig) -> Generator[Event, None, int]:
    """One thread, or as many as torch takes by itself, whichever trains faster here and now.

    On a machine that is busy elsewhere one is faster by far, because threads wait for each other.
    """
    most = torch.get_num_threads()
    if most == 1 or best_device() != "cpu":
        return most
    resolution = min(config.resolution, _THREADS_TRIED_AT)
    trainer = Trainer(config, config.network(1))
    speeds = {}
    try:
        for threads in (1, most):
            torch.set_num_threads(threads)
            progress = Progress(0, None, "kimg", f"trying {count_text(threads, 'threads')}")
            speeds[threads] = yield from _images_per_second(trainer, resolution, progress)
    finally:
        torch.set_num_threads(most)
    return most if speeds[most] > _CLEAR_GAIN * speeds[1] else 1


def _images_per_second(
    trainer: Trainer, resolution: int, progress: Progress
) -> Generator[Event, None, float]:
    """Time steps, yielding `progress` at each so that the job can be stopped.

    The first step, which is always slower, counts only where it takes very long.
    """
    trainer.stage = Stage(0, resolution, fading=False, start_kimg=0, end_kimg=1)
    noise = Noise(trainer.average.config.channels, resolution, trainer.device)
    images, seconds = 0, 0.0
    while seconds < _MEASURED_S:
        yield progress
        start_s, start_images = time.monotonic(), trainer.images
        recordings = trainer.recordings
        trainer.step(noise)
        wait_for(trainer.device)
        took_s = time.monotonic() - start_s
        if trainer.recordings > recordings:
            # that is done once a stage
            continue
        if trainer.steps > 1 or took_s > _PATIENCE_S:
            images, seconds = images + trainer.images - start_images, seconds + took_s
    return images / seconds

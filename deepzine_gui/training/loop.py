"""The run: from the first step or the last checkpoint to the end of the plan."""

import math
import time
from collections.abc import Generator
from pathlib import Path

import numpy as np
import torch

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.errors import TrainingError
from deepzine_gui.files import storage_errors
from deepzine_gui.progress import Event, Finished, Progress
from deepzine_gui.project import FILE_NAME as PROJECT_FILE
from deepzine_gui.training import checkpoint, material, samples
from deepzine_gui.training.config import TrainingConfig
from deepzine_gui.training.device import best_device
from deepzine_gui.training.events import CheckpointSaved, SamplesSaved, StageChanged
from deepzine_gui.training.reporting import Reporter, no_numbers
from deepzine_gui.training.speed import quickest_threads
from deepzine_gui.training.story import (
    REAL_SAMPLES,
    SAMPLES,
    Story,
    read_config,
    write_config,
)
from deepzine_gui.training.trainer import Trainer

PROGRESS_S = 0.2
"""Longest time between two events, unless a single step takes longer."""


def train(
    dataset: Path,
    run: Path,
    *,
    config: TrainingConfig | None,
    resume: bool,
    threads: int | None,
) -> Generator[Event, None, None]:
    """Carry out a run; see `deepzine_gui.training.train`."""
    chosen = _settings(run, config, resume=resume)
    session = _Session(dataset, run, chosen, resume=resume)
    try:
        torch.set_num_threads(threads or (yield from quickest_threads(chosen)))
        for event in session.go_on():
            session.story.tell(event)
            handed_over_s = time.monotonic()
            yield event
            session.reporter.leave_out(time.monotonic() - handed_over_s)
    except GeneratorExit:
        session.save_last()
        raise
    finally:
        session.close()


def _settings(run: Path, config: TrainingConfig | None, *, resume: bool) -> TrainingConfig:
    if resume:
        saved = read_config(run)
        if config is None:
            return saved
        for name in saved.fixed:
            if getattr(saved, name) != getattr(config, name):
                raise TrainingError(f"{run} has {name} {getattr(saved, name)}: it cannot change.")
        return config
    if checkpoint.newest(run) is not None:
        raise TrainingError(f"{run} holds a run already: resume it, or choose another name.")
    if (run / PROJECT_FILE).exists():
        raise TrainingError(f"{run} is a project: name a run in its folder runs.")
    if config is None:
        raise TrainingError("A new run needs settings: choose a preset.")
    return config


class _Session:
    """One stretch of a run, from its start or a checkpoint until it is closed."""

    def __init__(self, dataset: Path, run: Path, config: TrainingConfig, *, resume: bool) -> None:
        self.run, self.dataset = run, dataset
        channels, labels = material.look_at(dataset, config)
        network = config.network(channels, labels=len(labels.names) if labels else 0)
        self.trainer = Trainer(config, network, device=best_device(), labels=labels)
        checkpoint.remove_unfinished(run)
        newest = checkpoint.newest(run) if resume else None
        if newest is not None:
            checkpoint.load(newest, self.trainer)
            self.trainer.enter_stage()
        with storage_errors(run):
            (run / SAMPLES).mkdir(parents=True, exist_ok=True)
        write_config(run, config)
        self.story = Story(run)
        self.story.rewind(self.trainer.kimg if newest is not None else -1.0)
        self.reporter = Reporter(self.trainer)
        self.fixed = samples.FixedSamples(config.latent_size, seed=config.seed, labels=labels)
        self.batches: Batches | None = None
        self.saved_images = self.trainer.images
        self.saved_s = time.monotonic()
        self.sampled_kimg = self.trainer.kimg

    def go_on(self) -> Generator[Event, None, None]:
        trainer = self.trainer
        self._write_real_samples()
        yield from self._begin_stage()
        shown_s = -math.inf
        while not trainer.finished:
            assert self.batches is not None
            self.reporter.add(trainer.step(self.batches))
            if trainer.finished:
                break
            if self._stage_is_over():
                yield from self._end_stage()
                trainer.enter_stage()
                yield from self._begin_stage()
            if self.reporter.due:
                yield self.reporter.report()
            if trainer.kimg - self.sampled_kimg >= trainer.config.sample_kimg:
                yield self._sample()
            if time.monotonic() - self.saved_s >= trainer.config.checkpoint_minutes * 60:
                yield self._save()
            if time.monotonic() - shown_s >= PROGRESS_S:
                shown_s = time.monotonic()
                yield self._progress()
        yield from self._end_stage()
        yield self._progress()
        yield Finished(f"The run {self.run.name} is complete at {trainer.kimg:.1f} kimg.", self.run)

    def save_last(self) -> None:
        """Keep what was learned since the last checkpoint, when the run is stopped."""
        if self.trainer.images > self.saved_images and self.trainer.is_finite:
            self.story.tell(self._save())

    def close(self) -> None:
        if self.batches is not None:
            self.batches.close()

    def _stage_is_over(self) -> bool:
        return self.trainer.kimg >= self.trainer.stage.end_kimg

    def _begin_stage(self) -> Generator[Event, None, None]:
        stage = self.trainer.stage
        if self.batches is None or self.reporter.resolution != stage.resolution:
            self.close()
            config = self.trainer.config
            self.batches = Batches(
                self.dataset,
                resolution=stage.resolution,
                held_out=config.held_out,
                seed=config.seed,
            )
        self.reporter.enter(stage.resolution)
        yield StageChanged(stage.index, stage.resolution, stage.fading, self.trainer.kimg)

    def _end_stage(self) -> Generator[Event, None, None]:
        if self.reporter.holds_steps:
            yield self.reporter.report()
        yield self._sample()
        yield self._save(stage_end=True)

    def _progress(self) -> Progress:
        trainer = self.trainer
        way = "growing" if trainer.stage.fading else "learning"
        what = f"{way} {trainer.stage.resolution} px"
        left = self.reporter.seconds_left
        return Progress(trainer.kimg, trainer.plan[-1].end_kimg, "kimg", what, left)

    def _sample(self) -> SamplesSaved:
        trainer = self.trainer
        self.sampled_kimg = trainer.kimg
        path = self.run / SAMPLES / f"{trainer.kimg:010.3f}.png"
        samples.write_grid(path, self.fixed.draw(trainer.average, trainer.stage.resolution))
        return SamplesSaved(path, trainer.kimg, trainer.stage.resolution)

    def _write_real_samples(self) -> None:
        path = self.run / SAMPLES / REAL_SAMPLES
        if not path.exists():
            batches = Batches(self.dataset, resolution=self.trainer.config.resolution)
            samples.write_grid(path, batches.draw(samples.COUNT, np.random.default_rng(0)))
            batches.close()

    def _save(self, *, stage_end: bool = False) -> CheckpointSaved:
        trainer = self.trainer
        if not trainer.is_finite:
            raise no_numbers(trainer.kimg)
        title = f"{self.run.name}, {trainer.stage.resolution} px, {trainer.kimg:.0f} kimg"
        path = checkpoint.save(self.run, trainer, title=title, stage_end=stage_end)
        self.saved_images, self.saved_s = trainer.images, time.monotonic()
        return CheckpointSaved(path, trainer.kimg)

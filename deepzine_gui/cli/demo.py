"""The main job without a window: sample documents to a dataset, a model, a grid and a film."""

import argparse
import shutil
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from deepzine_gui import dataset, export, places, training
from deepzine_gui.cli import options
from deepzine_gui.errors import ProjectError
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Event, Finished, Notice, as_part
from deepzine_gui.project import FILE_NAME, Project
from deepzine_gui.training import SpeedMeasured, TrainingConfig, fit_to_minutes, preset

_RUN = "demo"
_PAGES = PageSettings(resolution=64)
_PATIENCE = 1.5
"""Training that takes so many times the minutes it was fitted to is ended where it stands."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="the project folder to make")
    parser.add_argument(
        "--minutes",
        metavar="M",
        type=options.positive,
        default=4.0,
        help="minutes of training; more makes better pages (default: 4)",
    )
    options.add_field(parser, TrainingConfig, "seed")


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    return make(arguments.folder, minutes=arguments.minutes, seed=arguments.seed)


def make(folder: Path, *, minutes: float, seed: int) -> Generator[Event]:
    """Fill `folder` with a project: dataset.h5, runs/demo/, exports/grid.png, exports/film.mp4.

    A demo that was stopped goes on from its checkpoint.

    Raises:
        ProjectError: the folder holds a project that is no demo.
        DeepZineError: as the jobs it is made of.
    """
    project = _project(folder)
    run = project.runs / _RUN
    build = dataset.build([places.samples()], project.dataset, settings=_PAGES)
    yield from as_part(build)
    yield from _train(project.dataset, run, minutes=minutes, seed=seed)
    yield from as_part(export.grid(run, project.exports / "grid.png", seed=seed))
    yield from as_part(export.film(run, project.exports / "film.mp4", seed=seed))
    yield Finished(f"The demo is complete: see {project.exports}.", project.folder)


def _project(folder: Path) -> Project:
    is_new = not (folder / FILE_NAME).exists()
    project = Project.create(folder)
    choices = project.choices
    if not is_new and choices.run != _RUN:
        raise ProjectError(f"{folder} holds a project already: choose a new folder for the demo.")
    choices.run = _RUN
    choices.sources = [places.samples()]
    choices.pages = _PAGES.model_dump()
    project.save()
    return project


def _train(pages: Path, run: Path, *, minutes: float, seed: int) -> Generator[Event]:
    if any(run.glob("checkpoints/*")):
        job = training.train(pages, run, resume=True)
    else:
        # a run without a checkpoint holds nothing to go on from
        shutil.rmtree(run, ignore_errors=True)
        config, threads, speeds = yield from _fitted(preset("cpu-demo", seed=seed), minutes)
        job = training.train(pages, run, config=config, threads=threads, speeds=speeds)
    end_s = time.monotonic() + 60 * minutes * _PATIENCE
    with closing(job):
        for event in job:
            if isinstance(event, Finished):
                yield Notice(event.summary)
                return
            yield event
            if time.monotonic() > end_s:
                break
    yield Notice("Training took longer than foreseen and was ended early.", "warning")


def _fitted(
    config: TrainingConfig, minutes: float
) -> Generator[Event, None, tuple[TrainingConfig, int, dict[int, float]]]:
    """Measure this machine; return settings that fit the time, threads to use, and speeds."""
    speeds: dict[int, float] = {}
    threads = 1
    for event in as_part(training.measure_speed(config)):
        if isinstance(event, SpeedMeasured):
            speeds[event.resolution] = event.images_per_second
            threads = event.threads
        yield event
    return fit_to_minutes(config, speeds, minutes), threads, speeds

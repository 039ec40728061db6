"""A run's leading process: stretch after stretch, to the end of the plan."""

import time
from collections.abc import Generator, Mapping
from pathlib import Path

import torch

from deepzine_gui.progress import Event
from deepzine_gui.training.processes.ranks import Ranks
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.running import speed
from deepzine_gui.training.running.holding import Hold
from deepzine_gui.training.running.stretch import Stretch


def lead(
    dataset: Path,
    run: Path,
    config: TrainingConfig,
    ranks: Ranks,
    *,
    resume: bool,
    threads: int | None,
    speeds: Mapping[int, float] | None,
) -> Generator[Event, None, None]:
    """Carry out a run with settings that were looked at, as the process that leads it.

    Args:
        dataset: the file of pages.
        run: its folder.
        config: its settings.
        ranks: the processes that share its minibatches.
        resume: whether to go on from the newest whole checkpoint.
        threads: processor threads of all processes of this machine; None to find out.
        speeds: images a second by resolution, as far as they were measured before.
    """
    hold = Hold(run)
    try:
        while (
            yield from _stretch(
                dataset, hold, config, ranks, resume=resume, threads=threads, speeds=speeds
            )
        ):
            # what the guard has decided is written down: to go back is to resume
            resume = True
    finally:
        hold.release()


def _stretch(
    dataset: Path,
    hold: Hold,
    config: TrainingConfig,
    ranks: Ranks,
    *,
    resume: bool,
    threads: int | None,
    speeds: Mapping[int, float] | None,
) -> Generator[Event, None, bool]:
    """Train up to the end or to an alarm; return whether the guard leads back."""
    stretch = Stretch(dataset, hold, config, ranks, resume=resume, speeds=speeds or {})
    try:
        wanted = speed.threads_to_take(
            config, given=threads, before=stretch.threads_before, neighbours=ranks.place.neighbours
        )
        torch.set_num_threads((yield from wanted))
        for event in stretch.events():
            handed_over_s = time.monotonic()
            yield event
            stretch.leave_out(time.monotonic() - handed_over_s)
    except GeneratorExit:
        # the others need not wait for the disk
        ranks.leave()
        stretch.save_last()
        raise
    finally:
        stretch.close()
    return stretch.guard.alarm is not None

"""The share of training time that looks at the networks take, in pairs with steps.

Usage: ``python benchmarks/vitals.py FILE.h5 [--preset cpu-demo] [--resolution 64]``.
Every round times steps, a look, and an evaluation in turn; the medians of processor time are
printed (of a GPU: of time), and the share of a run that looks as often as its schedule allows. A
run leaves looks out where they would take more than it may spend.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.networks import resolutions_to
from deepzine_gui.training import PRESETS, preset
from deepzine_gui.training.processes.device import best_device
from deepzine_gui.training.recipe.schedule import Stage
from deepzine_gui.training.running.vitals import EVALUATION_KIMG, LOOK_KIMG, SHARE, VitalSigns
from deepzine_gui.training.stepping.trainer import Trainer

_STEPS = 8


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--preset", choices=PRESETS, default="cpu-demo")
    parser.add_argument("--resolution", type=int, default=64)
    parser.add_argument("--smallest", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(f"{best_device()}, preset {arguments.preset}; at most {SHARE:.0%} of the time are spent")
    print("px     ms a page   look, as pages   with evaluation   share")
    for resolution in resolutions_to(arguments.resolution):
        if resolution < arguments.smallest:
            continue
        page_s, look_s, evaluation_s = _measure(arguments, resolution)
        look, evaluation = look_s / page_s, evaluation_s / page_s
        share = look / (1000 * LOOK_KIMG) + (evaluation - look) / (1000 * EVALUATION_KIMG)
        told = f"{1000 * page_s:9.2f}   {look:14.0f}   {evaluation:15.0f}   {share:5.1%}"
        print(f"{resolution:<6} {told}", flush=True)


def _measure(arguments: argparse.Namespace, resolution: int) -> tuple[float, float, float]:
    """Seconds for a page trained on, a look, and one with an evaluation."""
    config = preset(arguments.preset, resolution=arguments.resolution)
    batches = Batches(arguments.dataset, resolution=resolution)
    trainer = Trainer(config, config.network(1), device=best_device())
    trainer.stage = Stage(0, resolution, fading=False, start_kimg=0, end_kimg=1e6)
    signs = VitalSigns(trainer)
    signs.enter(batches)

    def steps() -> None:
        for _ in range(_STEPS):
            trainer.step(batches)

    def look_after(kimg: int) -> Callable[[], object]:
        # up to a page short of where one is due; the next step passes it
        trainer.images = 1000 * kimg - 1 - config.minibatch_at(resolution)
        signs.add(trainer.step(batches))
        signs.add(trainer.step(batches))
        return signs.look

    found: list[list[float]] = [[], [], []]
    for _ in range(arguments.rounds + 1):
        before = trainer.images
        seconds = _timed(steps)
        found[0].append(seconds / (trainer.images - before))
        found[1].append(_timed(look_after(LOOK_KIMG)))
        found[2].append(_timed(look_after(EVALUATION_KIMG)))
    batches.close()
    page_s, look_s, evaluation_s = (statistics.median(each[1:]) for each in found)
    return page_s, look_s, evaluation_s


def _timed(work: Callable[[], object]) -> float:
    clock = time.perf_counter if torch.cuda.is_available() else time.process_time
    start = clock()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return clock() - start


if __name__ == "__main__":
    main()

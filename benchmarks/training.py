"""Images a second of a training step, in float32 and bf16, interleaved.

Usage: ``python benchmarks/training.py [--preset cpu-demo] [--resolution 64] [--rounds 5]``.
Every round times each variant once, in turn; the medians of processor time are printed. What a
graphics card makes of it, and where its time goes, is told by ``benchmarks/card.py``.
"""

import argparse
import statistics
import time

import torch
from trainers import trainer_of

from deepzine_gui.networks import resolutions_to
from deepzine_gui.training import PRESETS, preset
from deepzine_gui.training.processes.device import best_device, wait_for
from deepzine_gui.training.running.speed import Noise
from deepzine_gui.training.stepping.trainer import Trainer

_VARIANTS = [
    (loss, precision) for loss in ("wgan-gp", "ns-r1", "rpgan") for precision in ("float32", "bf16")
]
_STEPS = 8


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=PRESETS, default="cpu-demo")
    parser.add_argument("--resolution", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(f"{best_device()}, {arguments.threads} threads, images/s of processor time, median")
    print("px     " + "  ".join(f"{loss} {precision:8}" for loss, precision in _VARIANTS))
    for resolution in resolutions_to(arguments.resolution):
        row = _measure(arguments.preset, resolution, arguments.rounds)
        print(f"{resolution:<6} " + "  ".join(f"{speed:16.0f}" for speed in row))


def _measure(name: str, resolution: int, rounds: int) -> list[float]:
    trainers = [_trainer(name, resolution, *variant) for variant in _VARIANTS]
    speeds: list[list[float]] = [[] for _ in trainers]
    noise = Noise(1, resolution, trainers[0].device)
    for _ in range(rounds + 1):
        for trainer, found in zip(trainers, speeds, strict=True):
            found.append(_speed(trainer, noise))
    return [statistics.median(found[1:]) for found in speeds]


def _trainer(name: str, resolution: int, loss: str, precision: str) -> Trainer:
    penalties = {"wgan-gp": (10.0, 1), "ns-r1": (1.0, 16), "rpgan": (1.0, 8)}[loss]
    config = preset(
        name,
        resolution=resolution,
        loss=loss,
        precision=precision,
        penalty_weight=penalties[0],
        penalty_interval=penalties[1],
    )
    return trainer_of(config, best_device())


def _speed(trainer: Trainer, noise: Noise) -> float:
    clock = time.perf_counter if trainer.device.type == "cuda" else time.process_time
    start, images = clock(), trainer.images
    for _ in range(_STEPS):
        trainer.step(noise)
    wait_for(trainer.device)
    return (trainer.images - images) / (clock() - start)


if __name__ == "__main__":
    main()

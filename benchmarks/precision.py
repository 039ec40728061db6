"""Losses of runs in float32 and in bf16, beside what another seed changes.

Usage: ``python benchmarks/precision.py FILE.h5 [--resolution 32] [--steps 1000] [--seeds 3]``.
Every run begins from its seed and takes its steps at one resolution, faded in; both precisions of a
seed see the same pages and latents. For each fifth of the steps the means over the seeds are
printed, the mean of how far a seed's two precisions lie apart, and the deviation among the seeds in
float32: as long as the former is not the larger, precision changes no more than chance does. One
seed alone has no deviation.
"""

import argparse
import statistics
from pathlib import Path

import torch
from trainers import trainer_of

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.training import preset

_WATCHED = ("d_loss", "g_loss", "diversity")
_PARTS = 5


def main() -> None:
    """Train and print one table a loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--resolution", type=int, default=32)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    torch.set_num_threads(1)
    batches = Batches(given.dataset, resolution=given.resolution)
    for loss in ("wgan-gp", "rpgan"):
        runs = {
            precision: [
                _run(batches, loss, precision, seed, given.resolution, given.steps)
                for seed in range(given.seeds)
            ]
            for precision in ("float32", "bf16")
        }
        _print(loss, runs["float32"], runs["bf16"])
    batches.close()


_Run = dict[str, list[float]]
"""By what is watched, the means of each part of the steps."""


def _run(
    batches: Batches, loss: str, precision: str, seed: int, resolution: int, steps: int
) -> _Run:
    lazy = {"penalty_interval": 1, "penalty_weight": 10.0} if loss == "wgan-gp" else {}
    config = preset(
        "cpu-demo", resolution=resolution, loss=loss, precision=precision, seed=seed, **lazy
    )
    trainer = trainer_of(config)
    results = [trainer.step(batches) for _ in range(steps)]
    size = steps // _PARTS
    return {
        name: [
            statistics.fmean(float(getattr(each, name)) for each in results[start : start + size])
            for start in range(0, size * _PARTS, size)
        ]
        for name in _WATCHED
    }


def _print(loss: str, wide: list[_Run], half: list[_Run]) -> None:
    print(f"| {loss} | fifth | float32 | bf16 | a seed's two apart | among seeds |")
    print("|---|---|---|---|---|---|")
    for name in _WATCHED:
        for part in range(_PARTS):
            exact = [run[name][part] for run in wide]
            rough = [run[name][part] for run in half]
            apart = statistics.fmean(abs(a - b) for a, b in zip(exact, rough, strict=True))
            among = f"{statistics.stdev(exact):.3f}" if len(exact) > 1 else "–"
            print(
                f"| {name} | {part + 1} | {statistics.fmean(exact):.3f} | "
                f"{statistics.fmean(rough):.3f} | {apart:.3f} | {among} |"
            )


if __name__ == "__main__":
    main()

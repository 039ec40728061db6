"""Arithmetic a second of a training step, against the most this machine does in products.

Usage: ``python benchmarks/flops.py [--resolution 128] [--rounds 5]``.
Additions and multiplications of convolutions and matrix products are counted by torch in whole
steps, penalties included; everything else counts as nothing. The peak is the quicker of two large
works: the product of square matrices of 2,048, which on some processors leaves their widest
instructions unused, and a convolution 3 × 3 of 512 channels at 32 px. Networks have `fmap_base`
2048 and `fmap_max` 128, a step has eight pages, RpGAN computes its penalties at every eighth. Every
round times each variant once, in turn, on one thread; medians of processor time are printed.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry
from trainers import small_trainer

from deepzine_gui.networks import resolutions_to
from deepzine_gui.training.running.speed import Noise
from deepzine_gui.training.stepping.trainer import Trainer

_PRECISIONS = {"float32": torch.float32, "bf16": torch.bfloat16}
_INTERVALS = {"wgan-gp": 1, "rpgan": 8}
_SIDE = 2048
_LEAST = 16
_STEPS = 8


class Counter(TorchDispatchMode):
    """Counts what torch knows to count; its own counter cannot follow gradients of gradients.

    Attributes:
        flops: additions and multiplications so far.
    """

    flops = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if func.overloadpacket in flop_registry:
            self.flops += flop_registry[func.overloadpacket](
                *args, **(kwargs or {}), out_val=result
            )
        return result


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resolution", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    peaks = {name: _peak(kind, arguments.rounds) for name, kind in _PRECISIONS.items()}
    print("| px | loss | precision | GFLOP a page | GFLOP/s | share of the peak |")
    print("|---|---|---|---|---|---|")
    for resolution in resolutions_to(arguments.resolution):
        if resolution >= _LEAST:
            _rows(resolution, arguments.rounds, peaks)
    print(", ".join(f"{name} peak {peak:.0f} GFLOP/s" for name, peak in peaks.items()))


def _rows(resolution: int, rounds: int, peaks: dict[str, float]) -> None:
    variants = [(loss, precision) for loss in _INTERVALS for precision in _PRECISIONS]
    trainers = [
        small_trainer(resolution, loss, precision, penalty_interval=_INTERVALS[loss])
        for loss, precision in variants
    ]
    works = [_steps(trainer, resolution) for trainer in trainers]
    found = _medians([work for work, _ in works], rounds)
    for (loss, precision), (_, page), speed in zip(variants, works, found, strict=True):
        share = speed / peaks[precision]
        print(f"| {resolution} | {loss} | {precision} | {page:.2f} | {speed:.0f} | {share:.0%} |")


def _medians(works: list[Callable[[], float]], rounds: int) -> list[float]:
    """GFLOP/s of each, taken in turns; `works` return the GFLOP they did."""
    speeds: list[list[float]] = [[] for _ in works]
    for _ in range(rounds + 1):
        for work, known in zip(works, speeds, strict=True):
            start_s = time.process_time()
            known.append(work() / (time.process_time() - start_s))
    return [statistics.median(known[1:]) for known in speeds]


def _peak(kind: torch.dtype, rounds: int) -> float:
    left, right = torch.randn(2, _SIDE, _SIDE).to(kind)
    pages = torch.randn(8, 512, 32, 32).to(kind, memory_format=torch.channels_last)
    weight = torch.randn(512, 512, 3, 3).to(kind, memory_format=torch.channels_last)

    def multiply() -> float:
        left @ right
        return 2 * _SIDE**3 / 1e9

    def convolve() -> float:
        torch.nn.functional.conv2d(pages, weight, padding=1)
        return 2 * 9 * pages.numel() * len(weight) / 1e9

    with torch.no_grad():
        return max(_medians([multiply, convolve], rounds))


def _steps(trainer: Trainer, resolution: int) -> tuple[Callable[[], float], float]:
    """Eight steps as work, and the GFLOP a page of them takes."""
    noise = Noise(1, resolution, trainer.device)

    def step() -> None:
        for _ in range(_STEPS):
            trainer.step(noise)

    with Counter() as counter:
        step()
    count = counter.flops / 1e9

    def work() -> float:
        step()
        return count

    return work, count / _STEPS / trainer.config.minibatch


if __name__ == "__main__":
    main()

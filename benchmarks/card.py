"""What a graphics card makes of training: its speed, how near to its peak, memory, and time.

Usage: ``python benchmarks/card.py [--preset paper] [--resolution 1024] [--rounds 5]``.
Each stage from 16 px on is trained with pages of noise that lie on the card, once with recorded
steps (CUDA graphs, up to 64 px) and once without, in turns; medians of images a second of wall time
are printed. The bound is what the card would manage if it did nothing but the additions and
multiplications of convolutions and products, at the speed it shows in a large product or
convolution of the same precision. Memory is the most that tensors took at a time. Then follows
where a card's time goes, by the names of its kernels. Without a card all is of the processor, to
see that it works; its numbers are better told by ``training.py`` and ``flops.py``.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable

import torch
from flops import Counter as Arithmetic
from torch.profiler import ProfilerActivity, profile

from deepzine_gui.networks import resolutions_to
from deepzine_gui.training import PRESETS, TrainingConfig, preset
from deepzine_gui.training.processes.device import best_device, prepare, wait_for
from deepzine_gui.training.recipe.schedule import Stage
from deepzine_gui.training.running.speed import Noise
from deepzine_gui.training.stepping import graphs
from deepzine_gui.training.stepping.trainer import Trainer

_DEVICE = torch.device(best_device())
_SMALLEST = 16
_SIDE = 8192 if _DEVICE.type == "cuda" else 1024
_KINDS = {
    "convolutions and products": ("conv", "gemm", "xmma", "cutlass", "cudnn", "mm", "sm80", "sm90"),
    "Adam": ("adam",),
    "copies": ("copy", "memcpy", "cat", "memset"),
    "sums and means": ("reduce", "norm", "pool", "sum", "mean"),
    "random numbers": ("random", "distribution", "philox"),
}
"""Of kernels, by parts of their names; the first that fits counts."""


def main() -> None:
    """Measure and print three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=PRESETS, default="paper")
    parser.add_argument("--resolution", type=int, default=1024)
    parser.add_argument("--precision", choices=("auto", "float32", "bf16"), default="auto")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    torch.set_num_threads(1)
    prepare(_DEVICE)
    config = preset(given.preset, resolution=given.resolution, precision=given.precision)
    half = Trainer(config, config.network(1), device=str(_DEVICE)).half
    peak = _peak(torch.bfloat16 if half else torch.float32, given.rounds)
    name = torch.cuda.get_device_name() if _DEVICE.type == "cuda" else "the processor"
    print(
        f"{name}, torch {torch.__version__}, preset {given.preset}, {'bf16' if half else 'float32'}"
    )
    print(f"peak of a large product or convolution: {peak / 1e12:.2f} TFLOP/s\n")
    print("| px | pages a step | images/s, recorded | ordinary | GFLOP a page | bound, images/s "
          "| share of it | memory, MB |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    resolutions = [size for size in resolutions_to(given.resolution) if size >= _SMALLEST]
    for resolution in resolutions:
        _row(config, resolution, given.rounds, peak)
    print("\n| px | " + " | ".join([*_KINDS, "other", "card at work"]) + " |")
    print("|---|" + "---|" * (len(_KINDS) + 2))
    for resolution in resolutions:
        _profile(config, resolution)


def _row(config: TrainingConfig, resolution: int, rounds: int, peak: float) -> None:
    if _DEVICE.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    ordinary = _trainer(config.model_copy(update={"graphs": "off"}), resolution)
    flops = _flops_a_page(ordinary, resolution)
    most = torch.cuda.max_memory_allocated() / 1e6 if _DEVICE.type == "cuda" else None
    memory = "–" if most is None else f"{most:,.0f}"
    works = [_steps(ordinary, resolution, _cycle(config))]
    recorded = _trainer(config, resolution)
    if recorded.graphs is not None and resolution <= graphs.LARGEST:
        works.append(_steps(recorded, resolution, _cycle(config)))
    speeds = _speeds(works, rounds)
    if recorded.graphs is not None and recorded.graphs.failure:
        print(f"(not recorded: {recorded.graphs.failure})")
    bound = peak / flops
    best = f"{speeds[1]:,.0f}" if len(speeds) > 1 else "–"
    print(f"| {resolution} | {config.minibatch_at(resolution)} | {best} | {speeds[0]:,.0f} | "
          f"{flops / 1e9:.2f} | {bound:,.0f} | {max(speeds) / bound:.0%} | {memory} |",
          flush=True)  # fmt: skip


def _trainer(config: TrainingConfig, resolution: int) -> Trainer:
    trainer = Trainer(config, config.network(1), device=str(_DEVICE))
    trainer.stage = Stage(0, resolution, fading=False, start_kimg=0, end_kimg=1e6)
    return trainer


def _cycle(config: TrainingConfig) -> int:
    """Steps after which penalties and looks at held-out pages have come round, at least 16."""
    return 16 * config.penalty_interval


def _steps(trainer: Trainer, resolution: int, count: int) -> Callable[[], int]:
    """So many steps as work that returns how many pages it showed."""
    noise = Noise(1, resolution, _DEVICE)

    def work() -> int:
        before = trainer.images
        for _ in range(count):
            trainer.step(noise)
        wait_for(_DEVICE)
        return trainer.images - before

    return work


def _flops_a_page(trainer: Trainer, resolution: int) -> float:
    noise, before = Noise(1, resolution, _DEVICE), trainer.images
    with Arithmetic() as counter:
        for _ in range(max(4, trainer.config.penalty_interval)):
            trainer.step(noise)
    return counter.flops / (trainer.images - before)


def _speeds(works: list[Callable[[], int]], rounds: int) -> list[float]:
    """How much of its work each does in a second, in turns; the first round is not counted."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(rounds + 1):
        for work, known in zip(works, found, strict=True):
            start_s = time.perf_counter()
            known.append(work() / (time.perf_counter() - start_s))
    return [statistics.median(known[1:]) for known in found]


def _peak(kind: torch.dtype, rounds: int) -> float:
    """Additions and multiplications a second of the quicker of two large works."""
    left, right = torch.randn(2, _SIDE, _SIDE, device=_DEVICE).to(kind)
    pages = torch.randn(16, 512, 32, 32, device=_DEVICE).to(kind, memory_format=torch.channels_last)
    weight = torch.randn(512, 512, 3, 3, device=_DEVICE).to(kind, memory_format=torch.channels_last)

    def multiply() -> int:
        for _ in range(8):
            left @ right
        wait_for(_DEVICE)
        return 8 * 2 * _SIDE**3

    def convolve() -> int:
        for _ in range(8):
            torch.nn.functional.conv2d(pages, weight, padding=1)
        wait_for(_DEVICE)
        return 8 * 2 * 9 * pages.numel() * len(weight)

    with torch.no_grad():
        return max(_speeds([multiply, convolve], rounds))


def _profile(config: TrainingConfig, resolution: int) -> None:
    """Print the share of each kind of kernels in the time of ordinary steps, and of all in it."""
    trainer = _trainer(config.model_copy(update={"graphs": "off"}), resolution)
    work = _steps(trainer, resolution, max(4, config.penalty_interval))
    work()
    on_card = _DEVICE.type == "cuda"
    activities = [ProfilerActivity.CUDA] if on_card else [ProfilerActivity.CPU]
    with profile(activities=activities) as profiled:
        start_s = time.perf_counter()
        work()
        whole_us = 1e6 * (time.perf_counter() - start_s)
    taken: Counter[str] = Counter()
    for each in profiled.key_averages():
        own_us = each.self_device_time_total if on_card else each.self_cpu_time_total
        taken[_kind_of(each.key.lower())] += own_us
    total = max(1e-9, sum(taken.values()))
    shares = [f"{taken[kind] / total:.0%}" for kind in (*_KINDS, "other")]
    print(
        f"| {resolution} | " + " | ".join([*shares, f"{total / whole_us:.0%}"]) + " |", flush=True
    )


def _kind_of(kernel: str) -> str:
    for kind, parts in _KINDS.items():
        if any(part in kernel for part in parts):
            return kind
    return "other"


if __name__ == "__main__":
    main()

"""What ``deepzine evaluate`` takes, and what its measures see: ``python benchmarks/measures.py``.

The first table is processor time on one thread, step by step. The second measures pages spoilt in a
known way in place of made-up ones.
"""

import argparse
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from deepzine_gui import training
from deepzine_gui.dataset import open_dataset
from deepzine_gui.networks import find_model, read_info
from deepzine_gui.progress import Progress
from deepzine_gui.training.evaluating.measuring import measured
from deepzine_gui.training.evaluating.real_pages import read
from deepzine_gui.training.measures.pyramid import blurred

SPOILT_COUNT = 256


def main() -> None:
    """Measure a model on a dataset and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="as for deepzine evaluate")
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--count", type=int, default=1024)
    args = parser.parse_args()
    torch.set_num_threads(1)
    _times(args.model, args.dataset, args.count)
    _spoilt(args.model, args.dataset)


def _times(model: str, dataset: Path, count: int) -> None:
    began = entered = time.process_time()
    step = ""
    for event in training.evaluate(model, dataset, count=count):
        if isinstance(event, Progress) and event.what != step:
            _tell(step, entered)
            step, entered = event.what, time.process_time()
    _tell(step, entered)
    _tell("all", began)


def _tell(step: str, since: float) -> None:
    if step:
        print(f"{step:36}{time.process_time() - since:8.1f} s")


def _spoilt(model: str, dataset: Path) -> None:
    info = read_info(find_model(model))
    with open_dataset(dataset) as opened:
        real = _end(read(opened, info, training.EvaluationSettings(count=SPOILT_COUNT)))
    for name, pages in _kinds(real.other).items():
        measures, _ = _end(measured(pages, real, seed=0))
        if name == "copies":
            print("\n" + "".join(f" | {measure.name}" for measure in measures))
            print(f"{'real':24}" + "".join(f" | {measure.real:.3g}" for measure in measures))
        print(f"{name:24}" + "".join(f" | {measure.value:.3g}" for measure in measures))


def _kinds(real: Tensor) -> dict[str, Tensor]:
    """Real training pages, spoilt in one way each."""
    count, channels, side, _ = real.shape
    floats = real / 127.5 - 1
    random = torch.Generator().manual_seed(0)
    fields = floats.reshape(count, channels, side // 4, 4, side // 4, 4).permute(2, 4, 0, 1, 3, 5)
    order = torch.randperm((side // 4) ** 2, generator=random)
    mixed = fields.flatten(0, 1)[order].reshape(fields.shape).permute(2, 3, 0, 4, 1, 5)
    return {
        "copies": real,
        "copies, moved by 2 px": real.roll(2, 3),
        "blurred copies": _bytes(blurred(floats, 1)),
        "contrast × .4": _bytes(0.4 * floats),
        "negatives": 255 - real,
        "means of two pages": _bytes((floats + floats.roll(1, 0)) / 2),
        "8 pages, repeated": real[:8].repeat(count // 8, 1, 1, 1),
        "fields of 4 px shuffled": _bytes(mixed.reshape(real.shape)),
    }


def _bytes(pages: Tensor) -> Tensor:
    return ((pages.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def _end(job: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


if __name__ == "__main__":
    main()

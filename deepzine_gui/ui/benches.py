"""The four benches in the order of the work, made only when first needed."""

import dataclasses
from collections.abc import Callable

from deepzine_gui.ui.bench import Bench


def _collect() -> Bench:
    from deepzine_gui.ui.collect import CollectBench

    return CollectBench()


def _dataset() -> Bench:
    from deepzine_gui.ui.dataset import DatasetBench

    return DatasetBench()


def _train() -> Bench:
    from deepzine_gui.ui.train import TrainBench

    return TrainBench()


def _explore() -> Bench:
    from deepzine_gui.ui.explore import ExploreBench

    return ExploreBench()


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a bench stands: its name, its title on the tab, and how it is made."""

    name: str
    title: str
    make: Callable[[], Bench]


PLACES = (
    Place("collect", "Collect", _collect),
    Place("dataset", "Dataset", _dataset),
    Place("train", "Train", _train),
    Place("explore", "Explore", _explore),
)

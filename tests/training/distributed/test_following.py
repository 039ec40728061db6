"""A process that follows: what it takes in hand as the networks grow, it lets go of again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.dataset.storage.splitting import HeldOut
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.distributed import following
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.processes.ranks import Order, Ranks
from deepzine_gui.training.stepping import material
from deepzine_gui.training.stepping.trainer import Trainer


class Obeying(Ranks):
    """Hears these orders."""

    def __init__(self, orders: list[Order]) -> None:
        super().__init__(Place("cpu"))
        self._orders: Iterator[Order] = iter(orders)

    def hear(self) -> Order:
        return next(self._orders)


def test_the_pages_of_each_size_are_closed_before_those_of_the_next(
    dataset: Path, quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    close, open_batches = Batches.close, material.batches

    def opened(path: Path, held_out: HeldOut, resolution: int, place: Place) -> Batches:
        told.append(f"opened {resolution} px")
        return open_batches(path, held_out, resolution, place)

    def closed(batches: Batches) -> None:
        told.append("closed")
        close(batches)

    # pages in memory need no open file
    monkeypatch.setattr(material, "_MEMORY_BYTES", 0)
    monkeypatch.setattr(material, "batches", opened)
    monkeypatch.setattr(Batches, "close", closed)
    taken_over = (Trainer(quick, quick.network(1)), HeldOut())
    monkeypatch.setattr(following, "_taken_over", lambda *_: taken_over)
    orders = [Order.TAKE_OVER, *[Order.STEP] * 9, Order.STOP]
    assert sum(1 for _ in following._steps(dataset, Obeying(orders))) == 10
    assert told == ["opened 4 px", "closed", "opened 8 px", "closed"]

"""A process that follows: what it takes in hand as the networks grow, it lets go of again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.dataset.storage.splitting import HeldOut
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.distributed import following
from deepzine_gui.training.distributed.leading import Lead
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.processes.ranks import Order, Ranks
from deepzine_gui.training.stepping import material
from deepzine_gui.training.stepping.trainer import Trainer
from tests.training.noise import Pages as Noise


class Obeying(Ranks):
    """Hears these orders."""

    def __init__(self, orders: list[Order]) -> None:
        super().__init__(Place("cpu"))
        self._orders: Iterator[Order] = iter(orders)

    def hear(self) -> Order:
        return next(self._orders)


class Mail(Ranks):
    """One of two processes: what is handed out is taken in by the other."""

    def __init__(self, rank: int, post: list[bytes]) -> None:
        super().__init__(Place("cpu", rank, 2, 2))
        self._post = post

    def order(self, order: Order) -> None:
        pass

    def hand_out(self, data: bytes) -> None:
        self._post.append(data)

    def take_in(self) -> bytes:
        return self._post.pop(0)


def test_pages_are_held_out_that_the_leading_process_names(
    dataset: Path, quick: TrainingConfig
) -> None:
    post: list[bytes] = []
    # not what would be chosen of this dataset
    named = HeldOut(("left long ago",), (("a", 7, 0), ("a", 9, 0)))
    trainer = Trainer(quick, quick.network(1))
    Lead(trainer, Mail(0, post), named).step(Noise(4))
    follower, held_out = following._taken_over(dataset, Mail(1, post))
    assert held_out == named
    assert follower.config == quick
    assert post == []


def test_the_pages_of_each_size_are_closed_before_those_of_the_next(
    dataset: Path, quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    close, open_batches = Batches.close, material.batches

    def opened(
        path: Path, held_out: HeldOut, labels: None, resolution: int, place: Place
    ) -> Batches:
        told.append(f"opened {resolution} px")
        return open_batches(path, held_out, labels, resolution, place)

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

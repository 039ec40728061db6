"""Trainers that share minibatches of noise, one of them in a process of its own."""

import dataclasses
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor

from deepzine_gui.errors import TrainingError
from deepzine_gui.networks.labels import Labels
from deepzine_gui.training import TrainingConfig, preset
from deepzine_gui.training.checkpoints import checkpoint
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.processes.ranks import Ranks
from deepzine_gui.training.stepping.trainer import Trainer
from tests.training.noise import Pages
from tests.training.runs import short_of_memory

TOLD = (
    *("d_loss", "g_loss", "d_real", "d_fake", "penalty", "d_held_out", "augment_p"),
    *("d_norm", "g_norm"),
)
"""What a step tells that does not depend on how its pages are divided."""


@dataclasses.dataclass(frozen=True)
class Task:
    """Some steps of a trainer.

    Attributes:
        changes: of the settings.
        labels: how many there are, 0 or 2.
        steps: to take.
        spoilt: draws with a pixel that is no number.
        room: pages at a time that fit into the memory of each process; None for all.
    """

    changes: dict[str, Any] = dataclasses.field(default_factory=dict)
    labels: int = 0
    steps: int = 3
    spoilt: frozenset[int] = frozenset()
    room: tuple[int | None, int | None] = (None, None)

    @property
    def config(self) -> TrainingConfig:
        """Tiny networks at 8 px all along, and steps so small that roundings do not grow."""
        return preset(
            "cpu-demo", growth="none", resolution=8, fmap_base=32, fmap_max=8, latent_size=8,
            precision="float32", **{"adam_epsilon": 0.1, "learning_rate": 5e-3, **self.changes},
        )  # fmt: skip

    def carry_out(self, ranks: Ranks | None = None) -> dict[str, Tensor]:
        """Weights, moments and random numbers after the steps, and what the last ones told."""
        config = self.config
        labels = Labels(("a", "b"), (1, 1)) if self.labels else None
        network = config.network(1, labels=self.labels)
        trainer = Trainer(config, network, labels=labels, ranks=ranks)
        pages, told = Pages(8, self.spoilt), {}
        for _ in range(self.steps):
            result = trainer.step(pages)
            told |= {f"told.{name}": getattr(result, name) for name in TOLD}
        told["pages_at_once"] = torch.tensor(trainer.updates.pages_at_once or 0)
        told["skipped"] = trainer.updates.skipped
        told = {name: value.clone() for name, value in told.items() if value is not None}
        return {**checkpoint.contents(trainer).tensors, **told}

    def carry_out_at(self, rank: int, meeting: Path) -> dict[str, Tensor]:
        """Do so as one of two processes."""
        ranks = Ranks(Place("cpu", rank, 2, 2, meeting))
        for _ in ranks.gather():
            pass
        with pytest.MonkeyPatch.context() as patch:
            room = self.room[rank]
            if room is not None:
                short_of_memory(patch, room)
            try:
                return self.carry_out(ranks)
            finally:
                ranks.leave()


def follower() -> Generator[bytes, tuple[Task, Path], None]:
    """A child's job: carry out one task after the other as the second process; errors are told."""
    torch.set_num_threads(1)
    found = b""
    while True:
        task, meeting = yield found
        try:
            found = safetensors.torch.save(task.carry_out_at(1, meeting))
        except TrainingError as error:
            found = str(error).encode()

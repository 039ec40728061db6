"""Which processes a run has, and on which devices."""

import dataclasses
from pathlib import Path

import torch

from deepzine_gui.training.processes.device import best_device
from deepzine_gui.training.processes.torchrun import Torchrun


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """One process of a run.

    Attributes:
        device: as torch calls it.
        rank: its number; 0 leads.
        size: of all of them.
        neighbours: of those on this machine, itself included.
        meeting: a file by which processes of one machine find each other; None where torchrun has
            told them.
        launch: torchrun's name of its job; empty where it has none, or torchrun did not start it.
    """

    device: str
    rank: int = 0
    size: int = 1
    neighbours: int = 1
    meeting: Path | None = None
    launch: str = ""


def devices_here(wanted: str) -> list[str]:
    """The devices of a run's processes on this machine, one each.

    Args:
        wanted: as `TrainingConfig.devices`. Of a number, there are at most as many as there are
            graphics cards, if there are any.
    """
    cards = [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    if wanted == "auto":
        return [best_device()]
    if wanted == "cpu":
        return ["cpu"]
    if wanted == "all":
        return cards or ["cpu"]
    return cards[: int(wanted)] or ["cpu"] * int(wanted)


def place_given_by(told: Torchrun) -> Place:
    """A graphics card of its own for each process that torchrun started; else the processor."""
    device = "cpu"
    if told.local_size <= torch.cuda.device_count():
        device = f"cuda:{told.local_rank}"
    return Place(device, told.rank, told.size, told.local_size, launch=told.job)

"""Runs that are stopped as a person would stop them, and what they leave."""

from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.networks import discriminator
from deepzine_gui.networks.layers import minibatch_deviation
from deepzine_gui.progress import Event, Notice, Progress
from deepzine_gui.training import CheckpointSaved, StageChanged
from deepzine_gui.training.stepping.resident import near
from deepzine_gui.training.stepping.values import Pages


def run_until(job: Generator[Event, None, None], last: Callable[[Event], bool]) -> list[Event]:
    """Take events up to the first that is the `last`, then stop the run."""
    seen = []
    with closing(job):
        for event in job:
            seen.append(event)
            if last(event):
                break
    return seen


def run_to(job: Generator[Event, None, None], kimg: float) -> list[Event]:
    """Stop a run after so many pages."""
    return run_until(job, lambda event: _kimg_of(event) >= kimg)


def on_the_way(
    job: Generator[Event, None, None], kimg: float, happens: Callable[[], None]
) -> list[Event]:
    """Let something happen at the first checkpoint after so many pages."""
    seen, to_come = [], True
    with closing(job):
        for event in job:
            seen.append(event)
            if to_come and isinstance(event, CheckpointSaved) and event.kimg > kimg:
                to_come = False
                happens()
    return seen


def _kimg_of(event: Event) -> float:
    # pages that are brought to a card are told of as well
    return event.done if isinstance(event, Progress) and event.unit == "kimg" else 0


def run_steps(job: Generator[Event, None, None], stage: int) -> list[Event]:
    """Stop a run as a stage begins."""
    return run_until(job, lambda event: isinstance(event, StageChanged) and event.index == stage)


def checkpoint_names(run: Path) -> list[str]:
    """What lies among a run's checkpoints."""
    return sorted(path.name for path in (run / "checkpoints").iterdir())


def assert_same_end(one: Path, other: Path, *, at: str = "000000.096") -> None:
    """Two runs have the same weights, moments and random numbers, to the bit."""
    name = f"checkpoints/{at}/state.safetensors"
    first, second = (safetensors.torch.load_file(run / name) for run in (one, other))
    assert first.keys() == second.keys()
    for key, value in first.items():
        assert torch.equal(value, second[key]), key


def short_of_memory(patch: pytest.MonkeyPatch, most: int, error: Exception | None = None) -> None:
    """Leave the discriminator room for so many pages at a time."""

    def short(x: Tensor, group: int) -> Tensor:
        if len(x) > most:
            raise error or torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")
        return minibatch_deviation(x, group)

    patch.setattr(discriminator, "minibatch_deviation", short)


def brought(batches: Batches, device: torch.device) -> Pages:
    """The pages of a stage, once they are as near to the device as there is room."""
    bringing = near(batches, device)
    while True:
        try:
            next(bringing)
        except StopIteration as end:
            pages: Pages = end.value
            return pages


def notices(events: list[Event]) -> list[str]:
    """Return the texts of notices, none of which is an error."""
    assert all(
        event.severity in ("info", "warning") for event in events if isinstance(event, Notice)
    )
    return [event.text for event in events if isinstance(event, Notice)]

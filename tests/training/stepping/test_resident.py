"""Pages on the device are those that would be drawn from the file."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.pages import PageSettings
from deepzine_gui.training.stepping import resident
from deepzine_gui.training.stepping.resident import ResidentPages, near
from tests.training.runs import brought

PLACES = np.array([5, 0, 2])


@pytest.fixture(params=[10**9, 0], ids=["in memory", "in their file"])
def batches(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Batches]:
    """Noise of four documents, one of them held out; there may be no memory for it."""
    path = tmp_path / "pages.h5"
    rng = np.random.default_rng(3)
    with Writer(path, PageSettings(resolution=16)) as writer:
        for number in range(40):
            page = rng.integers(0, 256, (1, 16, 16), np.uint8)
            writer.add(page, Provenance(document="abcd"[number % 4], page=number + 1))
        writer.finish()
    limit = request.param
    opened = Batches(path, resolution=8, held_out=0.25, memory_limit_bytes=limit)
    with closing(opened):
        yield opened


@pytest.mark.parametrize("only", [np.arange(6), PLACES], ids=["all", "a share"])
@pytest.mark.parametrize("draw", ["draw", "draw_labelled", "draw_held_out"])
def test_the_same_pages_are_drawn(
    batches: Batches, draw: str, only: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # copied in more than one go
    monkeypatch.setattr(resident, "_BYTES_AT_ONCE", 1000)
    one, other = np.random.default_rng(1), np.random.default_rng(1)
    expected = getattr(batches, draw)(6, one, only)
    pages = ResidentPages(batches, torch.device("cpu"))
    assert list(pages.fill()) == [15, 30, 40]
    found = getattr(pages, draw)(6, other, only)
    if draw != "draw":
        assert found[1].tolist() == expected[1].tolist()
        expected, found = expected[0], found[0]
    assert found.dtype == torch.uint8
    assert np.array_equal(found.numpy(), expected)
    assert one.bit_generator.state == other.bit_generator.state


def test_nothing_is_held_out_where_nothing_is(dataset: Path) -> None:
    with closing(Batches(dataset, resolution=8)) as batches:
        pages = ResidentPages(batches, torch.device("cpu"))
        assert pages.draw_held_out(4, np.random.default_rng(0), np.arange(4)) is None


class There:
    """Pages that have room."""

    def __init__(self, batches: Batches, device: torch.device) -> None:
        self.counts = [batches.count // 2, batches.count]

    def fill(self) -> Iterator[int]:
        """Bring half at a time."""
        yield from self.counts


def out_of_memory(*_: Any) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory.")


@pytest.mark.parametrize(
    ("device", "free", "made", "resides"),
    [
        ("cpu", 10**9, There, False),
        ("cuda", 40 * 64 * 4, There, True),
        ("cuda", 40 * 64 * 4 - 1, There, False),
        ("cuda", 10**9, out_of_memory, False),
    ],
    ids=["processor", "room", "too little room", "room that was taken"],
)
def test_pages_reside_on_a_graphics_card_where_there_is_room(
    batches: Batches,
    monkeypatch: pytest.MonkeyPatch,
    device: str,
    free: int,
    made: Callable[..., Any],
    resides: bool,
) -> None:
    monkeypatch.setattr(resident, "ResidentPages", made)
    monkeypatch.setattr(resident, "free_bytes", lambda _: free)
    found = brought(batches, torch.device(device))
    assert isinstance(found, There) if resides else (found is batches)


def test_how_many_have_been_brought_is_told(
    batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resident, "ResidentPages", There)
    monkeypatch.setattr(resident, "free_bytes", lambda _: 10**9)
    told = list(near(batches, torch.device("cuda")))
    assert [(event.done, event.total, event.unit) for event in told] == [
        (20, 40, "pages"),
        (40, 40, "pages"),
    ]

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
from deepzine_gui.training import resident
from deepzine_gui.training.resident import ResidentPages, near

PLACES = np.array([5, 0, 2])


@pytest.fixture
def batches(tmp_path: Path) -> Iterator[Batches]:
    """Noise of four documents, one of them held out."""
    path = tmp_path / "pages.h5"
    rng = np.random.default_rng(3)
    with Writer(path, PageSettings(resolution=16)) as writer:
        for number in range(40):
            page = rng.integers(0, 256, (1, 16, 16), np.uint8)
            writer.add(page, Provenance(document="abcd"[number % 4], page=number + 1))
        writer.finish()
    with closing(Batches(path, resolution=8, held_out=0.25)) as opened:
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
    found = getattr(ResidentPages(batches, torch.device("cpu")), draw)(6, other, only)
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


def out_of_memory(*_: Any) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory.")


@pytest.mark.parametrize(
    ("device", "free", "made", "resides"),
    [
        ("cpu", 10**9, lambda *_: "there", False),
        ("cuda", 40 * 64 * 4, lambda *_: "there", True),
        ("cuda", 40 * 64 * 4 - 1, lambda *_: "there", False),
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
    found = near(batches, torch.device(device))
    assert (found == "there") if resides else (found is batches)


def test_pages_that_stay_in_their_file_do_not_reside(batches: Batches, tmp_path: Path) -> None:
    path = tmp_path / "pages.h5"
    with closing(Batches(path, resolution=8, memory_limit_bytes=0)) as filed:
        assert filed.in_memory is None
        assert near(filed, torch.device("cuda")) is filed

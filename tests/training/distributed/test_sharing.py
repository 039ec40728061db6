"""Two processes that share each minibatch come to what one would, to the last roundings."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor

from deepzine_gui.child import in_child
from deepzine_gui.errors import TrainingError
from deepzine_gui.training.stepping.accumulation import share
from tests.training.sharing import Task, follower

Found = dict[str, Tensor]
Shared = Callable[[Task], tuple[Found, Found]]

ADA = {"augment": "ada", "augment_p": 0.3, "augment_kimg": 1.0, "held_out": 0.1}


@pytest.fixture(scope="module")
def other() -> Iterator[Any]:
    """A process that waits for tasks; starting one takes longest of all."""
    child = in_child(follower)
    next(child)
    yield child
    child.close()


@pytest.fixture
def shared(other: Any, tmp_path: Path) -> Shared:
    """What both processes come to."""

    def carry_out(task: Task) -> tuple[Found, Found]:
        torch.set_num_threads(1)
        other.post((task, tmp_path / "meeting"))
        try:
            found = task.carry_out_at(0, tmp_path / "meeting")
        finally:
            theirs = other.take()
        return found, safetensors.torch.load(theirs)

    return carry_out


def assert_alike(one: Found, other: Found, **tolerance: float) -> None:
    assert one.keys() == other.keys()
    for name, value in one.items():
        torch.testing.assert_close(
            other[name], value, **tolerance, equal_nan=True, msg=lambda text, at=name: at + text
        )


@pytest.mark.parametrize("count", [1, 2, 3, 6, 14, 16, 64])
@pytest.mark.parametrize("size", [1, 2, 3, 8])
@pytest.mark.parametrize("group", [1, 4, 16])
def test_each_page_is_in_one_share_with_all_it_is_compared_with(
    count: int, size: int, group: int
) -> None:
    shares = [share(count, group, rank=rank, size=size) for rank in range(size)]
    together = shares[0].group
    table = torch.arange(count).reshape(together, -1)
    own = [each for each in shares if each.weight]
    assert torch.cat([each.places for each in own]).sort().values.tolist() == list(range(count))
    assert sum(each.weight for each in shares) == pytest.approx(1)
    for each in shares:
        assert each.weight in (0, len(each.places) / count)
        columns = each.places.reshape(together, -1)
        assert all(column in table.T.tolist() for column in columns.T.tolist())
    sizes = [len(each.places) if each.weight else 0 for each in shares]
    assert max(sizes) - min(sizes) in (0, together)


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ({"loss": "rpgan", "penalty_interval": 2, "minibatch": 16, **ADA}, 0),
        ({"loss": "wgan-gp", "minibatch": 8, "label_head": "classes"}, 2),
        ({"loss": "ns-r1", "penalty_interval": 2, "minibatch": 8, "discriminator_updates": 2}, 2),
        # groups of 2, of which one process has 4 and the other 3; parts of a share, too
        ({"loss": "rpgan", "minibatch": 14, "pages_at_once": 4, "l1_weight": 1e-3, **ADA}, 2),
        # a single group: one process has nothing of its own
        ({"loss": "wgan-gp", "minibatch": 4, "l2_weight": 1e-3, "generator_updates": 2}, 0),
    ],
    ids=["rpgan", "wgan-gp", "ns-r1", "uneven", "idle"],
)
def test_two_processes_are_as_one(shared: Shared, changes: dict[str, Any], labels: int) -> None:
    task = Task(changes, labels, steps=4)
    found, theirs = shared(task)
    # not only to roundings: else they would drift apart
    assert_alike(found, theirs, rtol=0, atol=0)
    alone = task.carry_out()
    assert_alike(alone, found, rtol=1e-3, atol=2e-5)
    assert torch.equal(found["noise"], alone["noise"])
    untrained = Task(changes, labels, steps=0).carry_out()
    moved = [(found[key] - untrained[key]).abs().max() for key in untrained if key[:2] == "g."]
    # alike within a hundredth of what was learnt: that is no accident
    assert max(moved) > 3e-3


def test_memory_that_runs_out_in_one_process_halves_the_pages_of_both(shared: Shared) -> None:
    changes = {"loss": "rpgan", "minibatch": 16, **ADA}
    found, theirs = shared(Task(changes, room=(None, 4)))
    assert_alike(found, theirs, rtol=0, atol=0)
    assert int(found["pages_at_once"]) == 4
    known, _ = shared(Task({**changes, "pages_at_once": 4}))
    assert_alike(known, found, rtol=0, atol=0)


def test_a_step_spoilt_in_one_process_is_skipped_in_both(shared: Shared) -> None:
    # the pixel is on the first page of a draw, which is in the first process's share
    found, theirs = shared(Task({"minibatch": 8}, steps=2, spoilt=frozenset({1})))
    assert_alike(found, theirs, rtol=0, atol=0)
    assert int(found["skipped"]) == 1
    before, _ = shared(Task({"minibatch": 8}, steps=1))
    weights = [key for key in before if key.startswith(("g.", "d.", "average."))]
    assert all(torch.equal(found[key], before[key]) for key in weights)


def test_a_page_too_large_for_one_process_is_one_sentence_in_both(
    other: Any, tmp_path: Path
) -> None:
    task = Task({"minibatch": 8, "pages_at_once": 2}, room=(None, 0))
    other.post((task, tmp_path / "meeting"))
    with pytest.raises(TrainingError, match="too small for a single page"):
        task.carry_out_at(0, tmp_path / "meeting")
    assert other.take().startswith(b"The memory is too small for a single page")

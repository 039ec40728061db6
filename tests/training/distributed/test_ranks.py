"""How processes with graphics cards part, shown with what a processor has in place of NCCL."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import distributed as dist

from deepzine_gui.training.processes import ranks
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.processes.ranks import LostRankError, Ranks, Sum


class Tape:
    """What is asked of torch's processes, in order."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.lines: list[str] = []
        self.patience: dict[str, Any] = {}
        new_group = dist.new_group

        def made(*, backend: str, timeout: Any) -> Any:
            self.patience[backend] = timeout
            return new_group(backend="gloo", timeout=timeout)

        patch.setattr(dist, "is_nccl_available", lambda: True)
        patch.setattr(torch.cuda, "set_device", lambda _: None)
        patch.setattr(dist, "new_group", made)
        self._note(patch, dist, "destroy_process_group")
        self._note(patch, dist.distributed_c10d, "_abort_process_group")

    def _note(self, patch: pytest.MonkeyPatch, module: Any, name: str) -> None:
        own: Callable[..., Any] = getattr(module, name)

        def noted(*args: Any) -> None:
            self.lines.append(name)
            own(*args)

        patch.setattr(module, name, noted)


@pytest.fixture
def tape(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tape]:
    yield Tape(monkeypatch)
    assert not dist.is_initialized()


def joined() -> Ranks:
    """The only process of a run that has met all of none."""
    found = Ranks(Place("cuda:0"))
    found._join(dist.HashStore())
    return found


def test_a_card_waits_less_long_than_a_paused_run(tape: Tape) -> None:
    joined().leave()
    assert tape.patience == {"gloo": ranks.PAUSE_PATIENCE, "nccl": ranks.CARD_PATIENCE}
    assert ranks.CARD_PATIENCE < ranks.STEP_PATIENCE
    assert tape.lines == ["destroy_process_group"]


def test_sums_that_wait_for_the_dead_are_given_up(
    tape: Tape, monkeypatch: pytest.MonkeyPatch
) -> None:
    lonely = joined()

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("Connection closed by peer")

    with monkeypatch.context() as patch:
        patch.setattr(dist, "all_reduce", broken)
        with pytest.raises(LostRankError):
            lonely.add_up(Sum([torch.ones(2)]))
    lonely.leave()
    assert tape.lines == ["_abort_process_group", "destroy_process_group"]

"""What makes a step quick on a processor: how tensors lie, and where their memory comes from."""

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.processes.device import give_back, prepare
from tests.training.noise import Pages
from tests.training.tape import trainer_of

if sys.platform == "linux":
    import resource

_MEGABYTE = 2**20
_SYSTEM_PAGE = 4096


class Layouts(TorchDispatchMode):
    """Collects what makes feature maps, of more than one channel, that do not lie channels last."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_at = 0
        self.others: set[str] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        if isinstance(out, Tensor) and out.ndim == 4 and out.shape[1] > 1 and out.shape[2] > 4:
            self.looked_at += 1
            if not out.is_contiguous(memory_format=torch.channels_last):
                self.others.add(str(func))
        return out


@pytest.mark.parametrize("loss", ["rpgan", "ns-r1"])
def test_feature_maps_of_grey_pages_lie_channels_last_both_ways(
    growing: TrainingConfig, loss: str
) -> None:
    changes = {"graphs": "off", "loss": loss, "penalty_interval": 2, "fade_penalty_interval": 2}
    trainer = trainer_of(growing.model_copy(update=changes), None)
    trainer.images = 60
    trainer.enter_stage()
    pages = Pages(8)
    trainer.step(pages)
    # the penalty's second gradient is torch's own, and lies as it likes
    layouts = Layouts()
    with layouts:
        trainer.step(pages)
    assert layouts.looked_at > 20
    assert not layouts.others


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what it hands out")
def test_memory_that_tensors_leave_is_used_again() -> None:
    prepare(torch.device("cpu"))

    def use() -> int:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(3):
            tensors = [torch.ones(24 * _MEGABYTE // 4) for _ in range(5)]
            del tensors
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    # what other tests have left may lie in the way at first
    assert min(use() for _ in range(5)) < 24 * _MEGABYTE / _SYSTEM_PAGE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is in memory")
def test_kept_memory_is_given_back_when_memory_runs_out() -> None:
    prepare(torch.device("cpu"))

    def in_memory() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

    tensors = [torch.ones(8 * _MEGABYTE // 4) for _ in range(16)]
    del tensors
    before = in_memory()
    give_back(torch.device("cpu"))
    # the kernel's own count is off by some megabytes where there are many processors
    assert before - in_memory() > 64 * _MEGABYTE

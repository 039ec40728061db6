"""Where a step computes: no number is waited for, nor looked for on another device."""

import contextlib
import importlib
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from deepzine_gui.networks.labels import Labels
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.checkpoints import checkpoint
from deepzine_gui.training.stepping import trainer
from deepzine_gui.training.stepping.draws import Draws
from deepzine_gui.training.stepping.trainer import Trainer
from tests.training.noise import Pages
from tests.training.tape import ADA, NoWaiting, TapeRecorder, WaitedError, trainer_of


@pytest.mark.parametrize("pages_at_once", [0, 2])
@pytest.mark.parametrize("labels", [0, 2])
def test_no_step_waits_for_the_device(
    growing: TrainingConfig, labels: int, pages_at_once: int
) -> None:
    changes = {"graphs": "off", "loss": "rpgan", "pages_at_once": pages_at_once, **ADA}
    trainer = trainer_of(growing.model_copy(update=changes), TapeRecorder(), labels)
    trainer.images = 60
    trainer.enter_stage()
    assert trainer.stage.fading
    pages = Pages(8)
    for _ in range(4):
        with NoWaiting():
            trainer.step(pages)
    with NoWaiting(), pytest.raises(WaitedError):
        float(trainer.updates.skipped)


class FarDraws(Draws):
    """Random numbers on a device that computes nothing, whose generator is the processor's."""

    @classmethod
    def seeded(cls, device: torch.device, seed: int) -> "FarDraws":
        return cls(torch.Generator().manual_seed(seed))

    def divide(self, places: Tensor, count: int) -> None:
        super().divide(places, count)
        self._places = None if self._places is None else self._places.to("meta")

    def normal(self, count: int, width: int) -> Tensor:
        drawn = torch.randn(self._all(count), width, device="meta")
        return drawn if self._places is None else drawn[self._places]

    uniform = normal


class FarNoWaiting(NoWaiting):
    """The same on a device that lacks Adam."""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func.overloadpacket is torch.ops.aten._fused_adam_:
            return None
        return super().__torch_dispatch__(func, types, args, kwargs)


@pytest.mark.parametrize(("loss", "pages_at_once"), [("wgan-gp", 0), ("ns-r1", 2), ("rpgan", 2)])
def test_no_step_needs_a_number_that_lies_on_another_device(
    growing: TrainingConfig, loss: Any, pages_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # tensors of "meta" have no numbers: whoever asks for one, or mixes devices, fails
    monkeypatch.setattr(trainer, "Draws", FarDraws)
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: contextlib.nullcontext())
    adam = importlib.import_module("torch.optim.adam")
    monkeypatch.setattr(adam, "_device_dtype_check_for_fused", lambda _: None)
    changes = {"graphs": "off", "loss": loss, "pages_at_once": pages_at_once, **ADA}
    config = growing.model_copy(update={**changes, "label_head": "classes", "l1_weight": 1e-3})
    labels = Labels(("a", "b"), (1, 1))
    network = config.network(1, labels=2)
    far = Trainer(config, network, device="meta", labels=labels, recorder=TapeRecorder())
    for kimg in (0.0, 0.06):
        far.images = int(1000 * kimg)
        far.enter_stage()
        pages = Pages(far.stage.resolution)
        for _ in range(2):
            with FarNoWaiting():
                told = far.step(pages)
    assert far.stage.fading
    assert told.d_loss.is_meta
    with pytest.raises(RuntimeError):
        float(told.d_loss)


def test_a_run_on_the_processor_is_asked_for_each_step(growing: TrainingConfig) -> None:
    trainer = trainer_of(growing, None)
    assert trainer.graphs is None
    assert trainer.g_optimiser.param_groups[0]["capturable"] is False
    trainer.step(Pages(4))
    assert isinstance(trainer.g_optimiser.param_groups[0]["lr"], float)


@pytest.mark.parametrize("kind", ["processor", "graphics card"])
def test_random_numbers_go_on_on_another_device_in_one_way(
    growing: TrainingConfig, tmp_path: Path, kind: str
) -> None:
    trainer = trainer_of(growing, None)
    trainer.step(Pages(4))
    left = checkpoint.contents(trainer)
    if kind == "graphics card":
        # a seed and an offset
        left.tensors["noise"] = torch.arange(16, dtype=torch.uint8)
    found = []
    for _ in range(2):
        other = trainer_of(growing, None)
        checkpoint.restore(left, other)
        found.append(other.noise.get_state())
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], trainer.noise.get_state()) == (kind == "processor")
    left.tensors["noise"] = torch.arange(1, 17, dtype=torch.uint8)
    checkpoint.restore(left, other)
    assert not torch.equal(other.noise.get_state(), found[0])
    assert math.isfinite(float(other.step(Pages(4)).d_loss))

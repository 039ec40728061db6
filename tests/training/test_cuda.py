"""What only graphics cards can show: `make test-card`."""

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from deepzine_gui import training
from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.errors import ChildError
from deepzine_gui.progress import Finished, Notice
from deepzine_gui.training import TrainingConfig, preset
from deepzine_gui.training.checkpoints import checkpoint
from deepzine_gui.training.processes.device import (
    STEPS_AHEAD,
    Pace,
    card_names,
    free_bytes,
    wait_for,
)
from deepzine_gui.training.running import stretch
from deepzine_gui.training.stepping import graphs
from deepzine_gui.training.stepping.resident import ResidentPages
from deepzine_gui.training.stepping.trainer import Trainer
from tests.processes import our_children
from tests.training import launched
from tests.training.noise import Pages
from tests.training.runs import brought, on_the_way, run_to, short_of_memory

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="wants a graphics card")

two_cards = pytest.mark.skipif(torch.cuda.device_count() < 2, reason="wants two graphics cards")

CUDA = torch.device("cuda")
ADA = {"augment": "ada", "augment_p": 0.3, "augment_kimg": 1.0, "held_out": 0.1}


@pytest.fixture
def growing(quick: TrainingConfig) -> TrainingConfig:
    """Sixteen steps a leg, so small that roundings do not grow."""
    legs = {"fade_kimg": 0.064, "stable_kimg": 0.064, "final_kimg": 0.064}
    return quick.model_copy(update={**legs, "penalty_interval": 2, "adam_epsilon": 0.1, **ADA})


def trainer_on_card(config: TrainingConfig) -> Trainer:
    return Trainer(config, config.network(1), device="cuda")


def steps(trainer: Trainer, count: int) -> None:
    pages = Pages(trainer.stage.resolution)
    for _ in range(count):
        trainer.step(pages)
        if trainer.enter_stage():
            pages = Pages(trainer.stage.resolution)


def known(trainer: Trainer) -> dict[str, Tensor]:
    return {name: each.cpu() for name, each in checkpoint.contents(trainer).tensors.items()}


def assert_alike(one: dict[str, Tensor], other: dict[str, Tensor]) -> None:
    assert one.keys() == other.keys()
    for name, value in one.items():
        torch.testing.assert_close(
            other[name], value, rtol=1e-3, atol=1e-4, msg=lambda text, at=name: at + text
        )


@pytest.mark.parametrize("loss", ["wgan-gp", "ns-r1", "rpgan"])
@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_recorded_steps_are_ordinary_steps(
    growing: TrainingConfig, loss: Any, precision: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphs, "WARM_UP", 2)
    config = growing.model_copy(update={"loss": loss, "precision": precision})
    ordinary = trainer_on_card(config.model_copy(update={"graphs": "off"}))
    recorded = trainer_on_card(config)
    for trainer in (ordinary, recorded):
        steps(trainer, 48)
    assert recorded.graphs is not None
    assert recorded.graphs.failure == ""
    assert recorded.graphs.recordings > 0
    one, other = known(ordinary), known(recorded)
    # as many numbers were drawn, and the same ones
    assert torch.equal(one["noise"], other["noise"])
    if precision == "float32":
        assert_alike(one, other)


# torch says so, once, of the mode itself
@pytest.mark.filterwarnings("ignore:Synchronization debug mode is a prototype")
@pytest.mark.parametrize("pages_at_once", [0, 2])
def test_no_step_waits_for_the_card(growing: TrainingConfig, pages_at_once: int) -> None:
    changes = {"graphs": "off", "pages_at_once": pages_at_once}
    trainer = trainer_on_card(growing.model_copy(update=changes))
    steps(trainer, 2)
    torch.cuda.set_sync_debug_mode("error")
    try:
        steps(trainer, STEPS_AHEAD // 2)
    finally:
        torch.cuda.set_sync_debug_mode("default")


def test_a_run_on_a_card_goes_on_as_it_would_have(
    tmp_path: Path, dataset: Path, growing: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretch, "PROGRESS_S", 0.0)
    config = growing.model_copy(update={"held_out": 0.0, "augment": "fixed"})
    end = "000000.192"
    list(training.train(dataset, tmp_path / "whole", config=config, threads=1))
    run_to(training.train(dataset, tmp_path / "halved", config=config, threads=1), 0.1)
    events = list(training.train(dataset, tmp_path / "halved", resume=True))
    assert isinstance(events[-1], Finished)
    one, other = (
        checkpoint.read(tmp_path / run / "checkpoints" / end) for run in ("whole", "halved")
    )
    assert one.facts["pages_rng"] == other.facts["pages_rng"]
    assert torch.equal(one.tensors["noise"], other.tensors["noise"])
    assert_alike(one.tensors, other.tensors)


def test_a_run_of_a_processor_goes_on_on_a_card(growing: TrainingConfig) -> None:
    left = Trainer(growing, growing.network(1))
    steps(left, 4)
    contents = checkpoint.contents(left)
    noise = []
    for _ in range(2):
        trainer = trainer_on_card(growing)
        checkpoint.restore(contents, trainer)
        noise.append(trainer.noise.get_state())
        steps(trainer, 2)
        assert trainer.is_finite
    assert torch.equal(noise[0], noise[1])
    # and back
    checkpoint.restore(checkpoint.contents(trainer), left)
    steps(left, 2)
    assert left.is_finite


def test_memory_that_runs_out_halves_the_pages_at_a_time(
    growing: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = trainer_on_card(growing.model_copy(update={"minibatch": 8}))
    short_of_memory(monkeypatch, 4)
    steps(trainer, 8)
    assert trainer.updates.pages_at_once == 4
    assert trainer.is_finite
    assert trainer.graphs is not None
    assert trainer.graphs.recordings == 0


def test_memory_that_truly_runs_out_is_known(growing: TrainingConfig) -> None:
    with pytest.raises(torch.OutOfMemoryError):
        torch.empty(2 * torch.cuda.get_device_properties(CUDA).total_memory, device=CUDA)
    steps(trainer_on_card(growing), 1)


def test_a_step_that_cannot_be_recorded_costs_nothing_but_time(
    growing: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphs, "WARM_UP", 1)
    ordinary = trainer_on_card(growing.model_copy(update={"graphs": "off"}))
    trainer = trainer_on_card(growing)
    follow = type(trainer._computation)._follow

    def waits(self: Any, weight: Tensor) -> None:
        if self.updates._is_recording:
            weight.item()
        follow(self, weight)

    monkeypatch.setattr(type(trainer._computation), "_follow", waits)
    for each in (ordinary, trainer):
        steps(each, 12)
    assert trainer.graphs is not None
    assert trainer.graphs.failure
    assert torch.cuda.current_stream() == torch.cuda.default_stream()
    assert_alike(known(ordinary), known(trainer))


def test_pages_that_lie_on_the_card_are_those_of_the_file(dataset: Path) -> None:
    with closing(Batches(dataset, resolution=16)) as batches:
        pages = brought(batches, CUDA)
        assert isinstance(pages, ResidentPages)
        one, other = np.random.default_rng(1), np.random.default_rng(1)
        found = pages.draw(8, one, np.arange(8))
        assert isinstance(found, Tensor)
        assert found.is_cuda
        assert np.array_equal(found.cpu().numpy(), batches.draw(8, other))


def test_memory_does_not_grow_within_a_stage(growing: TrainingConfig) -> None:
    trainer = trainer_on_card(growing.model_copy(update={"growth": "none", "final_kimg": 10.0}))
    steps(trainer, 30)
    wait_for(CUDA)
    taken, free = torch.cuda.memory_allocated(CUDA), free_bytes(CUDA)
    steps(trainer, 60)
    wait_for(CUDA)
    assert torch.cuda.memory_allocated(CUDA) == taken
    assert free_bytes(CUDA) >= free - 2**21


def test_the_processor_is_few_steps_ahead() -> None:
    pace = Pace(CUDA)
    for _ in range(3 * STEPS_AHEAD):
        torch.cuda._sleep(100_000)
        pace.keep()
    assert len(pace._steps) == STEPS_AHEAD
    wait_for(CUDA)


@two_cards
def test_two_cards_come_to_what_one_comes_to(
    tmp_path: Path, dataset: Path, shared: TrainingConfig
) -> None:
    for name, devices in (("one", "auto"), ("two", "all")):
        config = shared.model_copy(update={"devices": devices})
        events = list(training.train(dataset, tmp_path / name, config=config, threads=1))
        assert isinstance(events[-1], Finished)
    launched.assert_alike(tmp_path / "one", tmp_path / "two")


@two_cards
def test_a_card_whose_neighbour_dies_does_not_wait_for_it(
    tmp_path: Path, dataset: Path, shared: TrainingConfig
) -> None:
    before = our_children()
    long = shared.model_copy(update={"devices": "all", "stable_kimg": 1000.0})

    def kill() -> None:
        (other,) = (each for each in our_children() if each not in before)
        other.kill()

    with pytest.raises(ChildError, match=r"What was saved of the run is sound"):
        on_the_way(training.train(dataset, tmp_path / "run", config=long, threads=1), 0.02, kill)


def test_convolutions_on_cards_are_as_exact_as_they_say(growing: TrainingConfig) -> None:
    trainer_on_card(growing)
    pages, weight = torch.randn(4, 64, 16, 16), torch.randn(64, 64, 3, 3)
    exact = torch.nn.functional.conv2d(pages.double(), weight.double())
    found = torch.nn.functional.conv2d(pages.cuda(), weight.cuda()).cpu().double()
    # TF32 is off by some thousandths
    assert ((found - exact).abs().max() / exact.abs().max()) < 1e-5


def test_a_whole_run_on_a_card_tells_no_trouble(tmp_path: Path, dataset: Path) -> None:
    config = preset(
        "default", resolution=8, fmap_base=32, fmap_max=8, latent_size=8, minibatch=8,
        fade_kimg=0.2, stable_kimg=0.2, final_kimg=0.2, held_out=0.0, augment="fixed",
        augment_p=0.3,
    )  # fmt: skip
    events = list(training.train(dataset, tmp_path / "run", config=config))
    assert isinstance(events[-1], Finished)
    assert not [event for event in events if isinstance(event, Notice)]


def test_every_card_is_named() -> None:
    names = card_names()
    assert len(names) == torch.cuda.device_count()
    assert names[0] == torch.cuda.get_device_name()
    assert all(names)

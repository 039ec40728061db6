"""A run that was stopped, wherever and however often, ends as one that never was: to the bit."""

import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from deepzine_gui import training
from deepzine_gui.progress import Finished, Progress
from deepzine_gui.training import TrainingConfig, preset
from deepzine_gui.training.running import speed, stretch
from deepzine_gui.training.stepping.trainer import Trainer
from tests.training.runs import assert_same_end, checkpoint_names, run_to, run_until


@pytest.mark.parametrize(
    ("loss", "minibatch", "end"), [("rpgan", 4, "000000.096"), ("wgan-gp", 5, "000000.100")]
)
def test_a_run_stopped_after_every_step_is_the_same_run(
    tmp_path: Path,
    dataset: Path,
    quick: TrainingConfig,
    monkeypatch: pytest.MonkeyPatch,
    loss: Any,
    minibatch: int,
    end: str,
) -> None:
    # stops amid both stages and the fade, at each growth step, and where a step overshoots one
    monkeypatch.setattr(stretch, "PROGRESS_S", 0.0)
    config = quick.model_copy(update={"loss": loss, "minibatch": minibatch, "penalty_interval": 2})
    list(training.train(dataset, tmp_path / "whole", config=config, threads=1))
    halved = tmp_path / "halved"
    seen = run_until(training.train(dataset, halved, config=config, threads=1), _amid_the_run)
    stretches = 1
    while not isinstance(seen[-1], Finished) and stretches < 50:
        seen = run_until(training.train(dataset, halved, resume=True), _amid_the_run)
        stretches += 1
    assert stretches == math.ceil(96 / minibatch)
    assert_same_end(tmp_path / "whole", halved, at=end)


@pytest.mark.parametrize("pages_at_once", [0, 4])
@pytest.mark.parametrize("name", training.PRESETS)
def test_a_run_of_every_preset_resumes_to_the_bit(
    tmp_path: Path,
    dataset: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    pages_at_once: int,
) -> None:
    monkeypatch.setattr(stretch, "PROGRESS_S", 0.0)
    config = preset(
        name, resolution=8, fmap_base=32, fmap_max=8, latent_size=8, minibatch=8, stage_steps=0,
        fade_kimg=0.04, stable_kimg=0.04, final_kimg=0.04, augment_kimg=0.1,
        warmup_kimg=preset(name).warmup_kimg / 1000, pages_at_once=pages_at_once,
    )  # fmt: skip
    list(training.train(dataset, tmp_path / "whole", config=config, threads=1))
    halved = tmp_path / "halved"
    # amid the first stage, amid the fade, and amid the last
    for kimg in (0.016, 0.064, 0.104):
        resume = kimg > 0.016
        given = None if resume else config
        seen = run_to(training.train(dataset, halved, config=given, resume=resume, threads=1), kimg)
        assert _amid_the_run(seen[-1])
    list(training.train(dataset, halved, resume=True))
    assert_same_end(tmp_path / "whole", halved, at="000000.120")


def _amid_the_run(event: object) -> bool:
    return isinstance(event, Progress) and event.total is not None and event.done < event.total


def test_a_run_draws_from_no_random_generator_but_those_it_keeps(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    torch.manual_seed(5)
    random.seed(5)
    np.random.seed(5)
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    list(training.train(dataset, tmp_path / "run", config=quick, threads=1))
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]
    assert np.random.get_state()[1].tolist() == before[2]


def test_a_resumed_run_keeps_its_number_of_threads(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # sums over other threads have other last bits
    run_to(training.train(dataset, tmp_path / "run", config=quick, threads=1), 0.02)

    def tried(*_: object) -> None:
        raise AssertionError("threads were tried anew")

    monkeypatch.setattr(speed, "quickest_threads", tried)
    list(training.train(dataset, tmp_path / "run", resume=True))
    assert torch.get_num_threads() == 1


def test_a_stage_end_stays_one_when_the_run_is_stopped_right_there(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    run = tmp_path / "run"
    ends = run_until(
        training.train(dataset, run, config=quick, threads=1),
        lambda event: isinstance(event, training.StepReport),
    )
    # before the checkpoint of the stage's end would have been written
    assert isinstance(ends[-1], training.StepReport)
    assert checkpoint_names(run) == ["000000.032"]
    busy = quick.model_copy(update={"checkpoint_minutes": 0.0})
    list(training.train(dataset, run, resume=True, config=busy))
    assert "000000.032" in checkpoint_names(run)


def test_growing_keeps_the_weights_and_forgets_the_moments() -> None:
    config = preset("cpu-demo", resolution=8, fmap_max=8, latent_size=8)
    trainer = Trainer(config, config.network(1))
    before = {name: value.clone() for name, value in trainer.generator.state_dict().items()}
    trainer.images = int(1000 * trainer.stage.end_kimg)
    assert trainer.enter_stage()
    assert trainer.alpha == 0
    assert not trainer.g_optimiser.state
    after = trainer.generator.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())

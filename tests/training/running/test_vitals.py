"""Looks at a run: what they find, that they change nothing, and what they may cost."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui import training
from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.progress import Finished, Progress
from deepzine_gui.training import TrainingConfig, Vitals, preset
from deepzine_gui.training.checkpoints import checkpoint
from deepzine_gui.training.recipe.schedule import Stage
from deepzine_gui.training.running import stretch, vitals
from deepzine_gui.training.running.budget import Budget
from deepzine_gui.training.running.vitals import VitalSigns
from deepzine_gui.training.stepping.trainer import Trainer
from tests.training.evaluating.test_evaluation import write_pages
from tests.training.runs import assert_same_end, run_to, run_until

Watched = tuple[Trainer, VitalSigns, Batches]


@pytest.fixture
def at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look after each step, whatever it costs."""
    monkeypatch.setattr(vitals, "_passed", lambda *_: True)
    monkeypatch.setattr(Budget, "covers", True)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    """A trainer amid a stage of 16 px, after one step, and what looks at it."""
    opened: list[Batches] = []

    def make(*, fading: bool = False, **settings: Any) -> Watched:
        config = preset(
            "cpu-demo", resolution=16, fmap_base=64, fmap_max=8, latent_size=8, minibatch=4,
            deviation_group=1, held_out=0.25, precision="float32", **settings,
        )  # fmt: skip
        trainer = Trainer(config, config.network(1))
        trainer.stage = Stage(0, 16, fading=fading, start_kimg=0, end_kimg=1.0)
        path = write_pages(tmp_path / "pages.h5")
        opened.append(batches := Batches(path, resolution=16, held_out=0.25))
        signs = VitalSigns(trainer)
        signs.enter(batches)
        signs.add(trainer.step(batches))
        return trainer, signs, batches

    yield make
    for batches in opened:
        batches.close()


def floats(pages: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(pages.astype(np.float32) / 127.5 - 1)


def unit(features: Tensor) -> NDArray[np.float64]:
    values = features.detach().double().numpy()
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def test_a_look_finds_what_numpy_does(watched: Callable[..., Watched]) -> None:
    trainer, signs, batches = watched()
    found = signs.look()
    assert (found.resolution, found.fading) == (16, False)
    pages, _ = batches.choose(128, np.random.default_rng(0))
    kept, _ = batches.choose(128, np.random.default_rng(0), held_out=True)
    assert (len(pages), len(kept)) == (75, 25)
    drawn = torch.randn(75, 8, generator=torch.Generator().manual_seed(0))
    latents = drawn / drawn.square().mean(dim=1, keepdim=True).add(1e-8).sqrt()
    with torch.no_grad():
        made_up = trainer.generator(latents, resolution=16, alpha=1.0)
        on_real, on_fake, on_kept = (
            trainer.discriminator.judge(each) for each in (floats(pages), made_up, floats(kept))
        )
    variances = [unit(each.features).var(axis=0, ddof=1).sum() for each in (on_fake, on_real)]
    assert found.feature_variance == pytest.approx(variances[0] / variances[1], rel=1e-3)
    seen = made_up.clamp(-1, 1).numpy(), floats(pages).numpy()
    deviations = [each.std(axis=0, ddof=1).mean() for each in seen]
    assert found.pixel_deviation == pytest.approx(deviations[0] / deviations[1], rel=1e-4)
    real, fake = on_real.scores.numpy(), on_fake.scores.numpy()
    above = np.mean([(x > fake).mean() for x in real])
    assert found.preference == pytest.approx(above, abs=2 / len(real) ** 2)
    assert found.score_real == pytest.approx(float(real.mean()), rel=1e-4)
    assert found.score_fake == pytest.approx(float(fake.mean()), rel=1e-4)
    assert found.score_held_out == pytest.approx(float(on_kept.scores.mean()), rel=1e-4)
    assert found.duplicates_real == 0
    assert found.generator_norm > 0 < found.discriminator_norm
    assert found.swd is None


def test_in_a_fade_real_pages_are_faded_alike(watched: Callable[..., Watched]) -> None:
    trainer, signs, batches = watched(fading=True)
    assert trainer.alpha == 0.004
    found = signs.look()
    pages, _ = batches.choose(128, np.random.default_rng(0))
    coarse = pages.reshape(75, 1, 8, 2, 8, 2).mean(axis=(3, 5)).repeat(2, 2).repeat(2, 3)
    faded = coarse + 0.004 * (pages - coarse)
    with torch.no_grad():
        scores = trainer.discriminator(floats(faded), alpha=0.004)
    assert found.fading
    assert found.score_real == pytest.approx(float(scores.mean()), rel=1e-3)


def test_the_average_is_evaluated_where_a_stage_ends(watched: Callable[..., Watched]) -> None:
    trainer, signs, batches = watched()
    trainer.images = 1000
    signs.add(trainer.step(batches))
    assert signs.due
    found = signs.look()
    assert found.swd is not None
    assert found.swd_floor is not None
    assert list(found.swd) == list(found.swd_floor) == [16]
    # an untrained network's pages are far from real ones
    assert found.swd[16] > 1.5 * found.swd_floor[16] > 0
    assert 0.5 < found.chi2 <= 1
    signs.add(trainer.step(batches))
    again = signs.look()
    assert again.swd_floor == found.swd_floor
    assert again.swd != found.swd


def test_fades_are_not_evaluated(watched: Callable[..., Watched]) -> None:
    trainer, signs, batches = watched(fading=True)
    trainer.images = 1000
    signs.add(trainer.step(batches))
    assert signs.due
    assert signs.look().swd is None


def test_a_single_page_tells_of_no_variety(tmp_path: Path, quick: TrainingConfig) -> None:
    path = write_pages(tmp_path / "one.h5", count=1, documents=1)
    trainer = Trainer(quick, quick.network(1))
    batches = Batches(path, resolution=4)
    signs = VitalSigns(trainer)
    signs.enter(batches)
    trainer.images = 32
    signs.add(trainer.step(batches))
    found = signs.look()
    batches.close()
    assert np.isnan([found.feature_variance, found.pixel_deviation, found.chi2]).all()
    assert (found.duplicates, found.duplicates_real) == (0, 0)
    assert np.isfinite(found.score_real)


def test_a_look_changes_nothing(watched: Callable[..., Watched]) -> None:
    trainer, signs, _ = watched(augment="ada", augment_p=0.5)
    before = {name: value.clone() for name, value in checkpoint._tensors(trainer).items()}
    pages_rng = str(trainer.pages_rng.bit_generator.state)
    torch_rng = torch.get_rng_state()
    assert signs.look().augment_p == float(trainer.augment.p)
    after = checkpoint._tensors(trainer)
    assert before.keys() == after.keys()
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert str(trainer.pages_rng.bit_generator.state) == pages_rng
    assert torch.equal(torch.get_rng_state(), torch_rng)


def test_a_run_that_is_looked_at_is_the_same_run(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(vitals, "_passed", lambda *_: True)
        patch.setattr(Budget, "covers", True)
        events = list(training.train(dataset, tmp_path / "seen", config=quick, threads=1))
    assert sum(isinstance(event, Vitals) for event in events) == 24
    monkeypatch.setattr(Budget, "covers", False)
    events = list(training.train(dataset, tmp_path / "unseen", config=quick, threads=1))
    # at the end a look is taken whatever it costs
    (look,) = (event for event in events if isinstance(event, Vitals))
    assert (look.kimg, math.isnan(look.chi2)) == (0.096, False)
    assert_same_end(tmp_path / "seen", tmp_path / "unseen")
    without = quick.model_copy(update={"guard": "off"})
    events = list(training.train(dataset, tmp_path / "alone", config=without, threads=1))
    assert not any(isinstance(event, Vitals) for event in events)
    assert_same_end(tmp_path / "seen", tmp_path / "alone")


@pytest.mark.usefixtures("at_every_step")
def test_a_run_that_goes_on_tells_the_same_vitals(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretch, "PROGRESS_S", 0.0)
    list(training.train(dataset, tmp_path / "whole", config=quick, threads=1))
    halved = tmp_path / "halved"
    run_to(training.train(dataset, halved, config=quick, threads=1), 0.044)
    run_until(
        training.train(dataset, halved, resume=True),
        lambda event: isinstance(event, Progress) and event.done >= 0.072,
    )
    last = list(training.train(dataset, halved, resume=True))[-1]
    assert isinstance(last, Finished)
    whole, resumed = (
        [
            {name: value for name, value in line.items() if name != "time"}
            for line in training.read_metrics(tmp_path / run)
            if line["kind"] == "vitals"
        ]
        for run in ("whole", "halved")
    )
    assert len(whole) == 24
    assert whole == resumed


def test_looks_are_due_by_pages_shown(watched: Callable[..., Watched]) -> None:
    trainer, signs, batches = watched()
    trainer.stage = Stage(0, 16, fading=False, start_kimg=0, end_kimg=1000.0)
    due = []
    for start in (2992, 2996, 3000, 5996, 20996):
        trainer.images = signs._images = start
        signs.add(trainer.step(batches))
        due.append((signs._look_due, signs._evaluation_due))
    assert due == [(False, False), (True, False), (False, False), (True, False), (True, True)]


def test_what_was_spent_must_be_earned() -> None:
    now = [0.0]
    budget = Budget(0.03, lambda: now[0])
    assert budget.covers
    with budget.spending():
        now[0] += 3.0
    assert not budget.covers
    now[0] = 99.9
    assert not budget.covers
    now[0] = 100.0
    assert budget.covers
    budget.leave_out(1.0)
    assert not budget.covers

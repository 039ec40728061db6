"""Runs on labelled pages, held-out pages and changed ones: whole, stopped, and used afterwards."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from deepzine_gui import dataset as datasets
from deepzine_gui import export, training
from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.dataset.storage.splitting import HeldOut
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.errors import ModelError, SettingsError, TrainingError
from deepzine_gui.latent import directions, random_points
from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.networks import read_info
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Finished
from deepzine_gui.training import StageChanged, StepReport, TrainingConfig
from deepzine_gui.training.running import speed, stretch
from deepzine_gui.training.running.vitals import VitalSigns
from deepzine_gui.training.stepping import apart, material
from deepzine_gui.training.stepping.trainer import Trainer
from tests.training.runs import assert_same_end, notices, run_to


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight documents of ten pages of 8 px: three quarters "dark", the others "light"."""
    path = tmp_path_factory.mktemp("labelled") / "pages.h5"
    rng = np.random.default_rng(0)
    with Writer(path, PageSettings(resolution=8)) as writer:
        for number in range(80):
            is_dark = number % 4 > 0
            page = rng.integers(0, 60, (1, 8, 8)) + (20 if is_dark else 180)
            row = Provenance(f"{number // 10}", 1, label="dark" if is_dark else "light")
            writer.add(page.astype(np.uint8), row)
        writer.finish()
    return path


@pytest.fixture
def rich(quick: TrainingConfig) -> TrainingConfig:
    """With all that a run may have besides: labels, held-out documents, pages changed as needed."""
    changes = {
        "conditional": "auto",
        "augment": "ada",
        "augment_p": 0.3,
        "augment_kimg": 1.0,
        "held_out": 0.2,
        "warmup_kimg": 0.02,
    }
    return quick.model_copy(update=changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"loss": "ns-r1", "discriminator_updates": 2, "generator_updates": 2},
        {"loss": "wgan-gp", "label_head": "classes", "l1_weight": 1e-3, "l2_weight": 1e-3},
        {"augment": "fixed", "reset_moments": False, "fade_penalty_interval": 1},
        {"minibatch": 8, "pages_at_once": 4, "discriminator_updates": 2, "deviation_group": 2},
        {"pages_at_once": 1},
    ],
)
def test_stopping_and_resuming_changes_nothing(
    tmp_path: Path,
    labelled: Path,
    rich: TrainingConfig,
    changes: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stretch, "PROGRESS_S", 0.0)
    config = rich.model_copy(update=changes)
    list(training.train(labelled, tmp_path / "whole", config=config, threads=1))
    halved = tmp_path / "halved"
    run_to(training.train(labelled, halved, config=config, threads=1), 0.048)
    list(training.train(labelled, halved, resume=True))
    state = tmp_path / "whole/checkpoints/000000.096/state.safetensors"
    p = safetensors.torch.load_file(state)["augment.p"]
    assert p != 0.3 or config.augment == "fixed"
    assert_same_end(tmp_path / "whole", halved)


def test_a_conditional_model_is_sampled_with_its_labels(
    tmp_path: Path, labelled: Path, rich: TrainingConfig
) -> None:
    run = tmp_path / "run"
    # long enough that the labels differ by far, whatever the seed and the last bits
    changes = {"final_kimg": 4.0, "augment": "none", "report_steps": 125}
    config = rich.model_copy(update=changes)
    events = training.train(labelled, run, config=config, threads=1)
    reports = [event for event in events if isinstance(event, StepReport)]
    assert np.isfinite(reports[-1].d_held_out)
    assert np.isnan(reports[-1].augment_p)
    sampler = Sampler(run)
    labels = sampler.info.labels
    assert labels is not None
    assert labels.names == ("dark", "light")
    assert sum(labels.counts) < 80
    points = random_points(64, 8, seed=0)
    dark, light = (sampler.images(points, labels=np.full(64, label)).mean() for label in (0, 1))
    assert dark < light
    commonest = sampler.images(points)
    assert np.array_equal(commonest, sampler.images(points, labels=np.zeros(64, np.int64)))
    drawn = sampler.labels(400, seed=1)
    assert drawn is not None
    assert drawn.mean() == pytest.approx(labels.counts[1] / sum(labels.counts), abs=0.06)
    assert directions(run, 3).shape == (3, 8)
    list(export.pictures(run, tmp_path / "pictures", count=4))
    list(export.grid(run, tmp_path / "grid.png"))
    for number, name in enumerate(labels.names):
        out = tmp_path / name
        list(export.pictures(run, out, count=3, seed=5, label=name))
        pages = sampler.images(random_points(3, 8, seed=5), labels=np.full(3, number))
        for index, page in enumerate(pages):
            with Image.open(out / f"{index:04d}.png") as picture:
                assert picture.text["label"] == name
                np.testing.assert_array_equal(np.asarray(picture), page[..., 0])
    with pytest.raises(SettingsError, match="no label 'grey': choose one of dark, light"):
        list(export.pictures(run, tmp_path / "grey", label="grey"))
    assert len(list((tmp_path / "pictures").iterdir())) == 4


def test_a_model_whose_labels_do_not_fit_is_refused(
    tmp_path: Path, labelled: Path, rich: TrainingConfig
) -> None:
    list(training.train(labelled, tmp_path / "run", config=rich))
    model = tmp_path / "run/checkpoints/000000.096/model.safetensors"
    info = read_info(model)
    odd = tmp_path / "odd.safetensors"
    for labels in ('{"dark": 3}', "{"):
        header = info.metadata | {"labels": labels}
        safetensors.torch.save_file(safetensors.torch.load_file(model), odd, header)
        with pytest.raises(ModelError, match="description cannot be read"):
            read_info(odd)


def test_relabelled_pages_end_a_conditional_run_in_words(
    tmp_path: Path, labelled: Path, rich: TrainingConfig
) -> None:
    pages = tmp_path / "pages.h5"
    pages.write_bytes(labelled.read_bytes())
    run_to(training.train(pages, tmp_path / "run", config=rich), 0.04)
    datasets.set_label(pages, [0], "grey")
    with pytest.raises(TrainingError, match=r"not those this run began with \(new grey\)"):
        next(training.train(pages, tmp_path / "run", resume=True))
    datasets.set_label(pages, range(80), "")
    with pytest.raises(TrainingError, match=r"began with \(gone dark and light\)"):
        next(training.train(pages, tmp_path / "run", resume=True))


def test_labels_given_while_a_run_goes_on_change_no_other_and_are_told(
    tmp_path: Path, labelled: Path, rich: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = tmp_path / "pages.h5"
    pages.write_bytes(labelled.read_bytes())
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    enter = VitalSigns.enter

    def entered(signs: VitalSigns, batches: Batches) -> None:
        seen.append(batches.draw_labelled(400, np.random.default_rng(0)))
        enter(signs, batches)

    monkeypatch.setattr(VitalSigns, "enter", entered)
    told = []
    for event in training.train(pages, tmp_path / "run", config=rich, threads=1):
        told.append(event)
        if isinstance(event, StageChanged) and event.index == 0:
            # before both others in order, and of pages of each
            datasets.set_label(pages, [0, 1, 2], "black")
    (said,) = notices(told)
    assert said.startswith("The dataset has 3 pages with labels that this run did not begin with")
    assert isinstance(told[-1], Finished)
    for drawn, numbers in seen:
        assert np.array_equal(numbers == 1, drawn.mean(axis=(1, 2, 3)) > 120)
    with pytest.raises(TrainingError, match=r"began with \(new black\)"):
        next(training.train(pages, tmp_path / "run", resume=True))


def test_pages_without_labels_or_not_asked_for_are_unconditional(
    dataset: Path, labelled: Path, rich: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert material.look_at(dataset, rich, HeldOut()) == (rich.network(1), None)
    off = rich.model_copy(update={"conditional": "off"})
    assert material.look_at(labelled, off, HeldOut()) == (off.network(1), None)
    monkeypatch.setattr(material, "MOST_LABELS", 1)
    with pytest.raises(TrainingError, match="has 2 labels"):
        material.look_at(labelled, rich, HeldOut())


def test_made_up_pages_are_of_the_labels_that_are_trained_on(
    labelled: Path, rich: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, labels = material.look_at(labelled, rich, apart.choose(labelled, rich))
    assert network == rich.network(1, labels=2)
    trainer = Trainer(rich, network, labels=labels)
    seen: list[int] = []
    forward = trainer.generator.forward

    def watched(latents: torch.Tensor, **given: Any) -> torch.Tensor:
        seen.extend(given["labels"].tolist())
        return forward(latents, **given)

    monkeypatch.setattr(trainer.generator, "forward", watched)
    batches = Batches(labelled, resolution=4, held_out=0.2)
    for _ in range(100):
        trainer.step(batches)
    batches.close()
    assert labels is not None
    share = labels.counts[1] / sum(labels.counts)
    assert np.mean(seen) == pytest.approx(share, abs=0.05)


def test_its_speed_is_measured_like_any_other(
    rich: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # larger pages are left out where a step takes longer
    monkeypatch.setattr(speed, "_PATIENCE_S", math.inf)
    events = list(training.measure_speed(rich, threads=1))
    sizes = [e.resolution for e in events if isinstance(e, training.SpeedMeasured)]
    assert sizes == [4, 8]


def test_what_counts_the_steps_of_a_stage_cannot_change_in_a_run(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    config = quick.model_copy(update={"stage_steps": 8})
    run_to(training.train(dataset, tmp_path / "run", config=config), 0.04)
    larger = config.model_copy(update={"minibatch": 8})
    with pytest.raises(TrainingError, match="minibatch 4: it cannot change"):
        next(training.train(dataset, tmp_path / "run", config=larger, resume=True))
    list(training.train(dataset, tmp_path / "run", resume=True))
    assert read_info(tmp_path / "run/checkpoints/000000.096/model.safetensors").kimg == 0.096


def test_the_step_follows_the_schedule(dataset: Path, rich: TrainingConfig) -> None:
    config = rich.model_copy(
        update={"ema_half_life_kimg": 0.0, "ema_decay": 0.75, "discriminator_updates": 2}
    )
    trainer = Trainer(config, config.network(1))
    before = [weight.clone() for weight in trainer.average.parameters()]
    batches = Batches(dataset, resolution=4)
    trainer.step(batches)
    batches.close()
    assert trainer.images == 8
    for optimiser in (trainer.g_optimiser, trainer.d_optimiser):
        assert optimiser.param_groups[0]["lr"] == pytest.approx(0.001 * 8 / 20)
    decay = 0.75**2
    now = zip(before, trainer.generator.parameters(), trainer.average.parameters(), strict=True)
    for old, weight, average in now:
        torch.testing.assert_close(average, decay * old + (1 - decay) * weight)

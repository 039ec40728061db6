"""A run on disk: what it leaves, how it stops, how it goes on."""

import json
import shutil
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import safetensors
import safetensors.torch
import torch

from deepzine_gui import training
from deepzine_gui.child import in_child
from deepzine_gui.errors import DatasetError, StorageError, TrainingError
from deepzine_gui.networks import find_model, load_generator
from deepzine_gui.progress import Event, Finished, Progress
from deepzine_gui.training import (
    CheckpointSaved,
    StageChanged,
    StepReport,
    TrainingConfig,
    loop,
    preset,
)
from deepzine_gui.training.reporting import Reporter
from deepzine_gui.training.speed import quickest_threads
from deepzine_gui.training.trainer import Trainer


def run_to(job: Generator[Event, None, None], kimg: float) -> None:
    """Take events until so many pages were shown, then stop the run as a person would."""
    with closing(job):
        for event in job:
            if isinstance(event, Progress) and event.done >= kimg:
                break


def run_steps(job: Generator[Event, None, None], stage: int) -> list[Event]:
    """Take events until a stage begins, then stop the run as a person would."""
    seen = []
    for event in job:
        seen.append(event)
        if isinstance(event, StageChanged) and event.index == stage:
            break
    job.close()
    return seen


def test_a_whole_run_leaves_its_story(tmp_path: Path, dataset: Path, quick: TrainingConfig) -> None:
    run = tmp_path / "run"
    events = list(training.train(dataset, run, config=quick))
    assert [(e.resolution, e.fading) for e in events if isinstance(e, StageChanged)] == [
        (4, False),
        (8, True),
        (8, False),
    ]
    assert isinstance(events[-1], Finished)
    assert isinstance(events[-2], Progress)
    assert events[-2].done == pytest.approx(0.096)
    assert training.read_config(run) == quick
    lines = training.read_metrics(run)
    assert {line["kind"] for line in lines} == {"step", "stage", "samples", "checkpoint"}
    steps = [line for line in lines if line["kind"] == "step"]
    assert steps[-1]["kimg"] == pytest.approx(0.096)
    assert all(line["d_loss"] is not None for line in steps)
    assert [float(f.stem) for f in training.sample_files(run)][-1] == pytest.approx(0.096)
    assert (run / "samples" / training.REAL_SAMPLES).is_file()
    newest = sorted((run / "checkpoints").iterdir())[-1]
    generator, info = load_generator(newest / "model.safetensors")
    assert (info.resolution, info.alpha, info.kimg) == (8, 1.0, 0.096)
    assert generator(torch.randn(2, 8)).shape == (2, 1, 8, 8)


@pytest.mark.parametrize("loss", ["rpgan", "wgan-gp"])
@pytest.mark.parametrize("kimg", [0.016, 0.032, 0.048, 0.064, 0.08])
def test_stopping_and_resuming_changes_nothing(
    tmp_path: Path,
    dataset: Path,
    quick: TrainingConfig,
    loss: Any,
    kimg: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop, "PROGRESS_S", 0.0)
    config = quick.model_copy(update={"loss": loss})
    list(training.train(dataset, tmp_path / "whole", config=config))
    run_to(training.train(dataset, tmp_path / "halved", config=config), kimg)
    list(training.train(dataset, tmp_path / "halved", resume=True))
    name = "checkpoints/000000.096/state.safetensors"
    whole = safetensors.torch.load_file(tmp_path / "whole" / name)
    halved = safetensors.torch.load_file(tmp_path / "halved" / name)
    assert whole.keys() == halved.keys()
    for key, value in whole.items():
        assert torch.equal(value, halved[key]), key


def test_closing_keeps_what_was_learned(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    long = quick.model_copy(update={"stable_kimg": 1000.0})
    job = in_child(training.train, dataset, tmp_path / "run", config=long)
    for event in job:
        if isinstance(event, Progress) and event.done > 0.02:
            break
    job.close()
    saved = list((tmp_path / "run" / "checkpoints").iterdir())
    assert len(saved) == 1
    assert float(saved[0].name) >= event.done
    again = training.train(dataset, tmp_path / "run", resume=True)
    first = next(event for event in again if isinstance(event, StageChanged))
    again.close()
    assert first.kimg == pytest.approx(float(saved[0].name))


def test_work_after_the_last_checkpoint_is_told_only_once(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    run = tmp_path / "run"
    list(training.train(dataset, run, config=quick))
    newest = sorted((run / "checkpoints").iterdir())[-1]
    for file in newest.iterdir():
        file.unlink()
    newest.rmdir()
    with (run / "metrics.jsonl").open("a") as file:
        file.write('{"kind": "step", "kimg": 0.0')
    list(training.train(dataset, run, resume=True))
    told = [line["kimg"] for line in training.read_metrics(run) if line["kind"] == "step"]
    assert told == sorted(set(told))


def test_a_grown_stage_begins_with_fresh_moments(dataset: Path, quick: TrainingConfig) -> None:
    trainer = Trainer(quick, quick.network(1))
    trainer.images = 31
    assert not trainer.enter_stage()
    trainer.d_optimiser.state["x"] = {"step": torch.tensor(3.0)}  # type: ignore[index]
    trainer.images = 32
    assert trainer.enter_stage()
    assert not trainer.d_optimiser.state


def test_a_run_is_never_overwritten(tmp_path: Path, dataset: Path, quick: TrainingConfig) -> None:
    run = tmp_path / "run"
    run_steps(training.train(dataset, run, config=quick), 1)
    with pytest.raises(TrainingError, match="holds a run already"):
        next(training.train(dataset, run, config=quick))
    wider = quick.model_copy(update={"latent_size": 9})
    with pytest.raises(TrainingError, match="latent_size 8: it cannot change"):
        next(training.train(dataset, run, config=wider, resume=True))


def test_bad_beginnings_are_one_sentence(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    (tmp_path / "zine").mkdir()
    (tmp_path / "zine" / "project.yaml").touch()
    with pytest.raises(TrainingError, match="is a project"):
        next(training.train(dataset, tmp_path / "zine", config=quick))
    with pytest.raises(TrainingError, match="no run in"):
        next(training.train(dataset, tmp_path / "none", resume=True))
    with pytest.raises(TrainingError, match="holds pages of 16 px: build it at 32 px"):
        next(training.train(dataset, tmp_path / "run", config=preset("cpu-demo")))
    broken = tmp_path / "broken.h5"
    broken.write_bytes(dataset.read_bytes()[:5000])
    with pytest.raises(DatasetError, match=r"broken\.h5"):
        next(training.train(broken, tmp_path / "run", config=quick))
    assert not (tmp_path / "run").exists()


def test_a_damaged_checkpoint_is_named(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    run = tmp_path / "run"
    run_steps(training.train(dataset, run, config=quick), 1)
    (checkpoint,) = (run / "checkpoints").iterdir()
    (checkpoint / "state.json").write_text("{")
    with pytest.raises(TrainingError, match="is damaged"):
        next(training.train(dataset, run, resume=True))


def test_losses_that_are_no_numbers_stop_the_run(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    wild = quick.model_copy(update={"learning_rate": 1.0, "penalty_weight": 1000.0})
    wild = wild.model_copy(update={"learning_rate": 1e30})
    with pytest.raises(TrainingError, match="stopped making sense"):
        list(training.train(dataset, tmp_path / "run", config=wild))


def test_a_full_disk_stops_in_words_and_keeps_the_older_checkpoint(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    job = training.train(dataset, run, config=quick)
    for event in job:
        if isinstance(event, CheckpointSaved):
            break

    def full(*_: object) -> None:
        # the library's own words
        raise safetensors.SafetensorError(
            "Error while serializing: I/O error: Os { code: 28, kind: StorageFull, message: "
            '"No space left on device" } (os error 28)'
        )

    monkeypatch.setattr(safetensors.torch, "save_file", full)
    with pytest.raises(StorageError, match="disk is full"):
        list(job)
    monkeypatch.undo()
    assert [folder.name for folder in (run / "checkpoints").iterdir()] == [event.path.name]
    assert isinstance(list(training.train(dataset, run, resume=True))[-1], Finished)


def test_only_the_last_checkpoints_and_stage_ends_stay(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    busy = quick.model_copy(update={"checkpoint_minutes": 0.0})
    list(training.train(dataset, tmp_path / "run", config=busy))
    folders = sorted((tmp_path / "run" / "checkpoints").iterdir())
    ends = [json.loads((f / "state.json").read_text())["stage_end"] for f in folders]
    assert len(folders) == 5
    assert ends == [True, True, False, False, True]


def test_speed_is_measured_at_every_resolution(quick: TrainingConfig) -> None:
    events = list(training.measure_speed(quick, threads=1))
    measured = [e for e in events if isinstance(e, training.SpeedMeasured)]
    assert [e.resolution for e in measured] == [4, 8]
    assert all(e.images_per_second > 0 for e in measured)


def test_reports_average_their_steps(tmp_path: Path, dataset: Path, quick: TrainingConfig) -> None:
    events = list(training.train(dataset, tmp_path / "run", config=quick))
    reports = [e for e in events if isinstance(e, StepReport)]
    assert len(reports) == 3
    assert all(r.images_per_second > 0 for r in reports)
    assert all(0 < r.diversity < 50 for r in reports)


def test_a_kill_amid_a_checkpoint_leaves_the_one_before(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    run = tmp_path / "run"
    run_steps(training.train(dataset, run, config=quick), 1)
    (good,) = (run / "checkpoints").iterdir()
    half = good.with_name("000009.000.part")
    half.mkdir()
    shutil.copy(good / "model.safetensors", half)
    assert find_model(run) == good / "model.safetensors"
    assert isinstance(list(training.train(dataset, run, resume=True))[-1], Finished)
    assert not half.exists()


def test_a_foreign_folder_among_the_checkpoints_is_left_alone(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    run = tmp_path / "run"
    run_steps(training.train(dataset, run, config=quick), 1)
    (good,) = (run / "checkpoints").iterdir()
    kept = good.with_name("000000.001")
    kept.mkdir()
    shutil.copy(good / "model.safetensors", kept)
    busy = quick.model_copy(update={"checkpoint_minutes": 0.0})
    list(training.train(dataset, run, config=busy, resume=True))
    assert (kept / "model.safetensors").is_file()


def test_weights_that_are_no_numbers_are_never_kept(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    wild = quick.model_copy(update={"learning_rate": 1e30, "checkpoint_minutes": 0.0})
    with pytest.raises(TrainingError, match="no longer numbers"):
        list(training.train(dataset, tmp_path / "run", config=wild))
    for model in tmp_path.rglob("model.safetensors"):
        weights = safetensors.torch.load_file(model).values()
        assert all(weight.isfinite().all() for weight in weights)


def test_stages_already_behind_cannot_be_changed_on_resuming(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    run = tmp_path / "run"
    run_steps(training.train(dataset, run, config=quick), 1)
    shorter = quick.model_copy(update={"fade_kimg": 0.0})
    with pytest.raises(TrainingError, match=r"fade_kimg 0\.032: it cannot change"):
        next(training.train(dataset, run, config=shorter, resume=True))


def test_a_pause_is_no_training_time(tmp_path: Path, dataset: Path, quick: TrainingConfig) -> None:
    reporter = Reporter(Trainer(quick, quick.network(1)))
    began = reporter._since_s
    reporter.leave_out(1000.0)
    assert reporter._since_s == began + 1000
    assert not reporter.due


def test_trying_threads_can_be_stopped_at_every_step(
    quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    trial = quickest_threads(quick)
    assert isinstance(next(trial), Progress)
    assert isinstance(next(trial), Progress)
    trial.close()


@pytest.mark.parametrize("resume", [True, False])
def test_a_run_stopped_before_its_first_step_begins_anew(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, resume: bool
) -> None:
    run = tmp_path / "run"
    run_steps(training.train(dataset, run, config=quick), 0)
    assert not (run / "checkpoints").exists()
    events = list(training.train(dataset, run, config=quick, resume=resume))
    assert isinstance(events[-1], Finished)
    stages = [line for line in training.read_metrics(run) if line["kind"] == "stage"]
    assert [line["index"] for line in stages] == [0, 1, 2]


def test_progress_tells_the_time_left_over_all_stages(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    events = list(training.train(dataset, tmp_path / "run", config=quick))
    last = [event for event in events if isinstance(event, Progress)][-1]
    assert last.seconds_left == 0

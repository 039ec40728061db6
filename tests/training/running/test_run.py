"""A run on disk: what it leaves, how it stops, how it goes on."""

import math
from pathlib import Path

import pytest
import torch

from deepzine_gui import training
from deepzine_gui.child import in_child
from deepzine_gui.errors import DatasetError, TrainingError
from deepzine_gui.networks import load_generator
from deepzine_gui.progress import Finished, Progress
from deepzine_gui.training import StageChanged, StepReport, TrainingConfig, preset
from deepzine_gui.training.running import reporting, speed
from deepzine_gui.training.running.reporting import Reporter
from deepzine_gui.training.running.speed import quickest_threads
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.story import write_config
from tests.training.noise import Pages
from tests.training.runs import run_steps


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
    assert {line["kind"] for line in lines} == {"step", "vitals", "stage", "samples", "checkpoint"}
    steps = [line for line in lines if line["kind"] == "step"]
    assert steps[-1]["kimg"] == pytest.approx(0.096)
    assert all(line["d_loss"] is not None for line in steps)
    assert [float(f.stem) for f in training.sample_files(run)][-1] == pytest.approx(0.096)
    assert (run / "samples" / training.REAL_SAMPLES).is_file()
    newest = sorted((run / "checkpoints").iterdir())[-1]
    generator, info = load_generator(newest / "model.safetensors")
    assert (info.resolution, info.alpha, info.kimg) == (8, 1.0, 0.096)
    assert generator(torch.randn(2, 8)).shape == (2, 1, 8, 8)


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


def test_speed_is_measured_at_every_resolution(
    quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # larger pages are left out where a step takes longer
    monkeypatch.setattr(speed, "_PATIENCE_S", math.inf)
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


def test_stages_already_behind_cannot_be_changed_on_resuming(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    run = tmp_path / "run"
    run_steps(training.train(dataset, run, config=quick), 1)
    shorter = quick.model_copy(update={"fade_kimg": 0.0})
    with pytest.raises(TrainingError, match=r"fade_kimg 0\.032: it cannot change"):
        next(training.train(dataset, run, config=shorter, resume=True))


def test_a_pause_is_no_training_time(
    quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock_s = 0.0
    monkeypatch.setattr(reporting.time, "monotonic", lambda: clock_s)
    config = quick.model_copy(update={"report_steps": 0})
    trainer = Trainer(config, config.network(1))
    reporter = Reporter(trainer, {})
    reporter.add(trainer.step(Pages(4)))
    clock_s = 1000 + reporting.REPORT_S / 2
    assert reporter.due
    reporter.leave_out(1000)
    assert not reporter.due
    clock_s += reporting.REPORT_S / 2
    assert reporter.due
    assert reporter.report().images_per_second == config.minibatch / reporting.REPORT_S


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


@pytest.mark.parametrize(
    ("augment", "told"),
    [
        ("ada", "is found out by pages held out, and held_out is 0: begin a run with 0.05"),
        ("fixed", "as often as augment_p says .* and that is 0: set it to 0.3"),
    ],
)
def test_pages_that_would_never_be_changed_though_that_is_asked_for_are_told(
    tmp_path: Path, run: Path, dataset: Path, quick: TrainingConfig, augment: str, told: str
) -> None:
    config = quick.model_copy(update={"augment": augment})
    with pytest.raises(TrainingError, match=told):
        next(training.train(dataset, tmp_path / "new", config=config))
    assert not (tmp_path / "new").exists()
    own = training.read_config(run).model_copy(update={"augment": augment})
    with pytest.raises(TrainingError, match=told):
        next(training.train(dataset, run, config=own, resume=True))


def test_a_run_is_not_to_change_its_pages_never_from_now_on(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    config = quick.model_copy(update={"augment": "fixed", "augment_p": 0.3})
    list(training.train(dataset, tmp_path / "run", config=config, threads=1))
    never = config.model_copy(update={"augment_p": 0.0})
    with pytest.raises(TrainingError, match="and that is 0: set it to"):
        next(training.train(dataset, tmp_path / "run", config=never, resume=True))


def test_an_earlier_run_that_never_changed_its_pages_goes_on(run: Path, dataset: Path) -> None:
    config = training.read_config(run).model_copy(update={"augment": "ada"})
    write_config(run, config)
    assert isinstance(list(training.train(dataset, run, resume=True))[-1], Finished)

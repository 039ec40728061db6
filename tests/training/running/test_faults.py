"""What a run does when memory or disk run out, or its numbers do."""

import math
from pathlib import Path

import pytest
import safetensors
import safetensors.torch
import torch

from deepzine_gui import training
from deepzine_gui.errors import TrainingError
from deepzine_gui.progress import Event, Finished, Progress
from deepzine_gui.training import StageChanged, StepReport, TrainingConfig
from deepzine_gui.training.running import faults, stretch
from deepzine_gui.training.samples import FixedSamples
from deepzine_gui.training.stepping import losses
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.stepping.values import Pages, StepResult
from tests.training.runs import (
    assert_same_end,
    checkpoint_names,
    notices,
    run_until,
    short_of_memory,
)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate "
            "memory: you tried to allocate 4611686018427387904 bytes. Error code 12"
        ),
    ],
    ids=["graphics card", "processor"],
)
def test_memory_that_runs_out_on_growing_halves_the_pages_at_a_time(
    tmp_path: Path,
    dataset: Path,
    quick: TrainingConfig,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    config = quick.model_copy(update={"minibatch": 8})
    job = training.train(dataset, tmp_path / "run", config=config, threads=1)
    grown = False
    told = []
    for event in job:
        told.append(event)
        if isinstance(event, StageChanged) and event.index == 1 and not grown:
            grown = True
            short_of_memory(monkeypatch, 2, error)
    assert isinstance(told[-1], Finished)
    (said,) = notices(told)
    assert said == (
        "The memory ran out at 8 px: from now on 2 pages at a time are computed, and a step takes "
        "longer. Fewer pages than before are compared with each other."
    )
    reports = [event for event in told if isinstance(event, StepReport)]
    assert reports[-1].kimg == pytest.approx(0.096)
    assert reports[-1].skipped == 0


def test_a_run_short_of_memory_is_the_same_when_it_was_stopped(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretch, "PROGRESS_S", 0.0)
    short_of_memory(monkeypatch, 4)
    config = quick.model_copy(update={"minibatch": 8})
    list(training.train(dataset, tmp_path / "whole", config=config, threads=1))
    run = tmp_path / "run"
    run_until(
        training.train(dataset, run, config=config, threads=1),
        lambda event: isinstance(event, Progress) and event.done > 0.05,
    )
    again = list(training.train(dataset, run, resume=True))
    # it remembers, and has nothing new to say
    assert notices(again) == []
    assert_same_end(tmp_path / "whole", run)
    wider = config.model_copy(update={"pages_at_once": 1, "final_kimg": 0.04})
    run_until(
        training.train(dataset, run, config=wider, resume=True),
        lambda event: isinstance(event, Progress),
    )
    # until somebody chooses anew
    state = (run / "checkpoints" / checkpoint_names(run)[-1] / "state.json").read_text()
    assert '"pages_at_once": 1,' in state


_GONE = {
    "a grid of samples": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    "a checkpoint": RuntimeError(
        "unable to mmap 6515456 bytes from file <state.safetensors>: Cannot allocate memory (12)"
    ),
}


@pytest.mark.parametrize("where", ["a step, for good", *_GONE])
def test_memory_that_runs_out_where_nothing_can_be_halved_is_one_sentence(
    tmp_path: Path,
    dataset: Path,
    quick: TrainingConfig,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    if where == "a step, for good":
        short_of_memory(monkeypatch, 0, RuntimeError("could not create a primitive"))
    else:

        def draw(*_: object) -> None:
            raise _GONE[where]

        monkeypatch.setattr(FixedSamples, "draw", draw)
    with pytest.raises(TrainingError, match=r"memory ran out.* smaller pages_at_once") as caught:
        list(training.train(dataset, tmp_path / "run", config=quick, threads=1))
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_a_thread_that_is_refused_is_not_called_memory(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(FixedSamples, "draw", draw)
    with pytest.raises(TrainingError, match=r"as many processes and threads as .*ulimit -u"):
        list(training.train(dataset, tmp_path / "run", config=quick, threads=1))


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Numbers of steps whose loss becomes no number; they are told of once in a run."""
    monkeypatch.setattr(faults, "TELL_S", math.inf)
    steps: set[int] = set()
    loss = losses.rpgan_discriminator
    step = -1

    def spoilt(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        nonlocal step
        step += 1
        return loss(real, fake) * (torch.nan if step in steps else 1)

    monkeypatch.setattr(losses, "rpgan_discriminator", spoilt)
    return steps


def test_steps_that_come_to_no_numbers_are_skipped_counted_and_told(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, spoil: set[int]
) -> None:
    spoil |= {3, 4, 12}
    run = tmp_path / "run"
    events = list(training.train(dataset, run, config=quick, threads=1))
    reports = [event for event in events if isinstance(event, StepReport)]
    assert [report.skipped for report in reports] == [2, 3, 3]
    # the others are averaged as ever
    assert all(report.d_loss == report.d_loss for report in reports)
    (said,) = notices(events)
    assert said == (
        "1 step skipped before 0.0 kimg, as losses or gradients were not finite; "
        "the weights are as before."
    )
    assert [line["skipped"] for line in training.read_metrics(run) if line["kind"] == "step"] == [
        2,
        3,
        3,
    ]


def test_many_in_a_row_stop_a_run_without_a_guard_and_leave_its_checkpoints_sound(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, spoil: set[int]
) -> None:
    spoil |= set(range(6, 100))
    run = tmp_path / "run"
    busy = quick.model_copy(update={"checkpoint_minutes": 0.0, "final_kimg": 0.1, "guard": "off"})
    seen: list[Event] = []
    with pytest.raises(TrainingError, match=r"stopped making sense at 0\.1 kimg: its losses"):
        seen.extend(training.train(dataset, run, config=busy, threads=1))
    # none but those at the end of a stage is written while steps are skipped
    names = checkpoint_names(run)
    assert names == ["000000.024", "000000.032", "000000.064"]
    before, *after = (
        safetensors.torch.load_file(run / "checkpoints" / name / "state.safetensors")
        for name in names
    )
    weights = [key for key in before if key.startswith(("g.", "d.", "average."))]
    assert all(torch.equal(later[key], before[key]) for later in after for key in weights)
    spoil.clear()
    assert isinstance(list(training.train(dataset, run, resume=True))[-1], Finished)


@pytest.mark.parametrize(
    ("guard", "said"), [("off", "no longer numbers"), ("on", "going back did not help")]
)
def test_weights_that_are_no_numbers_are_never_kept(
    tmp_path: Path,
    dataset: Path,
    quick: TrainingConfig,
    monkeypatch: pytest.MonkeyPatch,
    guard: str,
    said: str,
) -> None:
    step = Trainer.step

    def spoiling(trainer: Trainer, pages: Pages) -> StepResult:
        result = step(trainer, pages)
        with torch.no_grad():
            next(trainer.generator.parameters()).view(-1)[0] = torch.inf
        return result

    monkeypatch.setattr(Trainer, "step", spoiling)
    config = quick.model_copy(update={"checkpoint_minutes": 0.0, "guard": guard})
    with pytest.raises(TrainingError, match=said):
        list(training.train(dataset, tmp_path / "run", config=config, threads=1))
    for model in tmp_path.rglob("model.safetensors"):
        weights = safetensors.torch.load_file(model).values()
        assert all(weight.isfinite().all() for weight in weights)

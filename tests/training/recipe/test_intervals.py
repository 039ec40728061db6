"""Samples, checkpoints and reports by steps, for who counts in those."""

import itertools
from pathlib import Path

import pytest

from deepzine_gui import training
from deepzine_gui.progress import Event
from deepzine_gui.training import (
    CheckpointSaved,
    SamplesSaved,
    StageChanged,
    StepReport,
    TrainingConfig,
)
from tests.training.runs import run_until

PAGES_A_STEP = 4


def steps_of(
    events: list[Event], kind: type[SamplesSaved | CheckpointSaved | StepReport]
) -> list[int]:
    """After which steps of the run events of this kind came."""
    return [round(1000 * e.kimg / PAGES_A_STEP) for e in events if isinstance(e, kind)]


@pytest.mark.parametrize(
    ("changes", "kind", "expected"),
    [
        ({"sample_steps": 3}, SamplesSaved, [3, 6, 8, 9, 12, 15, 16, 18, 21, 24]),
        ({"sample_steps": 8}, SamplesSaved, [8, 16, 24]),
        ({"checkpoint_steps": 5}, CheckpointSaved, [5, 8, 10, 15, 16, 20, 24]),
        ({"checkpoint_steps": 8}, CheckpointSaved, [8, 16, 24]),
        ({"report_steps": 3}, StepReport, [3, 6, 8, 11, 14, 16, 19, 22, 24]),
    ],
)
def test_every_so_many_steps_and_at_the_end_of_a_stage(
    tmp_path: Path,
    dataset: Path,
    quick: TrainingConfig,
    changes: dict[str, int],
    kind: type[SamplesSaved | CheckpointSaved | StepReport],
    expected: list[int],
) -> None:
    config = quick.model_copy(update={"sample_kimg": 1000.0} | changes)
    assert (
        steps_of(list(training.train(dataset, tmp_path / "run", config=config)), kind) == expected
    )


def test_a_sample_at_the_end_of_a_stage_is_of_that_stage(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    config = quick.model_copy(update={"sample_steps": 8})
    events = list(training.train(dataset, tmp_path / "run", config=config))
    shown = [e for e in events if isinstance(e, SamplesSaved | StageChanged)]
    assert [e.resolution for e in shown if isinstance(e, SamplesSaved)] == [4, 8, 8]
    assert all(
        isinstance(one, SamplesSaved) != isinstance(other, SamplesSaved)
        for one, other in itertools.pairwise(shown)
    )


def test_a_resumed_run_keeps_counting(tmp_path: Path, dataset: Path, quick: TrainingConfig) -> None:
    config = quick.model_copy(update={"sample_steps": 5, "checkpoint_steps": 5})
    run = tmp_path / "run"
    job = training.train(dataset, run, config=config)
    run_until(job, lambda event: isinstance(event, CheckpointSaved))
    rest = list(training.train(dataset, run, resume=True))
    assert {10, 15, 20} <= set(steps_of(rest, SamplesSaved))
    assert {10, 15, 20} <= set(steps_of(rest, CheckpointSaved))

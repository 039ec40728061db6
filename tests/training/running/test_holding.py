"""A run is trained by one process at a time."""

import re
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch

from deepzine_gui import training
from deepzine_gui.child import in_child
from deepzine_gui.errors import StorageError, TrainingError
from deepzine_gui.progress import Finished
from deepzine_gui.training import StageChanged, TrainingConfig, Vitals
from deepzine_gui.training.beginning import _settings
from deepzine_gui.training.running.holding import Hold
from deepzine_gui.training.story import write_config
from tests.training.runs import run_to, run_until

HELD = "is being trained by another DeepZine: wait for it, or stop it there"


@pytest.mark.parametrize("resume", [False, True])
def test_a_run_that_another_process_trains_is_left_to_it(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, resume: bool
) -> None:
    run = tmp_path / "run"
    if resume:
        run_to(training.train(dataset, run, config=quick, threads=1), 0.04)
    job = in_child(training.train, dataset, run, config=quick, resume=resume, threads=1)
    next(event for event in job if isinstance(event, StageChanged))
    before = (run / "config.yaml").read_bytes()
    other = quick.model_copy(update={"learning_rate": 0.5})
    with pytest.raises(TrainingError, match=HELD):
        list(training.train(dataset, run, config=other, resume=resume, threads=1))
    assert (run / "config.yaml").read_bytes() == before
    job.close()
    # and after it anybody may
    assert isinstance(list(training.train(dataset, run, resume=True))[-1], Finished)


def test_a_run_is_let_go_when_it_fails(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    run = tmp_path / "run"
    run_until(training.train(dataset, run, config=quick), lambda e: isinstance(e, StageChanged))
    (run / "guard.json").write_text("[{}]")
    with pytest.raises(TrainingError, match="mend it, or delete it"):
        list(training.train(dataset, run, resume=True))
    hold = Hold(run)
    hold.take()
    hold.take()
    with pytest.raises(TrainingError, match=HELD):
        Hold(run).take()
    hold.release()
    Hold(run).take()


@pytest.mark.parametrize(("held_out", "is_fixed"), [(0.2, True), (0.0, False)])
def test_the_seed_that_chose_the_held_out_pages_stays(
    tmp_path: Path, quick: TrainingConfig, held_out: float, is_fixed: bool
) -> None:
    config = quick.model_copy(update={"held_out": held_out})
    write_config(tmp_path, config)
    other = config.model_copy(update={"seed": 7})
    if is_fixed:
        with pytest.raises(TrainingError, match="has seed 0: it cannot change"):
            _settings(tmp_path, other, resume=True)
    else:
        assert _settings(tmp_path, other, resume=True) == other


def test_a_run_whose_folder_is_taken_away_ends_in_words(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    run = tmp_path / "run"
    with closing(training.train(dataset, run, config=quick, threads=1)) as job:
        next(event for event in job if isinstance(event, StageChanged))
        run.rename(tmp_path / "elsewhere")
        told = f"{run} is no longer there, and the run cannot go on: put its folder back"
        with pytest.raises(StorageError, match=re.escape(told)):
            next(event for event in job if isinstance(event, Vitals))
    assert not run.exists()
    (tmp_path / "elsewhere").rename(run)
    assert isinstance(list(training.train(dataset, run, resume=True))[-1], Finished)


def test_a_run_whose_folder_is_taken_away_as_it_is_saved_ends_in_words(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    save = safetensors.torch.save_file

    def saved(*given: Any, **more: Any) -> None:
        save(*given, **more)
        run.rename(tmp_path / "elsewhere")

    monkeypatch.setattr(safetensors.torch, "save_file", saved)
    told = f"{run} is no longer there, and the run cannot go on: put its folder back"
    with pytest.raises(StorageError, match=re.escape(told)):
        list(training.train(dataset, run, config=quick, threads=1))
    monkeypatch.undo()
    (tmp_path / "elsewhere").rename(run)
    assert isinstance(list(training.train(dataset, run, resume=True))[-1], Finished)


@pytest.mark.skipif(sys.platform != "linux", reason="there is no such file system")
def test_a_place_that_takes_no_folder_is_told(dataset: Path, quick: TrainingConfig) -> None:
    with pytest.raises(StorageError, match="no folder can be made in /proc"):
        next(training.train(dataset, Path("/proc/run"), config=quick))

"""A run of several processes: it tells what a run of one tells, and leaves nothing behind."""

import sys
import threading
from pathlib import Path

import psutil
import pytest

from deepzine_gui import lifeline, training
from deepzine_gui.child import in_child
from deepzine_gui.errors import ChildError, DatasetError, TrainingError
from deepzine_gui.progress import Notice, Progress
from deepzine_gui.training import (
    CheckpointSaved,
    SamplesSaved,
    StageChanged,
    StepReport,
    TrainingConfig,
)
from deepzine_gui.training.distributed.following import follow
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.processes.ranks import Ranks
from deepzine_gui.training.running.loop import lead
from tests.processes import gone, our_children
from tests.programs import Program
from tests.training.guard.lives import give_vitals, told
from tests.training.launched import ROOT, assert_alike, command, events_in, until
from tests.training.runs import checkpoint_names, on_the_way, run_to, run_until

pytestmark = pytest.mark.usefixtures("nothing_left")


def test_a_run_goes_on_with_other_numbers_of_processes(
    tmp_path: Path, dataset: Path, shared: TrainingConfig
) -> None:
    alone, run = shared.model_copy(update={"devices": "auto"}), tmp_path / "run"
    run_to(training.train(dataset, run, config=alone, threads=1), 0.04)
    seen = run_to(training.train(dataset, run, config=shared, resume=True, threads=2), 0.1)
    assert {type(event) for event in seen} >= {
        *(Progress, StageChanged, StepReport, SamplesSaved, CheckpointSaved)
    }
    list(training.train(dataset, run, config=alone, resume=True, threads=1))
    list(training.train(dataset, tmp_path / "whole", config=alone, threads=1))
    assert_alike(tmp_path / "whole", run)


def test_all_cards_where_there_is_none_is_one_process_and_said(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    config = quick.model_copy(update={"devices": "all"})
    before = our_children()
    job = training.train(dataset, tmp_path / "run", config=config, threads=1)
    seen = run_until(job, lambda event: isinstance(event, StageChanged))
    (said,) = [event.text for event in seen if isinstance(event, Notice)]
    assert said.startswith("This machine has no graphics card that can be used")
    assert our_children() == before


def test_a_killed_process_ends_the_run_with_a_sentence_and_it_can_be_resumed(
    tmp_path: Path, dataset: Path, shared: TrainingConfig
) -> None:
    run, before = tmp_path / "run", our_children()

    def kill() -> None:
        (other,) = (each for each in our_children() if each not in before)
        other.kill()

    with pytest.raises(ChildError, match=r"SIGKILL.*What was saved of the run is sound: resume it"):
        on_the_way(training.train(dataset, run, config=shared, threads=1), 0.02, kill)
    names = checkpoint_names(run)
    assert names[-1] < "000000.050"
    alone = shared.model_copy(update={"devices": "cpu"})
    list(training.train(dataset, run, config=alone, resume=True, threads=1))
    list(training.train(dataset, tmp_path / "whole", config=alone, threads=1))
    assert_alike(tmp_path / "whole", run)


def test_what_only_another_process_meets_with_is_told_as_it_is(
    tmp_path: Path, dataset: Path, shared: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the file goes while the other process starts
    passing = tmp_path / "passing.h5"
    passing.write_bytes(dataset.read_bytes())
    job = training.train(passing, tmp_path / "run", config=shared, threads=1)
    with pytest.raises(DatasetError, match=r"passing\.h5"):
        run_until(job, lambda event: isinstance(event, StageChanged) and bool(passing.unlink()))


@pytest.mark.parametrize("well_until", [0.1, 0.192], ids=["amid the run", "at its end"])
def test_the_guard_leads_all_processes_back(
    tmp_path: Path,
    dataset: Path,
    shared: TrainingConfig,
    monkeypatch: pytest.MonkeyPatch,
    well_until: float,
) -> None:
    found = []
    for devices in ("2", "auto"):
        with monkeypatch.context() as patch:
            lives = give_vitals(patch, lambda kimg, life: life > 0 or kimg < well_until)
            config = shared.model_copy(update={"devices": devices})
            events = list(training.train(dataset, tmp_path / devices, config=config, threads=1))
        found.append((lives, told(events)))
    assert found[0] == found[1]
    lives, events_told = found[0]
    assert [event.split()[0] for event in events_told] == ["alarm", "back"]
    assert lives[1]["learning_rate"] == lives[0]["learning_rate"] / 2
    assert_alike(tmp_path / "auto", tmp_path / "2")


def test_a_process_that_is_asked_to_stop_ends_the_run_with_a_checkpoint(
    tmp_path: Path, dataset: Path, shared: TrainingConfig
) -> None:
    places = [Place("cpu", rank, 2, 2, tmp_path / "meeting") for rank in range(2)]
    other, ranks = in_child(follow, dataset, Ranks(places[1])), Ranks(places[0])
    enough = threading.Event()

    def follow_until_enough() -> None:
        for _ in other:
            if enough.is_set():
                break
        other.close()

    following = threading.Thread(target=follow_until_enough, daemon=True)
    following.start()
    *_, last = ranks.gather()
    assert isinstance(last, Progress)
    long = shared.model_copy(update={"fade_kimg": 1000.0, "checkpoint_minutes": 5.0})
    seen = []
    for event in lead(dataset, tmp_path / "run", long, ranks, resume=False, threads=2, speeds=None):
        seen.append(event)
        if isinstance(event, StageChanged) and event.index == 1:
            enough.set()
    ranks.leave()
    following.join()
    assert isinstance(seen[-1], Notice)
    assert "asked to stop" in seen[-1].text
    end_of_stage, last_of_all = checkpoint_names(tmp_path / "run")
    assert end_of_stage == "000000.064" < last_of_all


def test_a_restart_goes_on_with_the_run_it_began_and_with_no_other(
    tmp_path: Path, dataset: Path, shared: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, alone = tmp_path / "run", shared.model_copy(update={"devices": "auto"})
    run_to(training.train(dataset, run, config=alone, threads=1), 0.04)
    # this process is not to end with its parent
    monkeypatch.setattr(lifeline, "hear_of_parents_death", lambda by: None)
    place = {"RANK": 0, "WORLD_SIZE": 1, "LOCAL_RANK": 0, "LOCAL_WORLD_SIZE": 1}
    for name, value in place.items():
        monkeypatch.setenv(name, str(value))

    def begun_at(job: str, restarts: int, config: TrainingConfig, until: float) -> float:
        monkeypatch.setenv("TORCHELASTIC_RUN_ID", job)
        monkeypatch.setenv("TORCHELASTIC_RESTART_COUNT", str(restarts))
        seen = run_to(training.train(dataset, run, config=config, threads=1), until)
        return next(event.kimg for event in seen if isinstance(event, StageChanged))

    other = alone.model_copy(update={"seed": 5})
    # "none" is what torchrun calls every job without a name
    for job, restarts, config in (("7", 0, alone), ("7", 1, other), ("none", 0, alone)):
        with pytest.raises(TrainingError, match="holds a run already"):
            begun_at(job, restarts, config, 0.1)
    assert begun_at("7", 1, alone, 0.05) == 0.04
    # machines that come or go make it begin anew without counting
    for job, config in (("7", other), ("8", alone)):
        with pytest.raises(TrainingError, match="holds a run already"):
            begun_at(job, 0, config, 0.1)
    assert begun_at("7", 0, alone, 0.1) > 0.04
    assert begun_at("none", 1, alone, 0.1) > 0.04
    with pytest.raises(TrainingError, match="holds a run already"):
        begun_at("none", 0, alone, 0.1)


def test_devices_of_the_command_line_show_the_events_and_nothing_outlives_it(
    tmp_path: Path, dataset: Path, shared: TrainingConfig
) -> None:
    run = tmp_path / "run"
    long = shared.model_copy(update={"devices": "auto", "stable_kimg": 1000.0})
    words = command(dataset, run, long, "--devices", "2")
    with Program([sys.executable, "-m", "deepzine_gui", *words], cwd=ROOT) as program:
        seen = {event["event"] for event in until(events_in(program.out), "CheckpointSaved")}
        below = psutil.Process(program.pid).children(recursive=True)
        program.kill()
    assert {"Progress", "StageChanged", "CheckpointSaved"} <= seen
    assert len(below) >= 2
    assert all(map(gone, below))
    assert checkpoint_names(run)

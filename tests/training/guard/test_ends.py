"""The end of a run: looked at, and not left collapsed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from deepzine_gui import lifeline, training
from deepzine_gui.errors import TrainingError
from deepzine_gui.networks import find_model
from deepzine_gui.progress import Event, Finished
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.events import Alarmed, Recovered, Vitals
from deepzine_gui.training.guard import ledger
from deepzine_gui.training.guard.memory import Memory
from deepzine_gui.training.running import stretch, vitals
from deepzine_gui.training.running.budget import Budget
from deepzine_gui.training.stepping.trainer import Trainer
from tests.training.guard.lives import give_vitals, told
from tests.training.runs import assert_same_end, checkpoint_names, run_until

END = 0.096


class Killed(BaseException):
    """As sudden as a signal."""


@pytest.fixture
def busy(quick: TrainingConfig) -> TrainingConfig:
    """24 steps of four pages, a checkpoint after each."""
    return quick.model_copy(update={"checkpoint_minutes": 0.0})


def at_first(kimg: float, life: int) -> bool:
    """Well but for the very end of the first life."""
    return life > 0 or kimg < END


def never(kimg: float, life: int) -> bool:
    """Well but for the end, whatever is tried."""
    return kimg < END


def taken(job: Iterator[Event]) -> tuple[list[Event], str]:
    """All events, and the sentence a run ended with if it failed."""
    events: list[Event] = []
    try:
        events.extend(job)
    except TrainingError as error:
        return events, str(error)
    return events, ""


@pytest.fixture
def whole(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A run that was led back once, from its end, and never stopped."""
    with monkeypatch.context() as patch:
        lives = give_vitals(patch, at_first)
        events = list(training.train(dataset, tmp_path / "whole", config=busy, threads=1))
    assert told(events) == ["alarm at 0.096", "back to 0.084"]
    assert isinstance(events[-1], Finished)
    assert [each["learning_rate"] for each in lives] == [0.001, 0.0005]
    alarm = next(event for event in events if isinstance(event, Alarmed))
    assert alarm.text.startswith("At the end, at 0.1 kimg, the samples are nearly all alike")
    return tmp_path / "whole"


@pytest.fixture
def falls_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """All pages become the same one with the last step, the first time; looks are real ones."""
    step, fallen = Trainer.step, False

    def stepped(trainer: Trainer, *args: object) -> object:
        nonlocal fallen
        result = step(trainer, *args)  # type: ignore[arg-type]
        if trainer.finished and not fallen:
            fallen = True
            with torch.no_grad():
                for network in (trainer.generator, trainer.average):
                    for weight in network.parameters():
                        weight.zero_()
        return result

    monkeypatch.setattr(Trainer, "step", stepped)


@pytest.mark.usefixtures("falls_at_the_end")
@pytest.mark.parametrize("looks", [False, True], ids=["no time for looks", "looks at each step"])
def test_a_run_that_collapses_with_its_last_step_ends_well(
    tmp_path: Path,
    dataset: Path,
    busy: TrainingConfig,
    monkeypatch: pytest.MonkeyPatch,
    looks: bool,
) -> None:
    monkeypatch.setattr(vitals, "_passed", lambda *_: True)
    monkeypatch.setattr(Budget, "covers", looks)
    events = list(training.train(dataset, tmp_path / "run", config=busy, threads=1))
    alarms = [event for event in events if isinstance(event, Alarmed)]
    assert {alarm.kimg for alarm in alarms} == {END}
    assert sum(isinstance(event, Recovered) for event in events) == 1
    assert isinstance(events[-1], Finished)
    ends = [event for event in events if isinstance(event, Vitals) and event.kimg == END]
    assert [event.pixel_deviation > 0.1 for event in ends] == [False, True]
    state = json.loads((tmp_path / "run/checkpoints/000000.096/state.json").read_text())
    assert state["guard"]["life"] == 1


def test_what_is_left_well_is_left_alone(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_vitals(monkeypatch, never, left=lambda kimg, life: True)
    events = list(training.train(dataset, tmp_path / "run", config=busy, threads=1))
    assert told(events) == []
    assert isinstance(events[-1], Finished)


def test_a_model_that_lags_behind_a_healthy_run_is_no_alarm(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_vitals(monkeypatch, lambda kimg, life: True, left=lambda kimg, life: False)
    events = list(training.train(dataset, tmp_path / "run", config=busy, threads=1))
    assert told(events) == []
    assert isinstance(events[-1], Finished)


def test_an_end_that_stays_bad_leaves_the_last_good_checkpoint(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_vitals(monkeypatch, never)
    run = tmp_path / "run"
    events, said = taken(training.train(dataset, run, config=busy, threads=1))
    assert told(events) == [
        *("alarm at 0.096", "back to 0.084"),
        *("alarm at 0.096", "back to 0.080"),
        *("alarm at 0.096", "back to 0.064"),
        "alarm at 0.096",
    ]
    assert said.startswith("The run is stopped at 0.1 kimg: going back did not help")
    assert "Its model is now that of its last good checkpoint, 000000.072." in said
    assert checkpoint_names(run)[-1] == "000000.072"
    assert training.read_metrics(run)[-1]["text"] == said
    # nor are its pages those of what was given up
    assert training.sample_files(run)[-1].stem == "000000.064"


def test_a_damaged_checkpoint_is_not_taken_for_the_model_of_a_run_that_is_given_up(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_vitals(monkeypatch, never)
    run = tmp_path / "run"

    def damaged_at_each_alarm() -> Iterator[Event]:
        for event in training.train(dataset, run, config=busy, threads=1):
            if isinstance(event, Alarmed):
                (find_model(run).parent / "state.json").write_text("{")
            yield event

    _, said = taken(damaged_at_each_alarm())
    assert find_model(run).parent.name == "000000.072"
    assert "that of its last good checkpoint, 000000.072." in said


def test_torchrun_does_not_bring_back_to_life_what_the_guard_gave_up(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    # this process is not to end with its parent
    monkeypatch.setattr(lifeline, "hear_of_parents_death", lambda by: None)
    place = {"RANK": 0, "WORLD_SIZE": 1, "LOCAL_RANK": 0, "LOCAL_WORLD_SIZE": 1}
    for name, value in place.items():
        monkeypatch.setenv(name, str(value))
    run = tmp_path / "run"

    def given_up(job: str, restarts: int, *, resume: bool = False) -> tuple[int, str]:
        monkeypatch.setenv("TORCHELASTIC_RUN_ID", job)
        monkeypatch.setenv("TORCHELASTIC_RESTART_COUNT", str(restarts))
        _, said = taken(training.train(dataset, run, config=busy, resume=resume, threads=1))
        return len(ledger.Ledger.read(run).recoveries), said

    give_vitals(monkeypatch, never)
    first = given_up("7", 0)
    assert first[0] == 4
    # another process had died, and machines came or went
    assert given_up("7", 1) == given_up("7", 0) == given_up("none", 1, resume=True) == first
    # a person lets it go on, until it is given up anew
    second = given_up("7", 0, resume=True)
    assert second[0] == 8
    assert given_up("7", 1, resume=True) == second
    # and what goes on is not given up where a process dies
    monkeypatch.setenv("TORCHELASTIC_RESTART_COUNT", "0")
    job = training.train(dataset, run, resume=True, threads=1)
    run_until(job, lambda event: isinstance(event, Vitals))
    assert given_up("7", 1)[0] == 12


def test_a_kill_as_a_run_is_given_up_does_not_bring_it_back_to_life(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_vitals(monkeypatch, never)
    run = tmp_path / "run"

    def die(*_: object, **__: object) -> None:
        raise Killed

    def give_up(patch: pytest.MonkeyPatch) -> None:
        for event in training.train(dataset, run, config=busy, threads=1):
            if isinstance(event, Recovered) and event.attempt == 3:
                patch.setattr(stretch, "remove_abandoned", die)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        give_up(patch)
    last = ledger.Ledger.read(run).recoveries[-1]
    assert last.is_last_word
    events, said = taken(training.train(dataset, run, resume=True))
    assert said == last.text
    assert not any(isinstance(event, Vitals) for event in events)
    assert checkpoint_names(run)[-1] == "000000.072"
    assert [line["kind"] for line in training.read_metrics(run)].count("recovery") == 4
    # once it was said, a person may let it go on
    monkeypatch.undo()
    give_vitals(monkeypatch, lambda kimg, life: True)
    *_, end = training.train(dataset, run, resume=True)
    assert isinstance(end, Finished)


def test_a_run_stopped_after_every_look_comes_to_the_same_end(
    tmp_path: Path,
    dataset: Path,
    busy: TrainingConfig,
    whole: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give_vitals(monkeypatch, at_first)
    run = tmp_path / "run"
    seen: list[Event] = []
    # amid a life, at its end before and with the alarm, and with the way back told
    for lap, last in enumerate([_looked(0.09), _looked(END), _raised, _led_back, _looked(END)]):
        job = training.train(dataset, run, config=busy, resume=lap > 0, threads=1)
        seen += run_until(job, last)
    assert told(seen) == ["alarm at 0.096", "alarm at 0.096", "back to 0.084"]
    list(training.train(dataset, run, resume=True))
    assert_same_end(whole, run)
    assert len(ledger.Ledger.read(run).recoveries) == 1


def _looked(kimg: float) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, Vitals) and event.kimg >= kimg


def _raised(event: Event) -> bool:
    return isinstance(event, Alarmed)


def _led_back(event: Event) -> bool:
    return isinstance(event, Recovered)


def test_an_end_that_was_not_seen_is_looked_at_as_the_run_is_resumed(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_vitals(monkeypatch, at_first)
    run, without = tmp_path / "run", busy.model_copy(update={"guard": "off"})
    assert told(list(training.train(dataset, run, config=without, threads=1))) == []
    events = list(training.train(dataset, run, config=busy, resume=True))
    # without a guard none of the stage's are kept
    assert told(events) == ["alarm at 0.096", "back to 0.064"]
    assert isinstance(events[-1], Finished)
    # and once it was seen to be well, not again
    events = list(training.train(dataset, run, resume=True))
    assert not any(isinstance(event, Vitals) for event in events)


def test_a_run_that_was_over_before_there_was_a_guard_is_left_as_it_is(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    list(training.train(dataset, run, config=busy, threads=1))
    give_vitals(monkeypatch, lambda kimg, life: False)
    # as of its checkpoints
    monkeypatch.setattr(stretch, "remembered", lambda newest: (Memory(), []))
    events = list(training.train(dataset, run, resume=True))
    assert told(events) == []
    assert isinstance(events[-1], Finished)
    assert checkpoint_names(run)[-1] == "000000.096"

"""Recoveries that are killed, short of room, or find what they need damaged."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deepzine_gui import training
from deepzine_gui.errors import DiskFullError, TrainingError
from deepzine_gui.progress import Event, Finished, Notice
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.events import Alarmed, Recovered, Vitals
from deepzine_gui.training.guard import ledger
from deepzine_gui.training.running import faults, stretch
from tests.training.guard.lives import Health, give_vitals, told
from tests.training.runs import assert_same_end, checkpoint_names


class Killed(BaseException):
    """As sudden as a signal."""


def once(kimg: float, life: int) -> bool:
    return life > 0 or kimg < 0.05


@pytest.fixture
def busy(quick: TrainingConfig) -> TrainingConfig:
    """A checkpoint after each step, so that what is good does not depend on the time."""
    return quick.model_copy(update={"checkpoint_minutes": 0.0})


@pytest.fixture
def whole(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A run that was led back once, from .056 to .04 kimg."""
    with monkeypatch.context() as patch:
        give_vitals(patch, once)
        list(training.train(dataset, tmp_path / "whole", config=busy, threads=1))
    return tmp_path / "whole"


def killed(job: Iterator[Event], patch: pytest.MonkeyPatch, moment: str) -> None:
    """Go on with a run until it is killed at a moment of its recovery."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    for event in job:
        if isinstance(event, Alarmed) and moment == "written down":
            patch.setattr(stretch, "remove_abandoned", die)
        elif isinstance(event, Alarmed) and moment == "cleared away":
            patch.setattr(stretch, "Trainer", die)
        elif isinstance(event, Recovered) and moment == "told":
            raise Killed
        elif isinstance(event, Recovered):
            patch.setattr(stretch.Stretch, "_save", die)


@pytest.mark.parametrize("moment", ["written down", "cleared away", "told", "before it saved"])
def test_a_kill_amid_a_recovery_neither_loses_nor_repeats_it(
    tmp_path: Path,
    dataset: Path,
    busy: TrainingConfig,
    whole: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    give_vitals(monkeypatch, once)
    run = tmp_path / "run"
    with monkeypatch.context() as patch, pytest.raises(Killed):
        killed(training.train(dataset, run, config=busy, threads=1), patch, moment)
    events = list(training.train(dataset, run, resume=True))
    assert told(events) == ([] if moment in ("told", "before it saved") else ["back to 0.040"])
    assert isinstance(events[-1], Finished)
    assert_same_end(whole, run)
    kinds = [line["kind"] for line in training.read_metrics(run)]
    assert (kinds.count("alarm"), kinds.count("recovery")) == (1, 1)
    assert len(ledger.Ledger.read(run).recoveries) == 1


def test_a_run_stopped_after_every_step_recovers_alike(
    tmp_path: Path,
    dataset: Path,
    busy: TrainingConfig,
    whole: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give_vitals(monkeypatch, once)
    run = tmp_path / "run"
    seen: list[Event] = []
    stops: set[float] = set()
    for lap in range(60):
        job = training.train(dataset, run, config=busy, resume=lap > 0, threads=1)
        for event in job:
            seen.append(event)
            # also with the vitals that raise the alarm, which is then raised again
            if isinstance(event, Vitals) and event.kimg not in stops:
                stops.add(event.kimg)
                break
        job.close()
        if isinstance(seen[-1], Finished):
            break
    assert isinstance(seen[-1], Finished)
    assert told(seen) == ["alarm at 0.056", "back to 0.040"]
    assert_same_end(whole, run)


def damage(folder: Path) -> None:
    (folder / "state.safetensors").write_bytes(b"\0" * 100)


def events_with_damage(
    run: Path, dataset: Path, config: TrainingConfig, patch: pytest.MonkeyPatch, names: list[str]
) -> list[Event]:
    """A run whose checkpoints of these names (all, if none) are damaged as the alarm is raised."""
    events: list[Event] = []
    for event in training.train(dataset, run, config=config, threads=1):
        events.append(event)
        if isinstance(event, Alarmed) and len(told(events)) == 1:
            for name in names or checkpoint_names(run):
                damage(run / "checkpoints" / name)
    return events


def test_a_damaged_good_checkpoint_is_passed_over(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_vitals(monkeypatch, once)
    run = tmp_path / "run"
    events = events_with_damage(run, dataset, busy, monkeypatch, ["000000.040"])
    assert told(events) == ["alarm at 0.056", "back to 0.036"]
    said = [event.text for event in events if type(event) is Notice]
    assert any("000000.040 is damaged and was set aside" in text for text in said)
    assert isinstance(events[-1], Finished)


def test_where_all_good_checkpoints_are_damaged_a_person_is_asked(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_vitals(monkeypatch, once)
    run = tmp_path / "run"
    with pytest.raises(TrainingError, match="all checkpoints that were proved good are damaged"):
        events_with_damage(run, dataset, busy, monkeypatch, [])
    # days of work are not thrown away
    assert "000000.040" in checkpoint_names(run)
    with pytest.raises(TrainingError, match=r"All checkpoints in .* are damaged: put back a copy"):
        list(training.train(dataset, run, resume=True))


def test_a_full_disk_amid_a_recovery_is_waited_for(
    tmp_path: Path,
    dataset: Path,
    busy: TrainingConfig,
    whole: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give_vitals(monkeypatch, once)
    monkeypatch.setattr(faults, "RETRY_S", 0.02)
    write, refused = ledger.write_json, []

    def full(path: Path, value: object) -> None:
        if len(refused) < 2:
            refused.append(path)
            raise DiskFullError("The disk is full.")
        write(path, value)

    monkeypatch.setattr(ledger, "write_json", full)
    run = tmp_path / "run"
    events = list(training.train(dataset, run, config=busy, threads=1))
    assert len(refused) == 2
    assert any("The run waits until there is room" in e.text for e in events if type(e) is Notice)
    assert told(events) == ["alarm at 0.056", "back to 0.040"]
    assert_same_end(whole, run)


@pytest.mark.parametrize(
    "changes",
    [
        {"stage_steps": 8, "minibatch": 8},
        {"minibatch": 2, "loss": "wgan-gp", "deviation_group": 16},
        {"minibatch": 2, "augment": "ada", "held_out": 0.3, "growth": "none"},
    ],
    ids=["steps a stage", "two pages a step", "without growth"],
)
def test_every_kind_of_plan_comes_to_its_own_end_after_two_recoveries(
    tmp_path: Path,
    dataset: Path,
    busy: TrainingConfig,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
) -> None:
    config = busy.model_copy(update=changes)
    total = training.total_kimg(config)
    health: Health = lambda kimg, life: life > 1 or kimg < total / 2  # noqa: E731
    lives = give_vitals(monkeypatch, health)
    run = tmp_path / "run"
    events = list(training.train(dataset, run, config=config, threads=1))
    assert len(told(events)) == 4
    assert isinstance(events[-1], Finished)
    assert [each["learning_rate"] for each in lives] == [0.001, 0.0005, 0.000125]
    # the plan is the one that was chosen
    assert training.read_config(run) == config
    assert float(checkpoint_names(run)[-1]) == pytest.approx(total, abs=0.012)

"""Runs that collapse: caught, led back with something changed, and the story tells it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from deepzine_gui import training
from deepzine_gui.errors import TrainingError
from deepzine_gui.progress import Event, Finished, Notice
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.events import Alarmed, Recovered, StageChanged, Vitals
from deepzine_gui.training.stepping import losses
from tests.training.guard.lives import finite, give_vitals, told
from tests.training.runs import checkpoint_names, run_until


@pytest.fixture
def busy(quick: TrainingConfig) -> TrainingConfig:
    """Four pages a step, three stages of eight steps, and a checkpoint after each step."""
    return quick.model_copy(update={"checkpoint_minutes": 0.0})


def collected(run: Path, dataset: Path, config: TrainingConfig) -> tuple[list[Event], str]:
    """All events of a run, and the sentence it ended with if it failed."""
    events: list[Event] = []
    try:
        events.extend(training.train(dataset, run, config=config, threads=1))
    except TrainingError as error:
        return events, str(error)
    return events, ""


def test_a_collapse_is_led_back_to_a_good_checkpoint_with_changes(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = give_vitals(monkeypatch, lambda kimg, life: life > 0 or kimg < 0.05)
    run = tmp_path / "run"
    events = list(training.train(dataset, run, config=busy, threads=1))
    # clean looks at .044 and .048: what came before both is good
    assert told(events) == ["alarm at 0.056", "back to 0.040"]
    assert isinstance(events[-1], Finished)
    alarm, recovery = (e for e in events if isinstance(e, Alarmed | Recovered))
    assert alarm.text.startswith("At 0.1 kimg the samples are nearly all alike")
    assert recovery.text == (
        "The run goes back to 0.0 kimg, where it was proved good, with other random numbers and "
        "Adam afresh. In all: learning rate × 0.5, penalty × 2 (attempt 1 of 3)."
    )
    assert [each["kimg"] for each in lives] == [0, 0.04]
    assert [each["learning_rate"] for each in lives] == [0.001, 0.0005]
    assert lives[0]["noise"] != lives[1]["noise"]
    # the stage it went back into is told again, as when a run is resumed
    stages = [e.kimg for e in events if isinstance(e, StageChanged)]
    assert stages == pytest.approx([0, 0.032, 0.04, 0.064])


def test_the_story_keeps_what_happened_though_the_run_went_back(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_vitals(monkeypatch, lambda kimg, life: life > 0 or kimg < 0.08)
    run = tmp_path / "run"
    list(training.train(dataset, run, config=busy, threads=1))
    lines = training.read_metrics(run)
    kinds = [line["kind"] for line in lines]
    alarm, recovery = (lines[kinds.index(kind)] for kind in ("alarm", "recovery"))
    assert (alarm["kimg"], alarm["rule"], alarm["severity"]) == (0.084, "diversity", "warning")
    assert (recovery["kimg"], recovery["alarm_kimg"], recovery["attempt"]) == (0.068, 0.084, 1)
    at = kinds.index("recovery")
    # checkpoints that are gone are told of as what happened, and the new ones after
    saved = [[line["kimg"] for line in part if line["kind"] == "checkpoint"]
             for part in (lines[:at], lines[at:])]  # fmt: skip
    assert saved[0][-1] == 0.08
    assert saved[1][0] == 0.072
    assert saved[1] == sorted(saved[1])
    # resuming later rewinds no further than the recovery
    list(training.train(dataset, run, resume=True, config=busy))
    assert training.read_metrics(run)[: len(lines)] == lines


def test_a_run_that_keeps_collapsing_climbs_the_ladder_and_is_stopped_with_reasons(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = give_vitals(monkeypatch, lambda kimg, life: kimg < 0.085)
    run = tmp_path / "run"
    events, said = collected(run, dataset, busy.model_copy(update={"final_kimg": 0.064}))
    assert told(events) == [
        *("alarm at 0.092", "back to 0.076"),
        *("alarm at 0.092", "back to 0.072"),
        *("alarm at 0.092", "back to 0.064"),
        "alarm at 0.096",
    ]
    assert [round(each["learning_rate"] * 32000) for each in lives] == [32, 16, 4, 1]
    assert said == (
        "The run is stopped at 0.1 kimg: going back did not help (learning rate × 0.03125, "
        "penalty × 4, pages a step × 2). Its model is now that of its last good checkpoint, "
        "000000.064. Try the loss rpgan, longer stages, or more and more varied pages."
    )
    assert checkpoint_names(run)[-1] == "000000.064"
    assert training.read_metrics(run)[-1]["text"] == said
    # a person lets it go on: from there, and with as many attempts as at first
    monkeypatch.undo()
    lives = give_vitals(monkeypatch, lambda kimg, life: life > 4 or kimg < 0.085)
    events = list(training.train(dataset, run, resume=True))
    assert told(events) == ["alarm at 0.096", "back to 0.064"]
    assert isinstance(events[-1], Finished)
    assert lives[0]["kimg"] == 0.064


def test_a_run_that_collapses_before_anything_was_proved_good_begins_anew(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = give_vitals(monkeypatch, lambda _, life: life > 0)
    run = tmp_path / "run"
    events = list(training.train(dataset, run, config=busy, threads=1))
    # the first tenth is mute
    assert told(events) == ["alarm at 0.016", "back to 0.000"]
    recovery = next(e for e in events if isinstance(e, Recovered))
    assert recovery.text.startswith("The run begins anew, as no earlier checkpoint has proved good")
    assert isinstance(events[-1], Finished)
    assert [each["kimg"] for each in lives] == [0, 0]
    assert lives[1]["learning_rate"] == 0.0005
    state = json.loads((run / "checkpoints" / "000000.032" / "state.json").read_text())
    assert state["guard"]["life"] == 1


def test_a_third_collapse_amid_the_only_stage_keeps_what_was_proved_good(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = give_vitals(monkeypatch, lambda kimg, life: life > 2 or kimg < 0.06)
    config = busy.model_copy(update={"growth": "none", "final_kimg": 0.096})
    run = tmp_path / "run"
    events = list(training.train(dataset, run, config=config, threads=1))
    third = [e for e in events if isinstance(e, Recovered)][2]
    assert 0 < third.kimg == lives[3]["kimg"]
    assert "goes back to" in third.text
    assert isinstance(events[-1], Finished)


@pytest.mark.parametrize("loss", ["rpgan", "wgan-gp"])
def test_numbers_that_are_none_are_caught_within_four_steps(
    tmp_path: Path,
    dataset: Path,
    busy: TrainingConfig,
    monkeypatch: pytest.MonkeyPatch,
    loss: str,
) -> None:
    lives = give_vitals(monkeypatch, lambda kimg, life: True)
    config = busy.model_copy(update={"loss": loss})
    name = "rpgan_discriminator" if loss == "rpgan" else "wgan_discriminator"
    compute, steps = getattr(losses, name), 0

    def spoilt(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        nonlocal steps
        steps += 1
        # as when a weight was spoilt: until another checkpoint is loaded
        return compute(real, fake) * (torch.nan if steps > 12 and len(lives) == 1 else 1)

    monkeypatch.setattr(losses, name, spoilt)
    run = tmp_path / "run"
    events = list(training.train(dataset, run, config=config, threads=1))
    assert told(events) == ["alarm at 0.064", "back to 0.048"]
    alarm = next(e for e in events if isinstance(e, Alarmed))
    assert alarm.text.endswith("losses or gradients were not finite in 4 of the last 50 steps.")
    assert isinstance(events[-1], Finished)
    assert finite(run)


def test_without_a_guard_nothing_is_done(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = give_vitals(monkeypatch, lambda *_: False)
    config = busy.model_copy(update={"guard": "off"})
    events = list(training.train(dataset, tmp_path / "run", config=config, threads=1))
    assert told(events) == []
    assert len(lives) == 1
    assert not (tmp_path / "run" / "guard.json").exists()


def test_what_was_changed_holds_in_a_run_that_begins_anew_and_has_no_checkpoint_yet(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = give_vitals(monkeypatch, lambda kimg, life: life > 0)
    run = tmp_path / "run"
    run_until(
        training.train(dataset, run, config=quick, threads=1), lambda e: isinstance(e, Recovered)
    )
    assert (run / "guard.json").exists()
    lives.clear()
    # to begin it again would forget what was learned
    with pytest.raises(TrainingError, match="holds a run already: resume it"):
        list(training.train(dataset, run, config=quick))
    events = list(training.train(dataset, run, config=quick, resume=True))
    assert lives[0]["learning_rate"] == 0.0005
    assert notices(events) == [IN_FORCE]


def notices(events: list[Event]) -> list[str]:
    return [event.text for event in events if type(event) is Notice]


def looked(kimg: float) -> Callable[[Event], bool]:
    """Whether an event is a look at the networks after so many pages."""
    return lambda event: isinstance(event, Vitals) and event.kimg >= kimg


IN_FORCE = (
    "The guard's changes to the settings are in force: learning rate × 0.5, penalty × 2. A value "
    "that is set anew on resuming holds as it is set."
)


def test_what_a_person_sets_anew_holds_as_it_is_set_for_good(
    tmp_path: Path, dataset: Path, busy: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = give_vitals(monkeypatch, lambda kimg, life: life > 0 or kimg < 0.05)
    run = tmp_path / "run"
    events = run_until(training.train(dataset, run, config=busy, threads=1), looked(0.06))
    # the recovery's own words name the changes
    assert notices(events) == []
    mine = busy.model_copy(update={"learning_rate": 0.0004})
    remaining = (
        "What was set anew holds as it is set, without the guard's changes to it. Of these there "
        "remain: penalty × 2."
    )
    in_force = IN_FORCE.replace("learning rate × 0.5, ", "")
    for kimg, said in ((0.07, remaining), (0.08, in_force)):
        job = training.train(dataset, run, config=mine, resume=True)
        assert notices(run_until(job, looked(kimg))) == [said]
        assert lives[-1]["learning_rate"] == 0.0004
    # without a guard nothing is changed, and there is nothing to say
    free = mine.model_copy(update={"guard": "off"})
    assert notices(list(training.train(dataset, run, config=free, resume=True))) == []


def test_one_page_repeated_is_the_fault_of_the_data_and_said_so(
    tmp_path: Path, one_page: Path, quick: TrainingConfig
) -> None:
    run = tmp_path / "run"
    events, said = collected(run, one_page, quick)
    (alarm,) = (e for e in events if isinstance(e, Alarmed))
    assert (alarm.rule, alarm.kimg) == ("pages", 0.0)
    assert said == (
        f"The run is not begun, as all pages of {one_page} are the same one, or nearly: add other "
        "pages, or set guard to off."
    )
    assert not (run / "checkpoints").exists()
    # who wants that can have it
    events, said = collected(run, one_page, quick.model_copy(update={"guard": "off"}))
    assert isinstance(events[-1], Finished)

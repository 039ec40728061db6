"""The ladder: each rung changes something, and it comes to an end."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepzine_gui.errors import TrainingError
from deepzine_gui.training import preset, stages
from deepzine_gui.training.guard.ladder import (
    RUNGS,
    Place,
    Step,
    clear_kimg,
    next_rung,
    places,
)
from deepzine_gui.training.guard.ledger import LEDGER, Ledger, Recovery
from deepzine_gui.training.recipe.remedies import Remedies
from deepzine_gui.training.recipe.schedule import at

CONFIG = preset("default", resolution=32)
"""Stages of 300 kimg: 4 px, then 8, 16 and 32 px growing and stable, the last of 1,500."""
PLAN = stages(CONFIG)


def climbed(config: object = CONFIG) -> list[Remedies]:
    remedies, seen = Remedies(), []
    for rung in RUNGS:
        remedies = rung.onto(remedies, config)  # type: ignore[arg-type]
        seen.append(remedies)
    return seen


def test_each_rung_is_calmer_than_the_one_before() -> None:
    first, second, third = climbed()
    assert first == Remedies(learning_rate=0.5, penalty=2)
    assert second == Remedies(learning_rate=0.125, penalty=4)
    assert third == Remedies(learning_rate=0.03125, penalty=4, minibatch=2)
    moments = [at(each.applied(CONFIG), 1_000_000) for each in (Remedies(), first, second, third)]
    assert [m.learning_rate for m in moments] == [0.001, 0.0005, 0.000125, 0.00003125]
    assert [m.gamma / moments[0].gamma for m in moments] == [1, 2, 4, 4]
    assert [m.minibatch for m in moments] == [64, 64, 64, 128]


def test_wgan_gp_gets_more_discriminator_updates_instead_of_penalty() -> None:
    paper = preset("paper")
    last = climbed(paper)[-1]
    assert last == Remedies(learning_rate=0.03125, discriminator_updates=2, minibatch=2)
    treated = last.applied(paper)
    assert treated.penalty_weight == 10
    assert treated.discriminator_updates == 3
    assert treated.minibatch_limits == {256: 28, 512: 12, 1024: 6}
    assert last.text(paper) == (
        "learning rate × 0.03125, 3 discriminator updates a step, pages a step × 2"
    )


def test_changes_stay_within_the_limits_of_the_settings() -> None:
    most = CONFIG.model_copy(update={"minibatch": 1000, "discriminator_updates": 16})
    treated = Remedies(discriminator_updates=3, minibatch=4).applied(most)
    assert (treated.minibatch, treated.discriminator_updates) == (1024, 16)
    edge = CONFIG.model_copy(update={"learning_rate": 1e-5, "penalty_weight": 500.0})
    treated = Remedies(learning_rate=1 / 32, penalty=16).applied(edge)
    assert (treated.learning_rate, treated.penalty_weight) == (1e-6, 1000.0)


@pytest.mark.parametrize(
    ("changed", "still"),
    [
        ({"seed": 5}, Remedies(0.5, 2, 1, 2)),
        ({"learning_rate": 5e-4}, Remedies(1, 2, 1, 2)),
        ({"penalty_weight": 3.0}, Remedies(0.5, 1, 1, 2)),
        ({"discriminator_updates": 2}, Remedies(0.5, 2, 0, 2)),
        ({"minibatch": 32}, Remedies(0.5, 2, 1, 1)),
        ({"minibatch_limits": {256: 8}}, Remedies(0.5, 2, 1, 1)),
    ],
)
def test_what_a_person_has_set_anew_is_no_longer_changed(
    changed: dict[str, object], still: Remedies
) -> None:
    assert Remedies(0.5, 2, 1, 2).without(CONFIG, CONFIG.model_copy(update=changed)) == still


def test_where_nothing_is_changed_the_words_say_so() -> None:
    assert Remedies().text(CONFIG) == "no changes"


def test_alarm_upon_alarm_leads_up_and_to_a_stop() -> None:
    steps: list[Step] = []
    for number in range(len(RUNGS) + 1):
        rung = next_rung(steps, PLAN, 500.0)
        assert rung == number
        steps.append(Step(alarm_kimg=500.0, rung=rung, back_to_kimg=400.0))
    # a person let it go on
    assert next_rung(steps, PLAN, 500.0) == 0


def test_a_whole_stage_without_an_alarm_begins_the_count_anew() -> None:
    amid = Step(alarm_kimg=500.0, rung=0, back_to_kimg=400.0)
    # the stage from 300 to 600 was not trained anew from its start
    assert clear_kimg(amid, PLAN) == 900.0
    assert next_rung([amid], PLAN, 899.0) == 1
    assert next_rung([amid], PLAN, 901.0) == 0
    assert clear_kimg(Step(alarm_kimg=500.0, rung=0, back_to_kimg=300.0), PLAN) == 600.0
    assert clear_kimg(Step(alarm_kimg=500.0, rung=0, back_to_kimg=0.0), PLAN) == 600.0


def test_in_the_last_stage_a_tenth_of_the_plan_without_an_alarm_counts_as_one() -> None:
    late = Step(alarm_kimg=2200.0, rung=1, back_to_kimg=2150.0)
    assert PLAN[-1].end_kimg == 3300.0
    assert clear_kimg(late, PLAN) == 2530.0
    assert next_rung([late], PLAN, 2529.0) == 2
    assert next_rung([late], PLAN, 2531.0) == 0
    # a short run has no fewer than so many kimg to prove itself
    short = stages(preset("cpu-demo", growth="none", final_kimg=76.0))
    assert clear_kimg(Step(alarm_kimg=30.0, rung=0, back_to_kimg=25.0), short) == 50.0


@settings(max_examples=50)
@given(st.data())
def test_however_alarms_come_a_run_goes_back_only_so_often(data: st.DataObject) -> None:
    steps: list[Step] = []
    kimg = 0.0
    while not steps or steps[-1].rung < len(RUNGS):
        # going on from where it was led back to, up to the next alarm
        kimg = data.draw(st.floats(kimg, PLAN[-1].end_kimg))
        back = data.draw(st.floats(0, kimg))
        steps.append(Step(alarm_kimg=kimg, rung=next_rung(steps, PLAN, kimg), back_to_kimg=back))
        kimg = back
        # every stage gone well lets the ladder begin anew: only those can prolong it
        cleared = sum(step.rung == 0 for step in steps)
        assert len(steps) <= cleared * (len(RUNGS) + 1)
        if len(steps) > 40:
            break


def test_where_each_rung_goes_back_to() -> None:
    good = [Place(str(n), float(n), ends_stage=n in (1, 3)) for n in range(1, 6)]
    assert [place.kimg for place in places(0, good)] == [5, 4, 3, 2, 1]
    assert [place.kimg for place in places(1, good)] == [4, 3, 2, 1]
    assert [place.kimg for place in places(2, good)] == [3, 1]


def test_a_run_with_a_good_checkpoint_never_begins_anew() -> None:
    good = [Place(str(n), float(n), ends_stage=False) for n in range(1, 6)]
    # no stage has ended, or there is none before the newest
    assert [place.kimg for place in places(2, good)] == [1]
    assert [places(rung, good[:1]) for rung in range(len(RUNGS))] == [good[:1]] * len(RUNGS)
    assert [places(rung, []) for rung in range(len(RUNGS))] == [[]] * len(RUNGS)


def entry(back_to_kimg: float, *, augment: float = 0.0) -> Recovery:
    return Recovery(9.0, 0, back_to_kimg, "diversity", 4.0, Remedies(0.5, 2.0), augment, "It was.")


def test_a_ledger_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert Ledger.read(tmp_path) == Ledger()
    ledger = Ledger().with_recovery(entry(3.0)).with_recovery(entry(2.0, augment=0.1))
    ledger.write(tmp_path)
    assert Ledger.read(tmp_path) == ledger
    (tmp_path / LEDGER).write_text("[{}]")
    with pytest.raises(TrainingError, match=r"guard\.json cannot be read: mend it, or delete it"):
        Ledger.read(tmp_path)


def test_a_ledger_knows_what_was_given_up() -> None:
    ledger = Ledger((entry(3.0), entry(2.0, augment=0.1)))
    assert [ledger.holds(kimg, 0) for kimg in (2.0, 2.5, 3.5)] == [True, False, False]
    assert [ledger.holds(kimg, 1) for kimg in (2.0, 2.5)] == [True, False]
    assert ledger.holds(99.0, 2)
    assert [ledger.augment_since(life) for life in (0, 1, 2)] == [0.1, 0.1, 0]

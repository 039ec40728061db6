"""Alarms: raised by what a collapse looks like, and by nothing else."""

import dataclasses
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepzine_gui.training.events import Vitals
from deepzine_gui.training.guard.alarms import MUTE, MUTE_KIMG, Judgement, judge, judge_model
from deepzine_gui.training.guard.memory import WINDOW, Memory

SOME = settings(max_examples=50)

TOTAL = 1000.0
HEALTHY = Vitals(
    kimg=0.0, resolution=32, fading=False, feature_variance=0.8, pixel_deviation=0.9, duplicates=3,
    duplicates_real=2, generator_norm=0.2, discriminator_norm=0.3, penalty=0.05, preference=0.9,
)  # fmt: skip
ALIKE = {"feature_variance": 0.1, "pixel_deviation": 0.3}
EVALUATED = {"swd": {32: 20.0, 16: 30.0}, "swd_floor": {32: 8.0, 16: 12.0}}


def history(
    *changes: dict[str, Any], start: float = 500.0, total: float = TOTAL
) -> tuple[Memory, list[Judgement]]:
    """Vitals three kimg apart, healthy but for these changes, and what was found at each."""
    memory, found = Memory(), []
    for number, change in enumerate(changes):
        vitals = dataclasses.replace(HEALTHY, kimg=start + 3 * number, **change)
        memory = memory.with_vitals(vitals)
        found.append(judge(memory, total))
        if found[-1].is_clean:
            memory = memory.with_clean(vitals.kimg)
    return memory, found


def rules(found: list[Judgement]) -> list[list[str]]:
    return [[alarm.rule for alarm in each.alarms] for each in found]


healthy = st.fixed_dictionaries(
    {
        "feature_variance": st.floats(0.26, 1.5) | st.just(math.nan),
        "pixel_deviation": st.floats(0.44, 1.2),
        "duplicates": st.integers(0, 25),
        "duplicates_real": st.integers(0, 40),
        "generator_norm": st.floats(0.05, 0.9),
        "discriminator_norm": st.floats(0.05, 0.9) | st.just(math.nan),
        "penalty": st.floats(0.0, 0.9),
        "preference": st.floats(0.4, 0.98),
        "fading": st.booleans(),
        "resolution": st.sampled_from([16, 32]),
        "swd": st.none() | st.fixed_dictionaries({16: st.floats(20.0, 40.0)}),
        "swd_floor": st.just({16: 14.0}),
    }
)


@SOME
@given(st.lists(healthy, min_size=1, max_size=2 * WINDOW))
def test_no_alarm_in_a_healthy_run(changes: list[dict[str, Any]]) -> None:
    _, found = history(*changes)
    assert found == [Judgement((), is_clean=True)] * len(changes)


def test_pages_that_stay_alike_raise_an_alarm() -> None:
    memory, found = history({}, {}, ALIKE, {}, *[ALIKE] * 4)
    assert rules(found) == [[]] * 7 + [["diversity"]]
    assert [each.is_clean for each in found] == [True, True, False, True] + [False] * 4
    assert found[-1].alarms[0].text == (
        "At 521.0 kimg the samples are nearly all alike: their pixels vary 0.30 times as much as "
        "those of real pages, what the discriminator sees 0.10 times."
    )
    # the checkpoints before two clean looks are good
    assert memory.proven_before_kimg == 503.0
    assert memory.looks_kimg == (503.0, 509.0, 521.0)


@pytest.mark.parametrize(
    ("seen", "alarm_at"),
    [
        # a learning rate fifty times too high
        ([(0.48, 0.67), (0.00, 0.02), (0.81, 0.88), (0.00, 0.04)], 3),
        # wgan-gp with stages of 3 kimg: alike for four looks, and back by itself
        ([(0.09, 0.28), (0.10, 0.32), (0.04, 0.22), (0.17, 0.31), (0.63, 0.56)], None),
        ([(0.12, 0.25), (0.02, 0.15), (0.01, 0.14), (0.01, 0.11), (1.41, 1.01)], None),
        # small networks that did, and a smaller dip
        (
            [(0.17, 0.48), (0.12, 0.42), (0.50, 0.75), (0.14, 0.42), (0.17, 0.48), (0.32, 0.44)],
            None,
        ),
        ([(0.40, 0.42), (0.21, 0.498), (0.09, 0.48), (0.16, 0.48), (0.60, 0.7)], None),
    ],
)
def test_what_was_seen_of_runs_tells_collapse_from_a_dip(
    seen: list[tuple[float, float]], alarm_at: int | None
) -> None:
    names = ("feature_variance", "pixel_deviation")
    _, found = history(*(dict(zip(names, each, strict=True)) for each in seen))
    first = next((number for number, each in enumerate(found) if each.alarms), None)
    assert first == alarm_at


def test_pages_that_stay_alike_while_the_networks_grow_raise_an_alarm() -> None:
    small, grown = ALIKE | {"resolution": 16}, ALIKE | {"fading": True}
    assert rules(history(small, small, small, grown, grown)[1]) == [[]] * 4 + [["diversity"]]


def test_pages_alike_raise_an_alarm_when_seen_five_times_of_eight() -> None:
    _, found = history(ALIKE, {}, {}, ALIKE, {}, ALIKE, ALIKE, ALIKE)
    assert rules(found)[-1] == ["diversity"]
    _, found = history(ALIKE, {}, {}, ALIKE, {}, ALIKE, ALIKE, {}, ALIKE)
    assert rules(found) == [[]] * 9


@pytest.mark.parametrize(
    "change",
    [{"feature_variance": 0.1}, {"pixel_deviation": 0.3}, ALIKE | {"feature_variance": math.nan}],
)
def test_one_sign_of_sameness_alone_is_none(change: dict[str, Any]) -> None:
    assert rules(history(change, change, change)[1]) == [[], [], []]


@SOME
@given(st.lists(st.tuples(st.floats(0.05, 1.5), st.floats(0.42, 1.2)), min_size=1, max_size=WINDOW))
def test_features_that_dip_for_a_while_are_not_even_suspicious(
    seen: list[tuple[float, float]],
) -> None:
    names = ("feature_variance", "pixel_deviation")
    _, found = history(*(dict(zip(names, each, strict=True)) for each in seen))
    assert found == [Judgement((), is_clean=True)] * len(seen)


def test_pages_without_any_difference_are_alike_whatever_a_dead_discriminator_sees() -> None:
    dead = {"feature_variance": 74.0, "pixel_deviation": 0.01}
    _, found = history({}, dead, dead)
    assert rules(found) == [[], [], ["diversity"]]
    # a run that flickers has no second time
    assert rules(history(dead, {}, {}, ALIKE)[1])[-1] == ["diversity"]
    assert rules(history(ALIKE, {}, {}, ALIKE)[1])[-1] == []
    assert found[-1].alarms[0].text.endswith("vary 0.01 times as much as those of real pages.")


@SOME
@given(st.lists(st.booleans(), max_size=12), st.floats(0, 1), st.floats(0, 1))
def test_worse_vitals_are_never_quieter(seen: list[bool], features: float, pixels: float) -> None:
    bad = [*(ALIKE if each else {} for each in seen), *[ALIKE] * 5]
    factors = {"feature_variance": features, "pixel_deviation": pixels}
    worse = [{name: value * factors[name] for name, value in each.items()} for each in bad]
    for loud, louder in zip(rules(history(*bad)[1]), rules(history(*worse)[1]), strict=True):
        assert set(loud) <= set(louder)


@pytest.mark.parametrize(("total", "until"), [(TOTAL, MUTE_KIMG), (150.0, MUTE * 150.0)])
def test_the_first_tenth_of_a_run_is_mute_up_to_twenty_kimg_but_proves_nothing_good(
    total: float, until: float
) -> None:
    memory, found = history(*[ALIKE] * 9, start=until - 12, total=total)
    # the looks before count for nothing later either
    assert rules(found) == [[]] * 8 + [["diversity"]]
    assert memory.proven_before_kimg == -1


def test_repeated_pages_raise_an_alarm_as_far_as_real_ones_do_not_repeat() -> None:
    again = {"duplicates": 300, "duplicates_real": 20}
    _, found = history({}, again, again)
    assert rules(found) == [[], [], ["duplicates"]]
    assert "300 pairs of them are nearly the same, 20 of as many" in found[-1].alarms[0].text
    assert rules(history(*[{"duplicates": 300, "duplicates_real": 70}] * 3)[1]) == [[], [], []]
    # a few pairs come by chance
    assert rules(history(*[{"duplicates": 25, "duplicates_real": 0}] * 3)[1]) == [[], [], []]


def test_the_newest_evaluation_of_a_size_is_remembered() -> None:
    later = {"swd": {32: 10.0, 16: 20.0}, "swd_floor": {32: 8.0, 16: 12.0}}
    memory, _ = history(EVALUATED, later, {}, {"resolution": 64})
    assert memory.newest_swd(32) == 15.0
    assert math.isnan(memory.newest_swd(64))
    assert math.isnan(Memory().newest_swd(32))


def test_getting_worse_takes_two_evaluations_and_a_grown_resolution() -> None:
    bad = EVALUATED | {"swd": {32: 90.0, 16: 120.0}}
    _, found = history(EVALUATED, {}, bad, {}, {}, bad)
    assert rules(found) == [[], [], [], [], [], ["regression"]]
    assert "their SWD is 105, at best it was 25; that of real pages is 10" in (
        found[-1].alarms[0].text
    )
    fading = bad | {"fading": True}
    assert rules(history(EVALUATED, fading, fading, fading)[1]) == [[]] * 4
    # twice the best, but close to real pages
    near = EVALUATED | {"swd": {32: 25.0, 16: 33.0}}
    best = EVALUATED | {"swd": {32: 12.0, 16: 14.0}}
    assert rules(history(best, near, near)[1]) == [[]] * 3
    # each resolution has a best of its own
    small = EVALUATED | {"resolution": 16, "swd": {16: 10.0}}
    assert rules(history(small, bad, bad)[1]) == [[]] * 3


@pytest.mark.parametrize(
    ("left", "wanted"),
    [
        ({}, []),
        ({"feature_variance": 0.1}, []),
        (ALIKE, ["diversity"]),
        ({"duplicates": 400}, ["duplicates"]),
        (ALIKE | {"duplicates": 400}, ["diversity", "duplicates"]),
        # what the live networks are judged by is nothing of an averaged generator
        ({"generator_norm": 1e6, "preference": 1.0}, []),
    ],
)
def test_at_the_end_one_look_at_what_is_left_is_enough(
    left: dict[str, Any], wanted: list[str]
) -> None:
    memory, found = history(*[{}] * 5, {"duplicates": 200}, start=985.0)
    assert found[-1] == Judgement((), is_clean=False)
    alarms = judge_model(memory, dataclasses.replace(HEALTHY, kimg=1000.0, **left))
    assert [alarm.rule for alarm in alarms] == wanted
    assert all(alarm.text.startswith("At the end, at 1000.0 kimg, the samp") for alarm in alarms)


def test_at_the_end_one_evaluation_is_enough() -> None:
    worse = EVALUATED | {"swd": {32: 80.0, 16: 100.0}}
    memory, found = history(EVALUATED, {}, worse, start=994.0)
    assert found[-1] == Judgement((), is_clean=False)
    (alarm,) = judge_model(memory, HEALTHY)
    assert alarm.rule == "regression"
    # what was worse at an earlier look is over
    memory, _ = history(EVALUATED, worse, {"duplicates": 200}, start=994.0)
    assert judge_model(memory, HEALTHY) == ()


@pytest.mark.parametrize("name", ["generator_norm", "discriminator_norm", "penalty"])
def test_exploding_gradients_raise_an_alarm_when_the_usual_is_known(name: str) -> None:
    many = {name: 50.0}
    _, found = history(*[{}] * 6, many, many)
    assert rules(found)[-2:] == [[], ["explosion"]]
    assert "times as large as usual" in found[-1].alarms[0].text
    assert rules(history(*[{}] * 3, many, many)[1]) == [[]] * 5
    # each resolution has a usual of its own
    small = {"resolution": 16}
    assert rules(history(*[small] * 6, many, many)[1]) == [[]] * 8
    # many times nearly nothing is nothing
    calm = {name: 0.001}
    assert rules(history(*[calm] * 6, {name: 0.9}, {name: 0.9})[1]) == [[]] * 8


def test_a_sure_discriminator_raises_an_alarm_while_variety_falls() -> None:
    sure = {"preference": 0.999}
    falling = [sure | {"feature_variance": each} for each in (0.9, 0.6, 0.44, 0.35)]
    _, found = history(*falling)
    assert rules(found) == [[], [], [], ["saturation"]]
    assert "knows 99.9% of all pairs" in found[-1].alarms[0].text
    # steady, however sure
    assert rules(history(*[sure] * 10)[1]) == [[]] * 10
    assert rules(history({}, {}, *falling[2:])[1]) == [[]] * 4


@SOME
@given(st.lists(healthy, max_size=WINDOW + 5))
def test_a_memory_is_the_same_after_a_checkpoint(changes: list[dict[str, Any]]) -> None:
    memory, _ = history(*changes)
    again = Memory.of_values(json.loads(json.dumps(memory.as_values(), allow_nan=False)))
    # NaN is not equal to itself
    assert repr(again) == repr(memory)
    assert len(memory.vitals) <= WINDOW

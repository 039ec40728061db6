"""A run in plain words."""

import dataclasses
from datetime import datetime
from pathlib import Path

import pytest

from deepzine_gui.progress import Progress
from deepzine_gui.training import DIVERSITY_ALARM, Alarmed, Recovered, StepReport, Vitals, preset
from deepzine_gui.training.guard import alarms
from deepzine_gui.ui.train import words
from deepzine_gui.ui.train.record import RunRecord
from deepzine_gui.ui.train.words import Advice, advise, plan_words, status

NOON = datetime(2026, 11, 22, 12, 0)


def record(diversity: float = 1.0, *, kimg: float = 21.0, d_loss: float = 0.5) -> RunRecord:
    made = RunRecord(Path("run-3"), preset("cpu-demo"))
    for _ in range(5):
        made.take(
            StepReport(kimg, 76.0, 16, 0.5, d_loss, 1.0, 0.1, -0.1, 0.2, diversity, 140.0, 5400.0)
        )
    return made


def test_the_status_says_where_the_run_is_and_until_when() -> None:
    # the demo's plan: 4 px until 6 kimg, 8 px until 18, then 16 px grows until 24
    text = status(record(), running=True, paused=False, now=NOON)
    assert text == "Growing 16 px, 50 %, kimg 21 of 76, ends about 13:30"


def test_the_status_of_paused_stopped_and_complete_runs() -> None:
    assert status(record(), running=True, paused=True, now=NOON).startswith("Paused, growing")
    stopped = status(record(), running=False, paused=False, now=NOON)
    assert stopped == "run-3 stopped while growing 16 px, 50 %, kimg 21 of 76"
    complete = status(record(kimg=76.0), running=False, paused=False, now=NOON)
    assert complete == "run-3 is complete: 32 px, kimg 76 of 76"


def test_the_status_of_a_run_that_waits_tells_for_what_and_no_end() -> None:
    waiting = record()
    waiting.take(Progress(21.0, 76.0, "kimg", "waiting for room on the disk", waits=True))
    text = status(waiting, running=True, paused=False, now=NOON)
    assert text == "Waiting for room on the disk, growing 16 px, 50 %, kimg 21 of 76"
    waiting.take(Progress(21.0, 76.0, "kimg", "growing 16 px"))
    assert status(waiting, running=True, paused=False, now=NOON).startswith("Growing 16 px")


@pytest.mark.parametrize(
    ("diversity", "severity", "word"),
    [
        (0.07, "warning", "alike"),
        (0.3, "warning", "less than the pages"),
        (0.6, "info", "Healthy. Samples are a little less varied than the pages"),
        (0.8, "info", "as varied as the pages"),
        (1.6, "info", "Healthy. Samples are more varied than the pages"),
        (2.5, "info", "more than the pages"),
    ],
)
def test_the_doctor_goes_by_diversity(diversity: float, severity: str, word: str) -> None:
    advice = advise(record(diversity), at_work=True)
    assert advice.severity == severity
    assert word in advice.text
    assert f"({diversity:.2g} of 1)" in advice.text


def test_the_doctor_promises_reports_only_of_a_run_at_work() -> None:
    made = RunRecord(Path("run-3"), preset("cpu-demo"))
    assert "the first reports come" in advise(made, at_work=True).text
    assert advise(made, at_work=False) == Advice(
        "Too early to say: the run has told too little to be judged by."
    )


def looked(features: float, pixels: float) -> Vitals:
    return Vitals(21.0, 16, True, feature_variance=features, pixel_deviation=pixels)


@pytest.mark.parametrize(
    ("features", "pixels", "reported", "word"),
    [
        (0.1, 0.35, 1.0, "nearly all alike (0.35 of 1 at the last look)"),
        (0.1, 0.45, 1.0, "less than the pages (0.45 of 1 at the last look)"),
        (0.9, 0.05, 1.0, "nearly all alike"),
        # as the guard does, it lets pass what only one of them shows
        (0.9, 0.3, 0.05, "less than the pages"),
        (
            0.1,
            0.9,
            0.05,
            "Healthy as yet: the samples differ in their pixels (0.9 of 1), but little",
        ),
        (0.3, 0.9, 0.05, "Healthy. Samples are as varied"),
    ],
)
def test_the_doctor_agrees_with_the_guard(
    features: float, pixels: float, reported: float, word: str
) -> None:
    made = record(reported)
    made.take(looked(features, pixels))
    assert word in advise(made, at_work=True).text


def test_the_limits_of_the_doctor_are_those_of_the_guard() -> None:
    assert (alarms.ALIKE_PIXELS, alarms.SAME_PIXELS) == (words.ALIKE_PIXELS, words.SAME_PIXELS)
    assert alarms.ALIKE_FEATURES == DIVERSITY_ALARM


def test_the_doctor_says_what_the_guard_did_until_the_run_is_past_it() -> None:
    made = record()
    made.take(Alarmed("They are alike.", "warning", kimg=21.0, rule="diversity"))
    assert advise(made, at_work=True) == Advice("They are alike.", "warning")
    made.take(
        Recovered("It goes back.", "warning", kimg=15.0, alarm_kimg=21.0, rule="x", attempt=1)
    )
    assert advise(made, at_work=True) == Advice("It goes back.", "warning")
    for _ in range(3):
        made.take(StepReport(22.0, 76.0, 16, 0.5, 0.5, 1.0, 0.1, -0.1, 0.2, 1.0, 140.0, 5400.0))
    assert advise(made, at_work=True).severity == "info"


def test_an_alarm_at_the_end_is_over_once_the_run_has_come_there_again() -> None:
    made = record()
    end = made.total_kimg
    made.take(Progress(end, end, "kimg"))
    made.take(Alarmed("They are alike.", "warning", kimg=end, rule="diversity"))
    assert advise(made, at_work=True) == Advice("They are alike.", "warning")
    made.take(Recovered("Back.", "warning", kimg=60.0, alarm_kimg=end, rule="x", attempt=1))
    assert advise(made, at_work=True) == Advice("Back.", "warning")
    report = StepReport(end, end, 32, 1.0, 0.5, 1.0, 0.1, -0.1, 0.2, 1.0, 140.0, 0.0)
    for kimg in (end - 2, end - 1, end):
        made.take(dataclasses.replace(report, kimg=kimg))
    assert made.is_complete
    assert advise(made, at_work=True).text.startswith("Healthy.")
    made.take(Alarmed("They are alike again.", "warning", kimg=end, rule="diversity"))
    assert advise(made, at_work=True) == Advice("They are alike again.", "warning")


def test_the_doctor_sees_losses_run_away_and_admits_when_it_is_too_early() -> None:
    assert advise(record(d_loss=-4e5), at_work=True).severity == "warning"
    unknown = advise(record(float("nan")), at_work=True)
    assert unknown.severity == "info"
    assert "Too early" in unknown.text


def test_a_plan_says_how_many_pages_it_shows() -> None:
    assert plan_words(preset("cpu-demo")) == "76 kimg: 76,000 pages shown, from 4 to 32 px"

"""The time left is told steadily: by what was seen, and before that by what is expected."""

import itertools
import json
from pathlib import Path

import pytest

from deepzine_gui import training
from deepzine_gui.progress import Progress
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.recipe.schedule import Stage
from deepzine_gui.training.running.forecast import EXPECTED_S, Forecast, told_speeds
from tests.training.runs import run_steps

PLAN = [
    Stage(0, 4, fading=False, start_kimg=0, end_kimg=10),
    Stage(1, 8, fading=True, start_kimg=10, end_kimg=20),
    Stage(2, 8, fading=False, start_kimg=20, end_kimg=30),
    Stage(3, 16, fading=True, start_kimg=30, end_kimg=40),
]


def left(forecast: Forecast, kimg: float) -> float:
    seconds = forecast.seconds_left(kimg)
    assert seconds is not None
    return seconds


def test_nothing_is_told_before_anything_is_known() -> None:
    forecast = Forecast(PLAN, {})
    assert forecast.seconds_left(0) is None
    forecast.add(4, 1000, 10)
    assert left(forecast, 10) == pytest.approx(20_000 / 40 + 10_000 / 16)


def test_a_slow_start_of_a_stage_hardly_changes_it() -> None:
    forecast = Forecast(PLAN, {})
    for _ in range(30):
        forecast.add(4, 200, 2)
    before = left(forecast, 10)
    # ten times slower than is expected, for two seconds
    forecast.add(8, 8, 2)
    assert left(forecast, 10) == pytest.approx(before, rel=0.12)


def test_what_is_seen_outweighs_what_was_expected_with_time() -> None:
    forecast = Forecast(PLAN, {4: 100.0, 8: 40.0, 16: 16.0})
    told = [left(forecast, 30)]
    for _ in range(200):
        forecast.add(16, 4, 2)
        told.append(left(forecast, 30))
    assert told[0] == pytest.approx(10_000 / 16)
    assert told[-1] == pytest.approx(10_000 / 2, rel=0.1)
    # little by little: at no report by more than a tenth
    assert all(1 <= after / before < 1.11 for before, after in itertools.pairwise(told))
    half = int(EXPECTED_S / 2)
    assert told[half] == pytest.approx(10_000 / 9, rel=0.05)


def test_a_machine_that_becomes_idle_is_noticed() -> None:
    forecast = Forecast(PLAN, {})
    for _ in range(1000):
        forecast.add(16, 4, 2)
    assert left(forecast, 30) == pytest.approx(10_000 / 2)
    for _ in range(300):
        forecast.add(16, 32, 2)
    assert left(forecast, 30) == pytest.approx(10_000 / 16, rel=0.05)


def test_speeds_are_read_back_from_the_story(tmp_path: Path) -> None:
    lines = [
        {"kind": "step", "resolution": 4, "images_per_second": 100.0},
        *[{"kind": "step", "resolution": 8, "images_per_second": n} for n in (1, 40, 44, 42, 1000)],
        {"kind": "step", "resolution": 16, "images_per_second": None},
        {"kind": "stage", "resolution": 16},
    ]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert told_speeds(tmp_path) == {4: 100.0, 8: 42}
    assert told_speeds(tmp_path / "new") == {}


def test_a_run_knows_the_speeds_measured_before_it(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    speeds = dict.fromkeys((4, 8, 16, 32, 64), 2.0)
    job = training.train(dataset, tmp_path / "run", config=quick, threads=1, speeds=speeds)
    first = next(event for event in job if isinstance(event, Progress) and event.unit == "kimg")
    job.close()
    assert first.total is not None
    assert first.seconds_left == pytest.approx(1000 * (first.total - first.done) / 2.0)


def test_a_run_that_goes_on_knows_its_time_left_at_once(
    tmp_path: Path, dataset: Path, quick: TrainingConfig
) -> None:
    run = tmp_path / "run"
    run_steps(training.train(dataset, run, config=quick), 2)
    job = training.train(dataset, run, resume=True)
    first = next(event for event in job if isinstance(event, Progress) and event.unit == "kimg")
    job.close()
    assert first.seconds_left is not None
    assert first.seconds_left > 0

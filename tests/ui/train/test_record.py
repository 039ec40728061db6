"""A run read back from its folder is the run that was watched."""

import dataclasses
import math
from pathlib import Path

import numpy as np

from deepzine_gui.training import Alarmed, Recovered, SamplesSaved, StageChanged, StepReport, Vitals
from deepzine_gui.training.story import Story
from deepzine_gui.ui.train.record import Mark, RunRecord
from tests.ui.train.story import keep, write_run


def test_a_run_is_read_back(folder: Path) -> None:
    run = folder / "run-1"
    write_run(
        run,
        [{"kimg": 1.0}, {"kimg": 2.0, "diversity": None}, {"kimg": 7.0, "seconds_left": None}],
        samples=(2.0, 6.0),
    )
    with (run / "metrics.jsonl").open("a") as file:
        file.write('{"kind": "step", "kimg": 8.')
    record = RunRecord.read(run)
    assert record.count == 3
    assert np.array_equal(record.curve("d_loss")[0], [1.0, 2.0, 7.0])
    assert math.isnan(record.curve("diversity")[1][1])
    assert record.recent("diversity") == [0.8, 0.8]
    assert record.kimg == 7.0
    assert record.stage.resolution == 8
    assert record.stage.fading
    assert record.last is not None
    assert record.last.seconds_left is None
    assert [float(file.stem) for file in record.samples] == [2.0, 6.0]
    assert not record.is_complete
    assert not record.has_model


def test_a_run_that_goes_on_from_a_checkpoint_forgets_what_came_after_it(folder: Path) -> None:
    run = folder / "run-1"
    write_run(run, [{"kimg": 1.0}, {"kimg": 5.0}, {"kimg": 7.0}], samples=(1.0, 6.5))
    record = RunRecord.read(run)
    record.take(StageChanged(0, 4, False, 5.0))
    assert np.array_equal(record.curve("d_loss")[0], [1.0, 5.0])
    assert record.kimg == 5.0
    record.take(SamplesSaved(run / "samples" / "000006.000.png", 6.0, 8))
    assert [float(file.stem) for file in record.samples] == [1.0, 6.0]


def test_fields_this_version_does_not_know_do_no_harm(folder: Path) -> None:
    run = folder / "run-1"
    write_run(run, [{"kimg": 1.0, "swd": 3.0}, {"kimg": "soon"}])
    assert RunRecord.read(run).count == 1


def test_vitals_are_read_back_and_taken_alike(folder: Path) -> None:
    run = folder / "run-1"
    write_run(run, [{"kimg": 1.0}])
    told = Vitals(
        3.0, 16, False, feature_variance=0.7, swd={32: 20.0, 16: 40.0}, swd_floor={32: 8.0, 16: 4.0}
    )
    story = Story(run)
    story.tell(told)
    story.tell(dataclasses.replace(told, kimg=6.0, feature_variance=math.nan, swd=None))
    record = RunRecord.read(run)
    live = RunRecord(run, record.config)
    live.take(told)
    for each in (record, live):
        kimg, swd = each.curve("swd")
        assert (kimg[0], swd[0]) == (3.0, 30.0)
        assert each.curve("swd_floor")[1][0] == 6.0
        assert each.curve("feature_variance")[1][0] == 0.7
    assert np.isnan(record.curve("swd")[1]).tolist() == [False, True]
    assert np.isnan(record.curve("feature_variance")[1]).tolist() == [False, True]
    assert record.count == 1
    record.take(StageChanged(0, 4, False, 5.0))
    assert np.array_equal(record.curve("swd")[0], [3.0])


def test_a_run_that_the_guard_led_back_is_read_back_as_it_was_watched(folder: Path) -> None:
    run = folder / "run-1"
    write_run(run, [])
    report = StepReport(1.0, 76.0, 8, 1.0, 0.5, 1.5, 0.2, -0.2, 0.1, 0.8, 140.0, None)
    happened = [
        *(dataclasses.replace(report, kimg=kimg) for kimg in (1.0, 2.0, 5.0, 7.0)),
        Alarmed("All alike.", "warning", kimg=7.0, rule="diversity"),
        Recovered("Back.", "warning", kimg=2.0, alarm_kimg=7.0, rule="diversity", attempt=1),
        StageChanged(0, 4, False, 2.0),
        dataclasses.replace(report, kimg=3.0),
    ]
    live = RunRecord(run, RunRecord.read(run).config)
    for event in happened:
        Story(run).tell(event)
        live.take(event)
    for each in (live, RunRecord.read(run)):
        assert each.curve("d_loss")[0].tolist() == [1.0, 2.0, 3.0]
        assert each.kimg == 3.0
        assert each.marks == [Mark(7.0, "All alike.\nBack.", is_led_back=True)]


def test_a_run_whose_end_was_not_kept_is_not_complete(folder: Path) -> None:
    run = folder / "run-1"
    total = RunRecord(run, write_run(run, [{"kimg": 70.0}])).total_kimg
    Story(run).tell(Vitals(total, 32, False))
    Story(run).tell(Alarmed("All alike.", "warning", kimg=total, rule="diversity"))
    assert RunRecord.read(run).kimg == 0
    keep(run, 64.0)
    record = RunRecord.read(run)
    assert record.kimg == 64.0
    assert not record.is_complete
    keep(run, total)
    assert RunRecord.read(run).is_complete

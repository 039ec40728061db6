"""A run read back from its folder is the run that was watched."""

import math
from pathlib import Path

import numpy as np

from deepzine_gui.training import SamplesSaved, StageChanged
from deepzine_gui.ui.train.record import RunRecord
from tests.ui.train.story import write_run


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

"""What a run does while the disk is full."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors
import safetensors.torch

from deepzine_gui import training
from deepzine_gui.errors import DiskFullError
from deepzine_gui.progress import Event, Finished, Progress
from deepzine_gui.training import CheckpointSaved, StageChanged, StepReport, TrainingConfig, story
from deepzine_gui.training.events import Alarmed, Recovered
from deepzine_gui.training.running import faults, stretch
from tests.training.guard.lives import give_vitals
from tests.training.runs import assert_same_end, checkpoint_names, notices


class FullDisk:
    """A disk without room for a while."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.is_full = False
        self.refused = 0
        self._save = safetensors.torch.save_file
        self._fsync = os.fsync
        self._append = story._append
        patch.setattr(safetensors.torch, "save_file", self._guarded(self._save, self.words))
        patch.setattr(os, "fsync", self._guarded(self._fsync, self.number))
        patch.setattr(story, "_append", self._guarded(self._append, self.number))
        patch.setattr(faults, "RETRY_S", 0.02)

    @staticmethod
    def number() -> Exception:
        return OSError(errno.ENOSPC, "No space left on device")

    @staticmethod
    def words() -> Exception:
        # the library's own
        return safetensors.SafetensorError(
            "Error while serializing: I/O error: Os { code: 28, kind: StorageFull, message: "
            '"No space left on device" } (os error 28)'
        )

    def _guarded(
        self, write: Callable[..., Any], error: Callable[[], Exception]
    ) -> Callable[..., Any]:
        def guarded(*args: Any) -> Any:
            if self.is_full:
                self.refused += 1
                raise error()
            return write(*args)

        return guarded


def is_wait(event: Event) -> bool:
    return isinstance(event, Progress) and event.waits


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    return FullDisk(monkeypatch)


# what comes next finds no room: a grid of samples, a checkpoint, a line of the story
@pytest.mark.parametrize("before", [StepReport, training.SamplesSaved, CheckpointSaved])
def test_a_full_disk_pauses_the_run_until_there_is_room(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, disk: FullDisk, before: type[Event]
) -> None:
    list(training.train(dataset, tmp_path / "whole", config=quick, threads=1))
    run = tmp_path / "run"
    told: list[Event] = []
    seen = waited = 0
    for event in training.train(dataset, run, config=quick, threads=1):
        told.append(event)
        seen += isinstance(event, before)
        disk.is_full = seen >= 1 and waited < 3
        waited += isinstance(event, Progress) and event.what == "waiting for room on the disk"
    assert isinstance(told[-1], Finished)
    # a window and a terminal go on saying so for as long as it lasts, and tell no end
    assert {(event.what, event.seconds_left) for event in told if is_wait(event)} == {
        ("waiting for room on the disk", None)
    }
    first, last = notices(told)
    assert first.startswith("The disk is full: ")
    assert "The run waits until there is room" in first
    assert last == "There is room on the disk again: the run goes on."
    assert disk.refused >= 2
    assert_same_end(tmp_path / "whole", run)
    stages = [line["index"] for line in training.read_metrics(run) if line["kind"] == "stage"]
    assert stages == [0, 1, 2]
    whole = (run / "metrics.jsonl").read_text().splitlines()
    assert len(whole) == len(training.read_metrics(run))


# as the guard writes down what it has decided, and as the run goes on with that
@pytest.mark.parametrize("moment", ["alarm", "way back"])
def test_a_disk_that_fills_up_as_the_guard_acts_pauses_the_run(
    tmp_path: Path,
    dataset: Path,
    quick: TrainingConfig,
    disk: FullDisk,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    config = quick.model_copy(update={"checkpoint_steps": 1})
    give_vitals(monkeypatch, lambda kimg, life: life > 0 or kimg < 0.096)
    list(training.train(dataset, tmp_path / "whole", config=config, threads=1))
    run, remove = tmp_path / "run", stretch.remove_abandoned
    waited = 0

    def removed(*args: Any, **rest: Any) -> None:
        remove(*args, **rest)
        disk.is_full = moment == "way back"

    monkeypatch.setattr(stretch, "remove_abandoned", removed)
    seen: list[Event] = []
    for event in training.train(dataset, run, config=config, threads=1):
        seen.append(event)
        if isinstance(event, Alarmed):
            disk.is_full = moment == "alarm"
        waited += is_wait(event)
        if waited == 3:
            disk.is_full = False
    assert waited >= 3
    assert isinstance(seen[-1], Finished)
    assert_same_end(tmp_path / "whole", run)
    assert sum(isinstance(event, Recovered) for event in seen) == 1
    kinds = [line["kind"] for line in training.read_metrics(run)]
    assert kinds.count("alarm") == kinds.count("recovery") == 1


def test_a_run_that_waits_for_room_can_be_stopped(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, disk: FullDisk
) -> None:
    run = tmp_path / "run"
    job = training.train(dataset, run, config=quick, threads=1)
    for event in job:
        if isinstance(event, StepReport):
            disk.is_full = event.kimg > 0.05
        if is_wait(event):
            break
    # its last work cannot be kept, which is said
    with pytest.raises(DiskFullError):
        job.close()
    disk.is_full = False
    assert checkpoint_names(run) == ["000000.032"]
    assert isinstance(list(training.train(dataset, run, resume=True))[-1], Finished)


def test_a_line_that_found_no_room_leaves_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = story.Story(tmp_path)
    told.tell(StageChanged(0, 4, False, 0.0))

    class Short:
        """A file on a disk that has room for ten bytes more."""

        def __init__(self, file: Any) -> None:
            self._file, self._left = file, 10

        def fileno(self) -> int:
            return int(self._file.fileno())

        def truncate(self, size: int) -> int:
            return int(self._file.truncate(size))

        def write(self, data: bytes) -> int:
            if not self._left:
                raise FullDisk.number()
            written = int(self._file.write(data[: self._left]))
            self._left -= written
            return written

    append = story._append
    with monkeypatch.context() as patch:
        patch.setattr(story, "_append", lambda file, data: append(Short(file), data))  # type: ignore[arg-type]
        with pytest.raises(DiskFullError):
            told.tell(StageChanged(1, 8, True, 0.1))
    told.tell(StageChanged(2, 8, False, 0.2))
    lines = (tmp_path / "metrics.jsonl").read_text().splitlines()
    assert len(lines) == 2
    assert [line["index"] for line in training.read_metrics(tmp_path)] == [0, 2]

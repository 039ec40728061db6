"""The demo puts the jobs together in order, keeps to its time, and goes on where it stopped."""

import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from deepzine_gui import dataset, export, places, training
from deepzine_gui.__main__ import main
from deepzine_gui.cli import demo
from deepzine_gui.progress import Event, Finished, Notice, Progress
from deepzine_gui.project import Project
from deepzine_gui.training import SpeedMeasured, stages, total_kimg


class Engine:
    """Stands in for the engine: notes each job that begins and ends."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.story: list[str] = []
        self.given: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {}
        for room, name in (
            (dataset, "build"),
            (training, "measure_speed"),
            (training, "train"),
            (export, "grid"),
            (export, "film"),
        ):
            monkeypatch.setattr(room, name, self._job(name))

    def _job(self, name: str) -> Any:
        def job(*args: Any, **kwargs: Any) -> Generator[Event]:
            self.given[name] = (args, kwargs)
            self.story.append(name)
            try:
                if name == "measure_speed":
                    for resolution in (4, 8, 16, 32):
                        yield SpeedMeasured(resolution, 6400 / resolution, threads=3)
                yield Progress(1, 2, "pages")
                yield Finished(f"{name} done.")
            finally:
                self.story.append(f"{name} closed")

        return job


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    return Engine(monkeypatch)


def test_the_jobs_in_order_and_one_end(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "zine"
    events = list(demo.make(folder, minutes=2, seed=7))
    assert [word for word in engine.story if "closed" not in word] == [
        *("build", "measure_speed", "train", "grid", "film")
    ]
    assert [event for event in events if isinstance(event, Finished)] == events[-1:]
    assert engine.given["build"][0] == ([places.samples()], folder / "dataset.h5")
    assert engine.given["train"][0] == (folder / "dataset.h5", folder / "runs/demo")
    assert engine.given["grid"] == (
        (folder / "runs/demo", folder / "exports/grid.png"),
        {"seed": 7},
    )
    assert engine.given["film"][0][1] == folder / "exports/film.mp4"
    assert Project.open(folder).choices.run == "demo"


def test_training_is_fitted_to_the_minutes(engine: Engine, tmp_path: Path) -> None:
    list(demo.make(tmp_path, minutes=2, seed=7))
    config = engine.given["train"][1]["config"]
    assert engine.given["train"][1]["threads"] == 3
    assert engine.given["train"][1]["speeds"][4] == 6400 / 4
    assert (config.preset, config.seed) == ("cpu-demo", 7)
    seconds = sum(
        1000 * (stage.end_kimg - stage.start_kimg) * stage.resolution / 6400
        for stage in stages(config)
    )
    assert seconds == pytest.approx(120, rel=0.05)
    assert total_kimg(config) > 0


def test_a_stop_reaches_the_job_at_hand(engine: Engine, tmp_path: Path) -> None:
    job = demo.make(tmp_path, minutes=2, seed=0)
    while "train" not in engine.story:
        next(job)
    job.close()
    assert engine.story[-2:] == ["train", "train closed"]


def test_a_stopped_demo_goes_on(engine: Engine, tmp_path: Path) -> None:
    list(demo.make(tmp_path, minutes=2, seed=0))
    (tmp_path / "runs/demo/checkpoints/000001.000").mkdir(parents=True)
    engine.story.clear()
    list(demo.make(tmp_path, minutes=2, seed=0))
    assert "measure_speed" not in engine.story
    assert engine.given["train"][1]["resume"] is True


def test_a_run_without_a_checkpoint_begins_anew(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "runs/demo").mkdir(parents=True)
    (tmp_path / "runs/demo/config.yaml").touch()
    list(demo.make(tmp_path, minutes=2, seed=0))
    assert not (tmp_path / "runs/demo/config.yaml").exists()
    assert "config" in engine.given["train"][1]


def test_training_that_takes_too_long_is_ended(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = demo.make(tmp_path, minutes=2, seed=0)
    while "train" not in engine.story:
        next(job)
    later = time.monotonic() + 3600
    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: later)
        notice = next(job)
    assert isinstance(notice, Notice)
    assert notice.severity == "warning"
    assert engine.story[-1] == "train closed"
    assert isinstance(list(job)[-1], Finished)


def test_a_person_s_own_project_is_left_alone(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project.create(tmp_path)
    project.choices.sources = [tmp_path / "books"]
    project.save()
    assert main(["demo", str(tmp_path)]) == 1
    assert "choose a new folder" in capsys.readouterr().err
    assert engine.story == []
    assert Project.open(tmp_path).choices == project.choices

"""An Explore bench on a project; models of random weights."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.explore import ExploreBench, models
from deepzine_gui.ui.jobs import Job
from tests.latent.tiny import save_tiny_model


@dataclasses.dataclass(frozen=True, slots=True)
class TwoModels:
    """Two model files of 16 px with the same latent size."""

    first: Path
    second: Path


@pytest.fixture(scope="session")
def two_models(tmp_path_factory: pytest.TempPathFactory) -> TwoModels:
    place = tmp_path_factory.mktemp("models")
    return TwoModels(
        save_tiny_model(place / "first.safetensors", resolution=16, seed=1),
        save_tiny_model(place / "second.safetensors", resolution=16, seed=2),
    )


@pytest.fixture
def bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExploreBench]:
    """A bench that knows no shipped models."""
    monkeypatch.setattr(models, "shipped_models", list)
    host = QMainWindow()
    host.setMinimumSize(960, 640)
    bench = ExploreBench()
    host.setCentralWidget(bench)
    jobs: list[Job] = []
    bench.job_started.connect(jobs.append)
    host.show()
    yield bench
    for job in jobs:
        job.stop()
        assert job.wait(30_000)
    bench.shut_down()
    host.deleteLater()

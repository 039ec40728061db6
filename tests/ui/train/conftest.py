"""A Train bench on a project with a small dataset."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from deepzine_gui import dataset
from deepzine_gui.dataset import PageSettings
from deepzine_gui.project import Project
from deepzine_gui.ui.train import TrainBench, measuring
from deepzine_gui.ui.train import bench as train_bench
from tests.ui.hosting import here, hosted


@pytest.fixture(scope="session")
def small_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 random grey pages of 16 px."""
    place = tmp_path_factory.mktemp("pages")
    pictures = place / "pictures"
    pictures.mkdir()
    rng = np.random.default_rng(0)
    for number in range(24):
        noise = rng.integers(0, 256, (16, 16), dtype=np.uint8)
        Image.fromarray(noise).save(pictures / f"{number:02}.png")
    out = place / "dataset.h5"
    settings = PageSettings(resolution=16)
    for _ in dataset.build([pictures], out, settings=settings, workers=1):
        pass
    return out


@pytest.fixture
def bench(qtbot: QtBot, project: Project) -> Iterator[TrainBench]:
    bench = TrainBench()
    with hosted(bench):
        yield bench


@pytest.fixture
def jobs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs work on a thread of this process, which need not load torch each time."""
    for room in (train_bench, measuring):
        monkeypatch.setattr(room, "in_child", here)
        monkeypatch.setattr(room, "threads_beside_window", lambda: 1)

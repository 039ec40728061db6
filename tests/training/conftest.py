"""A small dataset, settings that train in a moment, and a run that was stopped."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from deepzine_gui import training
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.pages import PageSettings
from deepzine_gui.training import TrainingConfig, preset
from deepzine_gui.training.distributed import launching
from deepzine_gui.training.running import stretch
from tests.patience import PATIENCE_S
from tests.processes import our_children
from tests.training.runs import checkpoint_names, run_to


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty grey pages of 16 px: light paper, a dark block of varying height."""
    path = tmp_path_factory.mktemp("dataset") / "pages.h5"
    rng = np.random.default_rng(0)
    with Writer(path, PageSettings(resolution=16)) as writer:
        for number in range(60):
            page = np.full((1, 16, 16), 240, np.uint8)
            page[:, 2 : rng.integers(5, 14), 3:13] = rng.integers(20, 90)
            writer.add(page, Provenance(document="a", page=number + 1))
        writer.finish()
    return path


@pytest.fixture
def quick() -> TrainingConfig:
    """From 4 to 8 px in 24 steps; told of at the end of a stage, however long that takes."""
    return preset(
        "cpu-demo", resolution=8, fmap_base=32, fmap_max=8, latent_size=8, minibatch=4,
        fade_kimg=0.032, stable_kimg=0.032, final_kimg=0.032, sample_kimg=0.02, precision="float32",
        report_steps=1000,
    )  # fmt: skip


@pytest.fixture
def growing(quick: TrainingConfig) -> TrainingConfig:
    """Twelve steps at 4 px, as many of a fade, and twelve more."""
    legs = {"fade_kimg": 0.048, "stable_kimg": 0.048, "final_kimg": 0.048}
    return quick.model_copy(update={**legs, "penalty_interval": 2, "warmup_kimg": 0.03})


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory, dataset: Path) -> Path:
    """A run with two checkpoints, at the end of a stage and amid the next; not to be changed."""
    run = tmp_path_factory.mktemp("started") / "run"
    config = training.preset(
        "cpu-demo", resolution=8, fmap_base=32, fmap_max=8, latent_size=8, minibatch=4,
        fade_kimg=0.032, stable_kimg=0.032, final_kimg=0.032, precision="float32",
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stretch, "PROGRESS_S", 0.0)
        run_to(training.train(dataset, run, config=config, threads=1), 0.048)
    assert checkpoint_names(run) == ["000000.032", "000000.048"]
    return run


@pytest.fixture
def run(tmp_path: Path, started: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(started, tmp_path / "run")


@pytest.fixture
def shared(quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch) -> TrainingConfig:
    """Two groups a minibatch; steps so small that roundings do not grow."""
    monkeypatch.setattr(stretch, "PROGRESS_S", 0.0)
    monkeypatch.setattr(launching, "_LAST_WORDS_S", PATIENCE_S)
    legs = dict.fromkeys(("fade_kimg", "stable_kimg", "final_kimg"), 0.064)
    steps = {"minibatch": 8, "adam_epsilon": 0.1, "checkpoint_minutes": 0.0, "devices": "2"}
    return quick.model_copy(update=legs | steps)


@pytest.fixture
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No meeting place, no last words and no process outlive a test."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    before = our_children()
    yield
    assert not list(place.glob("deepzine-*"))
    assert [process for process in our_children() if process not in before] == []

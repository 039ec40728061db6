"""An Explore bench on a project; models of random weights."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.explore import ExploreBench, models, sampling
from tests.latent.tiny import save_tiny_model
from tests.ui.hosting import here, hosted


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
def bench_and_child(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExploreBench]:
    """A bench that knows no shipped models, and a process for the model at work."""
    monkeypatch.setattr(models, "shipped_models", list)
    bench = ExploreBench()
    with hosted(bench):
        yield bench


@pytest.fixture
def model_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let models work on a thread of this process, which need not load torch each time."""
    monkeypatch.setattr(sampling, "in_child", here)


@pytest.fixture
def bench(model_here: None, bench_and_child: ExploreBench) -> ExploreBench:
    """The same without the process."""
    return bench_and_child

"""A folder with what a config.yaml may name, and the rooms' jobs replaced by short ones."""

import os
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import yaml

from deepzine_gui import archive, dataset, export, first_deepzine, training
from deepzine_gui.dataset import Provenance, formats
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.first_deepzine.meaning import page_settings
from deepzine_gui.first_deepzine.settings import ConfigFile
from deepzine_gui.progress import Event, Finished
from deepzine_gui.training import CheckpointSaved, SamplesSaved, StepReport, TrainingConfig
from deepzine_gui.training.story import write_config
from tests.latent.tiny import save_tiny_model

SMALL: dict[str, Any] = {
    "load_data": True,
    "train": True,
    "inference": True,
    "interpolation": True,
    "pdf_directory": "pdfs",
    "image_directory": "images",
    "data_hdf5": "data.h5",
    "internetarchive_collection": "zines",
    "pdf_num": 2,
    "data_output_size": 16,
    "log_dir": "models",
    "samples_dir": "samples",
    "gan_output_size": 8,
    "iterations_per_stage": 4,
    "latent_size": 8,
    "batch_size": 4,
    "batch_size_reduction_transition_size": 8,
    "reduced_batch_size": 2,
    "max_filter": 8,
    "filter_num_reduction_transition_size": 8,
    "inference_model_directory": "models",
    "inference_output_directory": "pages",
    "inference_output_num": 5,
    "interpolation_frames": 3,
    "interpolation_vector_num": 3,
}
"""All four jobs, as small as can be."""


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder, with a dataset of 16 px and models of 4, 8 and 64 px in it."""
    monkeypatch.chdir(folder)
    settings = page_settings(ConfigFile.model_validate(SMALL))
    with Writer(folder / "there.h5", settings) as writer:
        for number in range(1, 9):
            pixels = np.random.default_rng(number).integers(0, 255, (3, 16, 16), np.uint8)
            writer.add(pixels, Provenance("book.pdf", number))
        writer.finish()
    for size in (4, 8, 64):
        place = folder / f"trained/{size}/model.safetensors"
        place.parent.mkdir(parents=True)
        save_tiny_model(place, resolution=size)
    return folder


def carried_out(**changes: Any) -> list[Event]:
    """Carry out `SMALL` with these changes, from the present folder."""
    path = Path("config.yaml")
    path.write_text(yaml.safe_dump(SMALL | changes), "utf-8")
    return list(first_deepzine.run_config_file(path))


@dataclass
class Rooms:
    """What the rooms were asked for, and what was so while they worked.

    Attributes:
        calls: arguments of each job, by its name.
        gpus: which GPUs training could see, None for all.
    """

    calls: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=dict)
    gpus: str | None = None

    def args(self, job: str) -> tuple[Any, ...]:
        return self.calls[job][0]

    def kwargs(self, job: str) -> dict[str, Any]:
        return self.calls[job][1]

    @property
    def config(self) -> TrainingConfig:
        config: TrainingConfig = self.kwargs("train")["config"]
        return config


@pytest.fixture
def rooms(here: Path, monkeypatch: pytest.MonkeyPatch) -> Rooms:
    noted = Rooms()
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def replace(room: ModuleType, name: str, work: Callable[..., Generator[Event]]) -> None:
        def job(*args: Any, **kwargs: Any) -> Generator[Event]:
            noted.calls[name] = (args, kwargs)
            yield from work(*args, **kwargs)
            yield Finished(f"{name} done.")

        monkeypatch.setattr(room, name, job)

    def train(pages: Path, run: Path, *, config: TrainingConfig, **_: Any) -> Generator[Event]:
        noted.gpus = os.environ.get("CUDA_VISIBLE_DEVICES")
        yield from _one_of_each(run, config)

    for room, name in (
        (archive, "collect"),
        (dataset, "build"),
        (formats, "export_pages"),
        (formats, "import_pages"),
        (export, "pictures"),
        (export, "frames"),
        (export, "film"),
    ):
        replace(room, name, lambda *_, **__: iter(()))
    replace(training, "train", train)
    return noted


def _one_of_each(run: Path, config: TrainingConfig) -> Generator[Event]:
    """What a run tells, with what it says it wrote."""
    samples, checkpoint = run / "samples", run / "checkpoints/000000.016"
    for place in (samples, checkpoint):
        place.mkdir(parents=True, exist_ok=True)
    write_config(run, config)
    for name in ("real.png", "000000.008.png"):
        (samples / name).write_bytes(name.encode())
    save_tiny_model(checkpoint / "model.safetensors", resolution=config.resolution)
    yield StepReport(
        kimg=0.008, total_kimg=0.5, resolution=8, alpha=0.25, d_loss=1.5, g_loss=-0.5, d_real=0,
        d_fake=0, penalty=0, diversity=1, images_per_second=1, seconds_left=None,
    )  # fmt: skip
    yield SamplesSaved(samples / "000000.008.png", 0.008, config.resolution)
    yield CheckpointSaved(checkpoint, 0.016)

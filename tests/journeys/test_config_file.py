"""A config.yaml of the first DeepZine, from an archive's collection to a film."""

import json
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import yaml
from PIL import Image

from tests.export.decoding import decode
from tests.fakes.archive_server import ArchiveServer
from tests.journeys.conftest import PAGES
from tests.programs import run_program

FILE = {
    "gpu_num": "None",
    "load_data": True,
    "overwrite": False,
    "pdf_directory": "pdfs",
    "image_directory": "images",
    "data_hdf5": "data.hdf5",
    "internetarchive_collection": "zines",
    "pdf_num": 2,
    "data_output_size": 16,
    "train": True,
    "log_dir": "models",
    "model_save_interval_steps": 3,
    "samples_dir": "samples",
    "model_sample_interval_steps": 2,
    "gan_output_size": 8,
    "learning_rate": "1e-3",
    "iterations_per_stage": 4,
    "latent_size": 8,
    "batch_size": 4,
    "batch_size_reduction_transition_size": 8,
    "reduced_batch_size": 2,
    "model_loss_output_interval_steps": 2,
    "max_filter": 8,
    "filter_num_reduction_transition_size": 8,
    "discriminator_updates": 1,
    "generator_updates": 1,
    "inference_model_directory": "models",
    "pretrained_model": False,
    "inference_output_directory": "pages",
    "inference": True,
    "inference_output_num": 5,
    "interpolation": True,
    "interpolation_frames": 3,
    "interpolation_vector_num": 3,
    "interpolation_method": "slerp",
}


def run(place: Path, **changes: Any) -> list[dict[str, Any]]:
    """Carry the file out in its folder, in a process of its own; return the events."""
    (place / "config.yaml").write_text(yaml.safe_dump(FILE | changes), "utf-8")
    command = [sys.executable, "-m", "deepzine_gui", "run", "config.yaml", "--json"]
    done = run_program(command, cwd=place)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def kinds(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == kind]


def test_from_a_collection_to_a_film(folder: Path, archive: ArchiveServer) -> None:
    events = run(folder)
    assert len(kinds(events, "Finished")) == 1
    assert events[-1]["event"] == "Finished"
    assert len(list(folder.glob("pdfs/*/*.pdf"))) == 2
    assert len(archive.asked("/download")) == 2
    with h5py.File(folder / "data.hdf5") as file:
        assert file["images"].shape == (2 * PAGES, 3, 16, 16)
        assert not file["pages/state"][:].any()
    pictures = [np.asarray(Image.open(path)) for path in folder.glob("images/*.png")]
    assert [picture.shape for picture in pictures] == [(16, 16, 3)] * 2 * PAGES

    # 4 px with 4 pages a step, then 8 px with 2
    stages = kinds(events, "StageChanged")
    assert [(e["resolution"], e["fading"]) for e in stages] == [(4, False), (8, True), (8, False)]
    assert [1000 * e["kimg"] for e in stages] == [0, 16, 24]
    assert sorted(path.parent.name for path in folder.glob("models/*/model.safetensors")) == [
        *("4", "8")
    ]
    assert (folder / "samples/real.png").is_file()
    grids = {path.name for path in folder.glob("samples/0*.png")}
    assert grids == {path.name for path in folder.glob("models/samples/0*.png")}

    pages = [np.asarray(Image.open(path)) for path in sorted(folder.glob("pages/*.png"))]
    assert [page.shape for page in pages] == [(8, 8, 3)] * 5
    frames = [np.asarray(Image.open(p)) for p in sorted(folder.glob("pages/interpolation/*.png"))]
    assert [frame.shape for frame in frames] == [(8, 8, 3)] * 7
    np.testing.assert_array_equal(frames[0], pages[0])
    film, _ = decode(folder / "pages/interpolation.mp4")
    assert film.shape == (7, 512, 512, 3)

"""Runs written by hand, as the engine leaves them on disk."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from deepzine_gui.training import TrainingConfig, preset
from deepzine_gui.training.story import write_config

STEP: dict[str, Any] = {
    "kind": "step",
    "total_kimg": 76.0,
    "resolution": 8,
    "alpha": 0.5,
    "d_loss": 0.5,
    "g_loss": 1.5,
    "d_real": 0.2,
    "d_fake": -0.2,
    "penalty": 0.1,
    "diversity": 0.8,
    "images_per_second": 140.0,
    "seconds_left": 600.0,
}

TINY = preset(
    "cpu-demo",
    resolution=8,
    latent_size=8,
    fmap_base=32,
    fmap_max=8,
    minibatch=4,
    fade_kimg=0.02,
    stable_kimg=0.02,
    final_kimg=500.0,
    sample_kimg=0.02,
)
"""A run that a moment is enough for."""


def write_run(
    folder: Path, steps: list[dict[str, Any]], *, samples: tuple[float, ...] = ()
) -> TrainingConfig:
    """Write config.yaml, metrics.jsonl of `STEP` with changes, and grids at `samples` kimg."""
    (folder / "samples").mkdir(parents=True)
    config = preset("cpu-demo")
    write_config(folder, config)
    lines = [json.dumps(STEP | step) for step in steps]
    (folder / "metrics.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for kimg in samples:
        grid(folder / "samples" / f"{kimg:010.3f}.png", level=int(kimg))
    grid(folder / "samples" / "real.png", level=255)
    return config


def keep(folder: Path, kimg: float) -> None:
    """Leave what a list of models takes for a checkpoint."""
    checkpoint = folder / "checkpoints" / f"{kimg:010.3f}"
    checkpoint.mkdir(parents=True)
    (checkpoint / "model.safetensors").touch()


def grid(path: Path, *, level: int) -> None:
    Image.fromarray(np.full((6 * 8, 8 * 8), level, np.uint8)).save(path)

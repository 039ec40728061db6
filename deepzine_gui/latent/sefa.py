"""Directions along which a model's pages change most, read from its first layer."""

from pathlib import Path

import numpy as np
import safetensors

from deepzine_gui.errors import ModelError
from deepzine_gui.latent.points import Latents
from deepzine_gui.networks import find_model, read_info

FIRST_LAYER = "input.dense.weight"


def find_directions(model: str | Path, count: int) -> Latents:
    """Return unit directions (count, L) float32, the most telling first.

    SeFa (Shen and Zhou 2021, arXiv 2007.06600, equation 6): eigenvectors of AᵀA by falling
    eigenvalue, A (outputs, L) being the weight of the first dense layer, here with each output's
    row at unit length so that no loud output decides alone. A direction's sign means nothing; its
    largest number is made positive, so that it is always the same.

    Raises:
        ModelError: the model is missing, damaged, or has fewer than `count` directions.
    """
    info = read_info(find_model(model))
    if not 0 <= count <= info.latent_size:
        raise ModelError(f"{info.path} has {info.latent_size} directions, not {count}.")
    weight = _first_layer(info.path)
    norms = np.linalg.norm(weight, axis=1, keepdims=True)
    rows = weight / np.where(norms > 0, norms, 1.0)
    _, vectors = np.linalg.eigh(rows.T @ rows)
    directions = vectors.T[::-1][:count]
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(count), largest])
    return np.asarray(directions * signs[:, np.newaxis], dtype=np.float32)


def _first_layer(path: Path) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            weight = file.get_tensor(FIRST_LAYER)
    except (safetensors.SafetensorError, OSError) as error:
        raise ModelError(
            f"{path} is damaged, its weights cannot be read: choose another model."
        ) from error
    weight = np.asarray(weight, dtype=np.float64)
    if weight.ndim != 2 or not np.isfinite(weight).all():
        raise ModelError(f"{path} is damaged: its first layer is not made of numbers.")
    return weight

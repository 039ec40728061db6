"""Grids of samples, always of the same latents, so that one sees a page grow up."""

import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.files import whole_file
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.labels import Labels
from deepzine_gui.networks.layers import pixel_norm
from deepzine_gui.training.measures.pages import as_levels
from deepzine_gui.training.story import SAMPLE_COLUMNS

ROWS = 6
COUNT = SAMPLE_COLUMNS * ROWS


class FixedSamples:
    """The latents and labels of a run's grids, drawn once from its seed."""

    def __init__(self, latent_size: int, *, seed: int, labels: Labels | None = None) -> None:
        drawn = torch.randn(COUNT, latent_size, generator=torch.Generator().manual_seed(seed))
        self._latents = pixel_norm(drawn)
        self._labels = None if labels is None else torch.from_numpy(labels.draw(COUNT, seed=seed))

    @torch.inference_mode()
    def draw(self, generator: Generator, resolution: int) -> NDArray[np.uint8]:
        """Made-up pages as the generator now stands, uint8 (COUNT, C, R, R)."""
        device = next(generator.parameters()).device
        # a row at a time: a whole grid would want more memory than a step
        rows = self._latents.to(device).chunk(ROWS)
        labels = [None] * ROWS if self._labels is None else self._labels.to(device).chunk(ROWS)
        pages = torch.cat(
            [
                generator(row, labels=named, resolution=resolution, alpha=generator.alpha)
                for row, named in zip(rows, labels, strict=True)
            ]
        )
        return as_levels(pages).cpu().numpy()


def write_grid(path: Path, pages: NDArray[np.uint8], *, columns: int = SAMPLE_COLUMNS) -> None:
    """Write pages (N, C, R, R) side by side as one PNG, without scaling.

    Raises:
        StorageError: the disk is full or the place read-only.
    """
    count, channels, height, width = pages.shape
    rows = math.ceil(count / columns)
    sheet = np.full((rows * columns, channels, height, width), 128, np.uint8)
    sheet[:count] = pages
    sheet = sheet.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    pixels = sheet.reshape(rows * height, columns * width, channels)
    image = Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels)
    with whole_file(path) as part:
        image.save(part)

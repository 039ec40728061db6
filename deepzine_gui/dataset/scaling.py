"""Shrink pages by exact area means."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.pages.means import ACROSS, block_means


def shrink(page: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Return a page (C, R, R) as uint8 (C, size, size).

    Each pixel is the rounded mean of the pixels under it where `size` divides R, else nearly so; a
    page smaller than `size` is enlarged without smoothing.
    """
    side = page.shape[-1]
    if side == size:
        return page
    return np.stack([_shrunk(plane, side, size) for plane in page])


def _shrunk(plane: NDArray[np.uint8], side: int, size: int) -> NDArray[np.uint8]:
    factor = side // size
    if side == size * factor and factor in ACROSS:
        return block_means(np.ascontiguousarray(plane), factor, factor)
    image = Image.fromarray(plane)
    if side % size == 0:
        return np.asarray(image.reduce(side // size))
    way = Image.Resampling.BOX if size < side else Image.Resampling.NEAREST
    return np.asarray(image.resize((size, size), way))

"""Enlarge, reduce and pad pages for the eye."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SHARP_UP_TO_PX = 64
"""Pages of at most this many pixels are enlarged in sharp squares, larger ones smoothly."""


def enlarged_size(resolution: int, smallest: int) -> int:
    """Return the least multiple of `resolution` that is at least `smallest` pixels."""
    return resolution * max(1, -(-smallest // resolution))


def scaled(page: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Return a square page (H, W, C) as (size, size) grey or (size, size, 3) colour, uint8."""
    picture = Image.fromarray(page[..., 0] if page.shape[2] == 1 else page)
    if size != picture.width:
        sharp = picture.width <= SHARP_UP_TO_PX and size > picture.width
        how = Image.Resampling.NEAREST if sharp else Image.Resampling.LANCZOS
        picture = picture.resize((size, size), how)
    return np.asarray(picture)


def even(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Repeat the last row and column where a side is odd: yuv420p halves both sides."""
    odd = [(0, side % 2) for side in frame.shape[:2]] + [(0, 0)] * (frame.ndim - 2)
    return np.pad(frame, odd, mode="edge")

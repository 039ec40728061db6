"""Pages as PNG pictures."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Return a page (C, R, R), C = 1 grey or 3 RGB, as the bytes of a PNG file."""
    values = pixels[0] if pixels.shape[0] == 1 else pixels.transpose(1, 2, 0)
    packed = io.BytesIO()
    Image.fromarray(values).save(packed, "PNG", compress_level=1)
    return packed.getvalue()

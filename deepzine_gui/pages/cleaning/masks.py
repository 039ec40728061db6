"""Runs of pixels in small masks: opening, closing, widening along one axis."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def opened(mask: NDArray[np.bool_], length: int, axis: int) -> NDArray[np.bool_]:
    """Return where `mask` holds in runs of at least `length` pixels along `axis`.

    Erosion and dilation by doubled steps, on eight lines at once as the bits of a byte.
    """
    if length < 2:
        return mask
    if length > mask.shape[axis]:
        return np.zeros_like(mask)
    across = 1 - axis
    grown = np.zeros_like(bits := np.packbits(mask, axis=across))
    along, lines = (grown, bits) if axis == 0 else (grown.T, bits.T)
    steps = _doubling(length)
    for step in steps:
        lines = lines[:-step] & lines[step:]
    along[: len(lines)] = lines
    for step in steps:
        along[step:] |= along[:-step].copy()
    return np.unpackbits(grown, axis=across, count=mask.shape[across]).view(np.bool_)


def _doubling(length: int) -> list[int]:
    """Return the steps by which a window grows from one pixel to `length`."""
    steps, reached = [], 1
    while reached < length:
        steps.append(min(reached, length - reached))
        reached += steps[-1]
    return steps


def closed(mask: NDArray[np.bool_], length: int, axis: int) -> NDArray[np.bool_]:
    """Return `mask` with gaps shorter than `length` pixels along `axis` filled."""
    return ~opened(~mask, length, axis)


def widened(mask: NDArray[np.bool_], reach: int, axis: int) -> NDArray[np.bool_]:
    """Return where `mask` holds within `reach` pixels along `axis`."""
    wide = mask.copy()
    ahead, lines = (wide, mask) if axis == 0 else (wide.T, mask.T)
    for step in range(1, reach + 1):
        ahead[step:] |= lines[:-step]
        ahead[:-step] |= lines[step:]
    return wide


def mean_along(values: NDArray[np.uint8], axis: int) -> NDArray[np.uint8]:
    """Return the mean of `values` (h, w) over about 16 pixels before and after along `axis`."""
    image = Image.fromarray(values)
    factors = (1, 16) if axis == 0 else (16, 1)
    return np.asarray(image.reduce(factors).resize(image.size, Image.Resampling.BILINEAR))

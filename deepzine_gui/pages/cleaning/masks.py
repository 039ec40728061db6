"""Runs of pixels in small masks: opening, closing, widening along one axis."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def opened(mask: NDArray[np.bool_], length: int, axis: int) -> NDArray[np.bool_]:
    """Return where `mask` holds in runs of at least `length` pixels along `axis`."""
    if length < 2:
        return mask
    if length > mask.shape[axis]:
        return np.zeros_like(mask)
    bits = _packed(mask, axis)
    grown = np.zeros_like(bits)
    steps = _doubling(length)
    for step in steps:
        bits = bits[:-step] & bits[step:]
    grown[: len(bits)] = bits
    for step in steps:
        grown[step:] |= grown[:-step].copy()
    return _unpacked(grown, mask.shape, axis)


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


def _packed(mask: NDArray[np.bool_], axis: int) -> NDArray[np.uint8]:
    """Return the mask with `axis` first and the other axis as the bits of bytes."""
    return np.packbits(np.ascontiguousarray(mask if axis == 0 else mask.T), axis=1)


def _unpacked(bits: NDArray[np.uint8], shape: tuple[int, ...], axis: int) -> NDArray[np.bool_]:
    mask = np.unpackbits(bits, axis=1, count=shape[1 - axis]).view(np.bool_)
    return mask if axis == 0 else np.ascontiguousarray(mask.T)


def _doubling(length: int) -> list[int]:
    """Return the steps by which a window grows from one pixel to `length`."""
    steps, reached = [], 1
    while reached < length:
        steps.append(min(reached, length - reached))
        reached += steps[-1]
    return steps


def without_specks(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the mask (h, w) where it holds beside, too: a speck of dirt is one pixel wide."""
    result = mask.copy()
    result[:, 1:-1] &= mask[:, :-2] | mask[:, 2:]
    return result


def counts(mask: NDArray[np.bool_], axis: int) -> NDArray[np.int64]:
    """Return how many pixels of `mask` hold along `axis`."""
    number = np.add.reduce(mask.view(np.uint8), axis=axis, dtype=np.uint16)
    return np.asarray(number, np.int64)


def mean_along(values: NDArray[np.uint8], axis: int) -> NDArray[np.uint8]:
    """Return the mean of `values` (h, w) over about 16 pixels before and after along `axis`."""
    image = Image.fromarray(values)
    factors = (1, 16) if axis == 0 else (16, 1)
    return np.asarray(image.reduce(factors).resize(image.size, Image.Resampling.BILINEAR))

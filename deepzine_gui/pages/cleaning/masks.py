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
    flat, pitch = _flat(mask, axis)
    steps = _doubling(length)
    starts = flat
    for step in steps:
        starts = starts[: -step * pitch] & starts[step * pitch :]
    grown = np.zeros_like(flat)
    grown[: len(starts)] = starts
    for step in steps:
        grown[step * pitch :] |= grown[: -step * pitch].copy()
    return _unflat(grown, mask.shape, axis)


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


def _flat(mask: NDArray[np.bool_], axis: int) -> tuple[NDArray[np.bool_], int]:
    """Return the rows of the mask in one run, and how far neighbours along `axis` are apart.

    A pixel parts the rows where runs go along them, so that none goes on in the next.
    """
    height, width = mask.shape
    if axis == 0:
        return np.ascontiguousarray(mask).reshape(-1), width
    rows = np.zeros((height, width + 1), np.bool_)
    rows[:, :width] = mask
    return rows.reshape(-1), 1


def _unflat(flat: NDArray[np.bool_], shape: tuple[int, ...], axis: int) -> NDArray[np.bool_]:
    rows = flat.reshape(shape[0], -1)
    return rows if axis == 0 else np.ascontiguousarray(rows[:, : shape[1]])


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

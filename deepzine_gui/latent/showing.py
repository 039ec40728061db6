"""Which of some random pages show best what a model can do."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_TYPICAL_SHARE = 0.75
_GLANCE = 8
"""Pixels of a page, each side, as seen from afar."""


def best_to_show(pages: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the numbers of pages (N, H, W, C), those to show first in front, (N,).

    A quarter of the pages, those that look least like the others from afar, come last; the rest by
    their sharpness, the mean difference of neighbouring pixels. So neither a blank or faint page
    nor an odd one comes first.
    """
    levels = pages.astype(np.float64).mean(axis=-1)  # (N, H, W)
    down, across = (np.abs(np.diff(levels, axis=axis)).mean(axis=(1, 2)) for axis in (1, 2))
    glances = _from_afar(levels)
    apart: NDArray[Any] = np.linalg.norm(glances[:, np.newaxis] - glances, axis=-1).mean(axis=1)
    typical = np.argsort(np.argsort(apart, kind="stable")) < _TYPICAL_SHARE * len(pages)
    return np.lexsort((-(down + across), ~typical))


def _from_afar(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Box means of square pages (N, S, S), S being a power of two; (N, numbers)."""
    count, side = levels.shape[:2]
    glance = min(_GLANCE, side)
    boxes = levels.reshape(count, glance, side // glance, glance, side // glance)
    means: NDArray[np.float64] = boxes.mean(axis=(2, 4)).reshape(count, -1)
    return means

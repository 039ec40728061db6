"""How alike two pictures are to the eye."""

import numpy as np
from numpy.typing import NDArray

_REACH = 5
_SIGMA = 1.5


def ssim(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the mean structural similarity of two pictures (H, W), 1 for equal ones.

    Wang et al., "Image quality assessment: from error visibility to structural similarity", IEEE
    TIP 13 (2004), equation 13, with its Gaussian window of 11 pixels and constants.
    """
    x, y = one.astype(np.float64), other.astype(np.float64)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mx, my = _smooth(x), _smooth(y)
    vx, vy, cov = _smooth(x * x) - mx * mx, _smooth(y * y) - my * my, _smooth(x * y) - mx * my
    likeness = (2 * mx * my + c1) * (2 * cov + c2)
    return float((likeness / ((mx * mx + my * my + c1) * (vx + vy + c2))).mean())


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    window = np.exp(-0.5 * (np.arange(-_REACH, _REACH + 1) / _SIGMA) ** 2)
    for axis in (0, 1):
        padded = np.moveaxis(values, axis, 0)
        rows = len(padded) - 2 * _REACH
        parts = (w * padded[i : i + rows] for i, w in enumerate(window / window.sum()))
        values = np.moveaxis(sum(parts), 0, axis)
    return values

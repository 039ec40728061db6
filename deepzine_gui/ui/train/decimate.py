"""Thin out a long curve so that drawing it stays cheap and every spike stays visible."""

import numpy as np
from numpy.typing import NDArray

BUCKETS = 800
"""Pairs of points kept of a long curve; a plot is seldom wider in pixels."""


def decimate(
    x: NDArray[np.float64], y: NDArray[np.float64], buckets: int = BUCKETS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Keep of (N,) points the lowest and the highest of each of `buckets` runs, in order of `x`.

    Curves of at most two points a bucket come back as they are. The very last point is always kept.
    """
    if len(x) <= 2 * buckets:
        return x, y
    size = -(-len(x) // buckets)
    whole = len(x) // size * size
    runs = y[:whole].reshape(-1, size)  # (runs, size)
    starts = np.arange(0, whole, size)
    picked = np.concatenate(
        [starts + runs.argmin(axis=1), starts + runs.argmax(axis=1), np.arange(whole, len(x))]
    )
    picked = np.unique(np.append(picked, len(x) - 1))
    return x[picked], y[picked]

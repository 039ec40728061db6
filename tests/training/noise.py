"""Noise in place of pages."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Pages:
    """Noise in place of pages; `spoilt` draws hold one pixel that is no number."""

    def __init__(self, size: int, spoilt: frozenset[int] = frozenset()) -> None:
        self._size, self._spoilt, self._draws = size, spoilt, 0

    def draw(self, count: int, rng: np.random.Generator, only: NDArray[np.int64]) -> NDArray[Any]:
        drawn: NDArray[Any] = rng.integers(0, 256, (count, 1, self._size, self._size), np.uint8)
        self._draws += 1
        if self._draws - 1 in self._spoilt:
            drawn = drawn.astype(np.float32)
            drawn[0, 0, 0, 0] = np.nan
        return drawn[only]

    def draw_labelled(
        self, count: int, rng: np.random.Generator, only: NDArray[np.int64]
    ) -> tuple[NDArray[Any], NDArray[np.int64]]:
        return self.draw(count, rng, only), rng.integers(0, 2, count)[only]

    draw_held_out = draw_labelled

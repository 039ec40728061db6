"""The geometry of a page in its square, and the margins around it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

_LONGEST_STRIP = 32
"""A fitted page is at most so many squares long: thinner strips are squeezed, not rendered huge."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Where a whole page lies, in pixels of the square (left and top are negative when cropped)."""

    width: int
    height: int
    left: int
    top: int
    resolution: int

    @property
    def seen(self) -> tuple[int, int]:
        """Width and height of the part of the page inside the square."""
        return min(self.width, self.resolution), min(self.height, self.resolution)


def fit_page(
    width: float, height: float, *, resolution: int, fit: Literal["pad", "crop", "stretch"]
) -> Fit:
    """Return the place of a page of `width` × `height` (any unit, > 0) in its square, centred."""
    if fit == "stretch":
        return Fit(resolution, resolution, 0, 0, resolution)
    side = max(width, height) if fit == "pad" else min(width, height)
    limit = resolution * _LONGEST_STRIP
    across = min(limit, max(1, round(width * resolution / side)))
    down = min(limit, max(1, round(height * resolution / side)))
    return Fit(across, down, (resolution - across) // 2, (resolution - down) // 2, resolution)


def make_square(seen: NDArray[np.uint8], fit: Fit) -> NDArray[np.uint8]:
    """Lay the seen part (H, W, C) into its square (C, R, R), the margins in the paper's colour.

    The colour is the median of the two sides that the margins touch, so that paper goes on as paper
    and the black border of a scan as black.
    """
    side = fit.resolution
    height, width, channels = seen.shape
    if (height, width) == (side, side):
        return np.ascontiguousarray(seen.transpose(2, 0, 1))
    rim = max(1, round(max(height, width) / 64))
    if width < side:
        edges = np.concatenate([seen[:, :rim], seen[:, -rim:]], axis=1)
    else:
        edges = np.concatenate([seen[:rim], seen[-rim:]], axis=0)
    paper = np.median(edges.reshape(-1, channels), axis=0).astype(np.uint8)  # (C,)
    square = np.empty((channels, side, side), np.uint8)
    square[:] = paper[:, None, None]
    top, left = max(0, fit.top), max(0, fit.left)
    square[:, top : top + height, left : left + width] = seen.transpose(2, 0, 1)
    return square

"""The geometry of a page in its square, and the margins around it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.pages.means import ACROSS, MOST, block_means

FitName = Literal["pad", "crop", "stretch"]

LONGEST_STRIP = 32
"""A fitted page is at most so many squares long: thinner strips are squeezed, not rendered huge."""

_WHITE = 255


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


def fit_page(width: float, height: float, *, resolution: int, fit: FitName) -> Fit:
    """Return the place of a page of `width` × `height` (any unit, > 0) in its square, centred."""
    if fit == "stretch":
        return Fit(resolution, resolution, 0, 0, resolution)
    side = max(width, height) if fit == "pad" else min(width, height)
    limit = resolution * LONGEST_STRIP
    across = min(limit, max(1, round(width * resolution / side)))
    down = min(limit, max(1, round(height * resolution / side)))
    return centred(across, down, resolution)


def centred(across: int, down: int, resolution: int) -> Fit:
    """Return the place of a page of so many pixels in the middle of its square."""
    return Fit(across, down, (resolution - across) // 2, (resolution - down) // 2, resolution)


def squared(page: NDArray[np.uint8], place: Fit) -> NDArray[np.uint8]:
    """Return a page, uint8 (H, W) or (H, W, 3) of any size, in its place: (C, R, R)."""
    seen = _resized(page, place)
    return make_square(seen[:, :, None] if seen.ndim == 2 else seen, place)


def make_square(seen: NDArray[np.uint8], fit: Fit) -> NDArray[np.uint8]:
    """Lay the seen part (H, W, C) into its square (C, R, R), the margins in the paper's colour.

    The colour is that of the two sides that the margins touch, so that paper goes on as paper and
    the black border of a scan as black.
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
    square = np.empty((channels, side, side), np.uint8)
    for channel in range(channels):
        square[channel] = _paper(edges[:, :, channel])
    top, left = max(0, fit.top), max(0, fit.left)
    square[:, top : top + height, left : left + width] = seen.transpose(2, 0, 1)
    return square


def _paper(tones: NDArray[np.uint8]) -> int:
    """Return the tone of the paper: a quarter of the pixels are as light or lighter.

    Print may reach the edge, and one side may lie in shadow; a border is dark all along. Tones are
    counted, which is ten times as fast as sorting them.
    """
    if 4 * np.count_nonzero(tones == _WHITE) > tones.size:
        return _WHITE
    counts = np.cumsum(np.bincount(tones.ravel(), minlength=256))
    return int(np.searchsorted(counts, counts[-1] * 3 / 4))


def _resized(page: NDArray[np.uint8], fit: Fit) -> NDArray[np.uint8]:
    """Return the seen part of the page at its final size, area-reduced or smoothly enlarged."""
    across, down = fit.seen
    height, width = page.shape[:2]
    kx, ky = width // fit.width, height // fit.height
    exact = (width, height) == (fit.width * kx, fit.height * ky)
    x, y = max(0, -fit.left) * kx, max(0, -fit.top) * ky
    if exact and kx in ACROSS and kx * ky <= MOST and page.ndim == 2:
        return block_means(page[y : y + down * ky, x : x + across * kx], kx, ky)
    image = Image.fromarray(page)
    if exact:
        return np.asarray(image.reduce((kx, ky), box=(x, y, x + across * kx, y + down * ky)))
    wide, high = width * across / fit.width, height * down / fit.height
    left, top = (width - wide) / 2, (height - high) / 2
    shrinking = wide > across or high > down
    resized = image.resize(
        (across, down),
        Image.Resampling.HAMMING if shrinking else Image.Resampling.BICUBIC,
        box=(left, top, left + wide, top + high),
        reducing_gap=2.0 if shrinking else None,
    )
    return np.asarray(resized)

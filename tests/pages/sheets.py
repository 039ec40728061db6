"""Draw pages whose borders, tilt, gutter and margins are known."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PAPER = 205
INK = 50


def typed(height: int = 720, width: int = 500, *, paper: int = PAPER) -> NDArray[np.uint8]:
    """Return a page with 28 lines of words and the margins of `print_of`, uint8 (height, width)."""
    rng = np.random.default_rng(7)
    page = np.full((height, width), paper, np.uint8)
    left, top, right, bottom = print_of(height, width)
    pitch = (bottom - top) / 28
    for line in range(28):
        y = round(top + line * pitch)
        x = left
        while x < right - 8:
            end = min(right, x + int(rng.integers(14, 60)))
            page[y : y + round(pitch * 0.5), x:end] = INK
            x = end + 7
    return noisy(page)


def print_of(height: int, width: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of the print of a `typed` page."""
    return round(0.14 * width), round(0.12 * height), round(0.86 * width), round(0.88 * height)


def noisy(page: NDArray[np.uint8], sigma: float = 3) -> NDArray[np.uint8]:
    """Return the page with the grain of a scanner."""
    grain = np.random.default_rng(1).normal(0, sigma, page.shape)
    return np.clip(page + grain, 0, 255).astype(np.uint8)


def on_ground(
    page: NDArray[np.uint8], tone: int, left: int, top: int, right: int, bottom: int
) -> NDArray[np.uint8]:
    """Return the page on a ground of another tone that shows so many pixels on each side."""
    height, width = page.shape
    ground = np.full((height + top + bottom, width + left + right), tone, np.uint8)
    ground = noisy(ground)
    ground[top : top + height, left : left + width] = page
    return ground


def turned(page: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """Return the page turned clockwise about its middle, as lines that fall to the right."""
    image = Image.fromarray(page)
    return np.asarray(image.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=PAPER))


def spread(page: NDArray[np.uint8], shadow: int = 60) -> tuple[NDArray[np.uint8], int]:
    """Return two facing pages with a shadow between them, and the column of the gutter."""
    both = np.concatenate([page, page], axis=1).astype(np.float64)
    gutter = page.shape[1]
    distance = np.abs(np.arange(both.shape[1]) - gutter + 0.5)
    both -= shadow * np.exp(-distance / 12)
    return np.clip(both, 0, 255).astype(np.uint8), gutter


def similar(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the correlation of two pages, after both are brought to the same small size."""
    small = [np.asarray(Image.fromarray(p).resize((90, 130)), np.float64) for p in (one, other)]
    return float(np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1])

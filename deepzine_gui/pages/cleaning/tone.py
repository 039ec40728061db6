"""Bleach the paper and darken the print of a page."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

_BLOCKS = 16
"""The tone of the paper is taken in so many squares along the longer side."""

_PAPER_SHARE = 0.85
"""In a square of a page, at least so small a share of the pixels is bare paper from the top."""

_DARKEST_PAPER = 64
"""What is darker is a picture or a border, and is bleached no more than paper of this tone."""

_MOST_GAMMA = 3.0


def toned(page: NDArray[np.uint8], *, whiten: float, ink: float) -> NDArray[np.uint8]:
    """Return the page with its paper bleached and its print darkened.

    Args:
        page: uint8 (h, w) or (h, w, 3).
        whiten: 0…1, 0 keeps the paper, 1 makes it white wherever it lies, in light or in shadow.
        ink: 0…1, raises the tone, as a share of white, to the power 1 + 2 · `ink`.
    """
    result = _whitened(page, whiten) if whiten else page
    return _darkened(result, ink) if ink else result


def _darkened(page: NDArray[np.uint8], strength: float) -> NDArray[np.uint8]:
    """Map tones by a power, so that white stays white and black black."""
    gamma = 1 + (_MOST_GAMMA - 1) * strength
    table = np.rint(255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)
    return table[page]


def _whitened(page: NDArray[np.uint8], strength: float) -> NDArray[np.uint8]:
    """Divide every channel by the tone of its paper, which may change over the page."""
    channels = page[..., None] if page.ndim == 2 else page
    bleached = [_bleached(channels[..., c], strength) for c in range(channels.shape[2])]
    return np.stack(bleached, axis=-1).reshape(page.shape)


def _bleached(channel: NDArray[np.uint8], strength: float) -> NDArray[np.uint8]:
    paper = np.maximum(paper_tones(channel), _DARKEST_PAPER)
    gain = 1 + strength * (255 / paper - 1)
    return np.minimum(channel * gain + 0.5, 255).astype(np.uint8)


def paper_tones(channel: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the tone the paper has, or would have, at every pixel, float32 (h, w)."""
    height, width = channel.shape
    side = max(1, -(-max(height, width) // _BLOCKS))
    rows, columns = -(-height // side), -(-width // side)
    padding = ((0, rows * side - height), (0, columns * side - width))
    whole = np.pad(channel, padding, mode="edge").reshape(rows, side, columns, side)
    blocks = whole.transpose(0, 2, 1, 3).reshape(rows, columns, side * side)
    rank = min(side * side - 1, int(_PAPER_SHARE * side * side))
    tones = np.partition(blocks, rank, axis=2)[:, :, rank]
    # a square full of print or picture has the paper of its neighbours
    rim = np.pad(tones, 1, mode="edge")
    nine = sliding_window_view(rim, (3, 3)).reshape(rows, columns, 9)
    median = np.partition(nine, 4, axis=2)[:, :, 4]
    near = np.maximum(tones, median).astype(np.float32)
    smooth = Image.fromarray(near).resize((columns * side, rows * side), Image.Resampling.BILINEAR)
    return np.asarray(smooth)[:height, :width]

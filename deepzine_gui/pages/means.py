"""Exact means of blocks of pixels, several times as fast as Pillow takes them.

Two neighbours in a row are read as one number of 16 bits, and their sum is worked out in its place.
Some of these lanes lie in one machine word, so that one multiplication adds them up.
"""

import numpy as np
from numpy.typing import NDArray

ACROSS = (2, 4, 8)
"""So many neighbours make a word."""

MOST = 256
"""Pixels of a block whose sum a lane can hold."""

_AT_ONCE = 2**18
"""So many pixels are summed at a time: they, and their sums, stay near the processor."""

_ONES = {4: 0x00010001, 8: 0x0001000100010001}
_LANE = 16


def block_means(sheet: NDArray[np.uint8], across: int, down: int) -> NDArray[np.uint8]:
    """Return the rounded means of blocks of pixels: uint8 (H / `down`, W / `across`).

    Args:
        sheet: uint8 (H, W), its rows contiguous, of whole blocks.
        across: width of a block, one of `ACROSS`.
        down: height of a block; it has at most `MOST` pixels.
    """
    pairs = sheet.view(np.uint16)
    width = pairs.shape[1]
    height = len(pairs) // down
    means = np.empty((height, sheet.shape[1] // across), np.uint8)
    rows = min(height, max(1, _AT_ONCE // sheet.shape[1] // down))
    room = np.empty((rows * down, width), np.uint16)
    for top in range(0, height, rows):
        some = pairs[top * down : (top + rows) * down]
        sums = room[: len(some)]
        # 256 a + b becomes a + b
        np.right_shift(some, 8, out=sums)
        sums *= 255
        np.subtract(some, sums, out=sums)
        if down > 1:
            sums = np.add.reduce(sums.reshape(-1, down, width), axis=1, dtype=np.uint16)
        means[top : top + rows] = _mean(sums.view(f"u{across}"), across, across * down)
    return means


def _mean(
    sums: NDArray[np.unsignedinteger], across: int, count: int
) -> NDArray[np.unsignedinteger]:
    """Add up the lanes of each word into its uppermost, and divide."""
    upper = 8 * across - _LANE
    if upper:
        sums *= _ONES[across]
    sums += count // 2 << upper
    if count & (count - 1):
        sums >>= upper
        sums //= count
    else:
        sums >>= upper + count.bit_length() - 1
    return sums

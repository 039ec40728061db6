"""Exact means of blocks of pixels, several times as fast as Pillow takes them.

Some neighbours in a row are one machine word: its bytes are added as lanes of 16 bits, so that an
addition of words adds up to four pairs of pixels at once.
"""

import numpy as np
from numpy.typing import NDArray

ACROSS = (2, 4, 8)
"""So many neighbours make a word."""

MOST = 256
"""Pixels of a block whose sum a lane can hold."""

_AT_ONCE = 2**18
"""So many pixels are summed at a time: they, and their sums, stay near the processor."""

_LANES = {2: 0x00FF, 4: 0x00FF00FF, 8: 0x00FF00FF00FF00FF}
_ONES = 0x0001000100010001


def block_means(sheet: NDArray[np.uint8], across: int, down: int) -> NDArray[np.uint8]:
    """Return the rounded means of blocks of pixels: uint8 (H / `down`, W / `across`).

    Args:
        sheet: uint8 (H, W), its rows contiguous, of whole blocks.
        across: width of a block, one of `ACROSS`.
        down: height of a block; it has at most `MOST` pixels.
    """
    words = sheet.view(np.dtype(f"u{across}"))
    height, width = words.shape[0] // down, words.shape[1]
    means = np.empty((height, width), np.uint8)
    rows = min(height, max(1, _AT_ONCE // sheet.shape[1] // down))
    room = np.empty((2, rows * down, width), words.dtype)
    for top in range(0, height, rows):
        some = words[top * down : (top + rows) * down]
        even, odd = room[:, : len(some)]
        np.bitwise_and(some, _LANES[across], out=even)
        np.right_shift(some, 8, out=odd)
        odd &= _LANES[across]
        even += odd
        sums = even if down == 1 else np.add.reduce(even.reshape(-1, down, width), axis=1)
        means[top : top + rows] = _mean(sums, across, across * down)
    return means


def _mean(
    sums: NDArray[np.unsignedinteger], across: int, count: int
) -> NDArray[np.unsignedinteger]:
    """Add up the lanes of each word, and divide."""
    if across == 8:
        sums *= _ONES
        sums >>= 48
    elif across == 4:
        sums += sums >> 16
        sums &= 0xFFFF
    sums += count // 2
    if count & (count - 1):
        sums //= count
    else:
        sums >>= count.bit_length() - 1
    return sums

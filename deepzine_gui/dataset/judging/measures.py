"""What the rules judge a page by, measured on its pixels alone.

A page is measured at 128 px at most and in a grid of 16 × 16 blocks, so that its measures hardly
depend on the resolution of the dataset.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.judging.fingerprints import fingerprint
from deepzine_gui.dataset.scaling import shrink

_SIDE_PX = 128
_BLOCKS = 16

_GRAIN = 14
"""Grey levels (of 255) below its paper at which a pixel may still be paper: grain, show-through."""

_SHADED = 0.75
"""Paper in the shade is at least so bright against the page's brightest."""

_TONED = (0.35, 0.85)
"""Mean darkness of a block of a picture against the paper; print is lighter, borders darker."""

_BLACK = 51
"""Grey levels below which a pixel is nearly black."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured on a page; `Provenance` tells what each field means."""

    ink: float
    brightness: float
    picture: float
    black: float
    fingerprint: int


def measure(pixels: NDArray[np.uint8]) -> Measures:
    """Return the measures of a page, uint8 (C, R, R), C = 1 or 3, R a power of two from 4."""
    small = shrink(pixels, min(_SIDE_PX, pixels.shape[-1]))
    grey = small[0] if len(small) == 1 else small.mean(0).astype(np.uint8)  # (S, S)
    blocks = _in_blocks(grey)
    means = blocks.sum(2, dtype=np.uint32) / blocks.shape[2]
    paper = _paper(blocks)
    clean = (np.maximum(paper, _GRAIN) - _GRAIN)[..., None]
    dark = clean - np.minimum(blocks, clean)
    darkness = 1 - means / max(1, paper.max())
    toned = (darkness >= _TONED[0]) & (darkness <= _TONED[1])
    return Measures(
        ink=int(dark.sum()) / dark.size / 255,
        brightness=float(means.sum()) / means.size / 255,
        picture=float(np.count_nonzero(toned) / toned.size),
        black=float(np.count_nonzero(grey < _BLACK) / grey.size),
        fingerprint=fingerprint(grey),
    )


def _in_blocks(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cut (S, S) into blocks (g, g, pixels of one)."""
    count = min(_BLOCKS, len(grey))
    side = len(grey) // count
    # a row of a block is moved as one word: side is 1, 2, 4 or 8
    words = np.ascontiguousarray(grey).view(f"u{side}").reshape(count, side, count)
    return words.transpose(0, 2, 1).copy().view(np.uint8)


def _paper(blocks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the tone of the paper around each block, (g, g): the brightest of its neighbours."""
    place = blocks.shape[2] * 3 // 4
    paper = np.partition(blocks, place, axis=2)[:, :, place]
    for along in (paper, paper.T):
        own = along.copy()
        np.maximum(along[1:], own[:-1], out=along[1:])
        np.maximum(along[:-1], own[1:], out=along[:-1])
    return np.maximum(paper, int(paper.max() * _SHADED))

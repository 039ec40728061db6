"""What the rules judge a page by, measured on its pixels alone.

A page is measured at 128 px at most and in a grid of 16 × 16 blocks, so that its measures hardly
depend on the resolution of the dataset.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.judging.fingerprints import fingerprints
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

_WHITE = 255


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
    return measure_all([pixels])[0]


def measure_all(pages: Sequence[NDArray[np.uint8]]) -> list[Measures]:
    """Return the measures of pages of one size, in half the time of one after the other."""
    greys = np.stack([_grey(page) for page in pages])
    blocks = _in_blocks(greys)
    means = _sums(blocks) / blocks.shape[-1]
    papers = _papers(blocks)
    clean = np.maximum(papers, _GRAIN) - _GRAIN
    paper = np.minimum(blocks, clean[..., None])
    ink = clean.sum((1, 2), np.int64) * blocks.shape[-1] - _sums(paper).sum((1, 2))
    darkness = 1 - means / np.maximum(1, papers.max((1, 2), keepdims=True))
    toned = (darkness >= _TONED[0]) & (darkness <= _TONED[1])
    rows = zip(
        (ink / greys[0].size / 255).tolist(),
        (means.mean((1, 2)) / 255).tolist(),
        toned.mean((1, 2)).tolist(),
        (_sums(blocks < _BLACK).sum((1, 2)) / greys[0].size).tolist(),
        fingerprints(greys).tolist(),
        strict=True,
    )
    return [Measures(*row) for row in rows]


def _grey(page: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a page (C, R, R) as a grey one of 128 px at most, (S, S)."""
    small = shrink(page, min(_SIDE_PX, page.shape[-1]))
    grey: NDArray[np.uint8] = small[0] if len(small) == 1 else small.mean(0).astype(np.uint8)
    return grey


def _in_blocks(greys: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cut (N, S, S) into blocks (N, g, g, pixels of one)."""
    count = min(_BLOCKS, greys.shape[-1])
    side = greys.shape[-1] // count
    # a row of a block is moved as one word: side is 1, 2, 4 or 8
    words = np.ascontiguousarray(greys).view(f"u{side}").reshape(-1, count, side, count)
    return words.transpose(0, 1, 3, 2).copy().view(np.uint8)


def _sums(blocks: NDArray[Any]) -> NDArray[np.float64]:
    """Add up the pixels of each block: whole numbers, so that the sums are exact."""
    ones = np.ones(blocks.shape[-1], np.float32)
    return (blocks.astype(np.float32) @ ones).astype(np.float64)


def _papers(blocks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the tone of the paper around each block, (N, g, g): the brightest of its neighbours.

    A block's own is that which a quarter of its pixels reaches.
    """
    quarter = max(1, blocks.shape[-1] // 4)
    paper = np.full(blocks.shape[:-1], _WHITE, np.uint8)
    # few blocks of a page have less white than that
    toned = _sums(blocks == _WHITE) < quarter
    paper[toned] = np.partition(blocks[toned], -quarter)[:, -quarter]
    for along in (paper, paper.transpose(0, 2, 1)):
        own = along.copy()
        np.maximum(along[:, 1:], own[:, :-1], out=along[:, 1:])
        np.maximum(along[:, :-1], own[:, 1:], out=along[:, :-1])
    shaded: NDArray[np.uint8] = (paper.max((1, 2), keepdims=True) * _SHADED).astype(np.uint8)
    return np.maximum(paper, shaded)

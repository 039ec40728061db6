"""A small look at a page, from which all cleaning is decided: its paper, its ink, its lines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.pages.cleaning.masks import Mask

LONG_SIDE = 256
"""A page is looked at with its longer side at most so many pixels long."""

SHADOW = 0.7
"""Paper in shadow keeps this share of its tone."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom; right and bottom exclusive."""

_BLOCK = 8
"""Squares of so many pixels are looked at for paper, which is their brightest pixel."""

_BARE = 80
"""Percentile of the squares, but for those at the rim, whose tone is that of the paper."""

_TOLERANCE = 0.15
"""Paper in better or worse light differs from it by this share at most."""

_EVEN = 6
"""Paper whose tone changes by less is taken to be the same all over."""

WHITE = 240
"""Nothing lies lighter around paper of this tone: where it is lighter, no print darkens it."""

_LEAST_CONTRAST = 48
"""Print is darker than the paper by at least so much; what is fainter is no print."""


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A page in small.

    Attributes:
        small: uint8 (h, w) or (h, w, 3), as the page came.
        grey: uint8 (h, w), 0 = black.
        ink: uint8 (h, w), by how much a pixel is darker than the paper would be there.
        light: uint8 (h, w), by how much it is lighter, None where nothing can be.
        paper: tone of the paper in the middle of the page, 0…255.
        faint: darkness from which on a pixel counts as print or border.
        dark: print, borders and lines, (h, w): what is at least as dark.
        scale: pixels of the page in one pixel of the survey.
    """

    small: NDArray[np.uint8]
    grey: NDArray[np.uint8]
    ink: NDArray[np.uint8]
    light: NDArray[np.uint8] | None
    paper: float
    faint: int
    dark: Mask
    scale: int


def survey(page: NDArray[np.uint8], long_side: int = LONG_SIDE) -> Survey:
    """Return a small look at `page`, uint8 (H, W) or (H, W, 3)."""
    return look_at(*reduced(page, long_side))


def reduced(page: NDArray[np.uint8], long_side: int = LONG_SIDE) -> tuple[NDArray[np.uint8], int]:
    """Return `page` small, and how many of its pixels are one there."""
    scale = -(-max(page.shape[:2]) // long_side)
    return (np.asarray(Image.fromarray(page).reduce(scale)) if scale > 1 else page), scale


def look_at(small: NDArray[np.uint8], scale: int) -> Survey:
    """Return the survey of a page already small: uint8 (h, w) or (h, w, 3)."""
    grey = in_grey(small)
    plane, paper = _paper(grey)
    middle = _middle(grey)
    dark = float(np.partition(middle, middle.size // 50, axis=None)[middle.size // 50])
    contrast = max(_LEAST_CONTRAST, paper - dark)
    higher = np.maximum(plane, grey)
    light = higher - plane if paper < WHITE else None
    ink, faint = higher - grey, round(contrast / 4)
    return Survey(small, grey, ink, light, paper, faint, Mask.of(ink >= faint), scale)


def in_grey(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture, (h, w) or (h, w, 3), as (h, w)."""
    return small if small.ndim == 2 else np.asarray(Image.fromarray(small).convert("L"))


def paper_tone(grey: NDArray[np.uint8]) -> float:
    """Return the usual tone of the paper in the middle of a small page."""
    return _bare(_middle(grey)[::2, ::2])


def _bare(tones: NDArray[np.uint8]) -> float:
    """Return that percentile of the tones which is paper: as `numpy.percentile`, in less time."""
    last = tones.size - 1
    place = last * (_BARE / 100)
    ranks = int(place), min(int(place) + 1, last)
    low, high = np.partition(tones, ranks, axis=None)[[*ranks]].tolist()
    share = place - ranks[0]
    return float(low + (high - low) * share if share < 0.5 else high - (high - low) * (1 - share))


def _middle(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = grey.shape
    return grey[height // 5 : height - height // 5, width // 5 : width - width // 5]


def _paper(grey: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float]:
    """Return the tone the bare paper would have at every pixel, and in the middle.

    It is a plane through the brightest pixels of those squares that look like paper.
    """
    height, width = grey.shape
    rows, columns = height // _BLOCK, width // _BLOCK
    if rows < 4 or columns < 4:
        paper = int(np.median(grey))
        return np.full_like(grey, paper), paper
    whole = grey[: rows * _BLOCK, : columns * _BLOCK]
    strips = whole.reshape(rows, _BLOCK, -1).max(1).reshape(-1, _BLOCK).T
    tones = np.ascontiguousarray(strips).max(0).reshape(rows, columns)
    inner = tones[rows // 8 : rows - rows // 8, columns // 8 : columns - columns // 8]
    paper = int(_bare(inner))
    y = (np.arange(rows) + 0.5) / rows - 0.5
    x = (np.arange(columns) + 0.5) / columns - 0.5
    like = np.abs(tones.astype(np.int16) - paper) <= _TOLERANCE * paper
    like &= (np.abs(y)[:, None] < 0.4) & (np.abs(x) < 0.4)
    if not like.any() or np.ptp(tones[like]) < _EVEN:
        return np.full_like(grey, paper), paper
    at_y, at_x = np.nonzero(like)
    points = np.stack([y[at_y], x[at_x], np.ones(len(at_y))], 1)
    down, across, middle = np.linalg.lstsq(points, tones[like].astype(np.float64), rcond=None)[0]
    slope_down = middle + down * ((np.arange(height) + 0.5) / (rows * _BLOCK) - 0.5)
    slope_across = across * ((np.arange(width) + 0.5) / (columns * _BLOCK) - 0.5)
    plane = slope_down.astype(np.float32)[:, None] + slope_across.astype(np.float32)
    return np.clip(plane, 0, 255, out=plane).astype(np.uint8), float(middle)

"""A page as it lies once it is turned upright, of which any part can be taken."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.pages.cleaning.survey import Box, in_grey, paper_tone

_NEAR = 8
"""Pixels whose tone differs by less from that of the paper are paper."""

Colour = int | tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Turned:
    """A page and by how much it is to be turned about its centre.

    Attributes:
        page: uint8 (H, W) or (H, W, 3).
        degrees: by how much its lines of print fall to the right; at 0 its parts are views.
        fill: what lies around it.
    """

    page: NDArray[np.uint8]
    degrees: float
    fill: Colour

    @property
    def box(self) -> Box:
        """All of the page."""
        return 0, 0, self.page.shape[1], self.page.shape[0]

    def part(self, box: Box, most: float = math.inf) -> NDArray[np.uint8]:
        """Return what lies inside `box`, a turned part with sides of `most` times as many pixels.

        The page is reduced before it is turned, in both directions alike; it is never enlarged.
        """
        left, top, right, bottom = box
        if not self.degrees:
            return self.page[top:bottom, left:right]
        size = right - left, bottom - top
        source, share = Image.fromarray(self.page), min(1.0, most)
        if share < 1:
            size = max(1, round(size[0] * share)), max(1, round(size[1] * share))
            source = _reduced(source, share)
        affine = self._affine(box, size, source.size)
        bilinear = Image.Resampling.BILINEAR
        return np.asarray(
            source.transform(size, Image.Transform.AFFINE, affine, bilinear, fillcolor=self.fill)
        )

    def _affine(
        self, box: Box, size: tuple[int, int], source: tuple[int, int]
    ) -> tuple[float, float, float, float, float, float]:
        """Return what leads from a place in the part, of this size, to that in the source."""
        height, width = self.page.shape[:2]
        angle = math.radians(self.degrees)
        cos, sin = math.cos(angle), math.sin(angle)
        wide, high = (box[2] - box[0]) / size[0], (box[3] - box[1]) / size[1]
        left, top = box[0] - width / 2, box[1] - height / 2
        x, y = source[0] / width, source[1] / height
        return (
            *(x * cos * wide, -x * sin * high, x * (width / 2 + cos * left - sin * top)),
            *(y * sin * wide, y * cos * high, y * (height / 2 + sin * left + cos * top)),
        )


def _reduced(page: Image.Image, share: float) -> Image.Image:
    size = max(1, round(page.width * share)), max(1, round(page.height * share))
    return page.resize(size, Image.Resampling.BOX)


def paper_colour(small: NDArray[np.uint8]) -> Colour:
    """Return the median colour of those pixels of a small page that are as bright as paper."""
    grey = in_grey(small)
    tone = paper_tone(grey)
    if small.ndim == 2:
        return round(tone)
    near = small[np.abs(grey - tone) < _NEAR]
    return tuple(int(v) for v in np.median(near, axis=0)) if len(near) else (255, 255, 255)

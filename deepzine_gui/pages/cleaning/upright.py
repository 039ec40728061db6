"""Straighten, trim and tone one page."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.pages.cleaning.borders import paper_box
from deepzine_gui.pages.cleaning.content import content_box, trimmed_box
from deepzine_gui.pages.cleaning.survey import Box, Survey, look_at, survey
from deepzine_gui.pages.cleaning.tilt import tilt
from deepzine_gui.pages.cleaning.tone import toned
from deepzine_gui.pages.settings import PageSettings

_NEAR = 8
"""Pixels whose tone differs by less from that of the paper are paper."""


def cleaned(page: NDArray[np.uint8], settings: PageSettings) -> NDArray[np.uint8]:
    """Return one page straightened, trimmed and toned: uint8 (h, w) or (h, w, 3) like `page`."""
    result = page
    if settings.straighten or settings.trim:
        result = _upright(page, settings.straighten, settings.trim)
    return toned(result, whiten=settings.whiten, ink=settings.ink)


def _upright(page: NDArray[np.uint8], most_degrees: float, trim: float) -> NDArray[np.uint8]:
    seen = survey(page)
    angle = tilt(page, most_degrees) if most_degrees else 0.0
    colour = _paper_colour(page, seen) if angle else 0
    if angle:
        height, width = seen.grey.shape
        small = _turned(seen.grey, angle, (0, 0, width, height), round(seen.paper))
        seen = look_at(small, seen.scale)
    if not trim:
        return _part(page, (0, 0, page.shape[1], page.shape[0]), angle, colour)
    paper = paper_box(seen)
    box = trimmed_box(paper, content_box(seen, paper), trim)
    return _part(page, _scaled(box, seen.scale, page), angle, colour)


def _scaled(box: Box, scale: int, page: NDArray[np.uint8]) -> Box:
    """Return a box of a survey in pixels of the page."""
    left, top, right, bottom = (scale * side for side in box)
    return left, top, min(page.shape[1], right), min(page.shape[0], bottom)


def _part(
    page: NDArray[np.uint8], box: Box, degrees: float, fill: int | tuple[int, ...]
) -> NDArray[np.uint8]:
    """Return the part of the page inside `box`, once it is turned upright."""
    if degrees:
        return _turned(page, degrees, box, fill)
    left, top, right, bottom = box
    return page[top:bottom, left:right]


def _paper_colour(page: NDArray[np.uint8], seen: Survey) -> int | tuple[int, ...]:
    """Return the median colour of those pixels that are as bright as paper."""
    if page.ndim == 2:
        return round(seen.paper)
    near = page[:: seen.scale, :: seen.scale][np.abs(seen.grey - seen.paper) < _NEAR]
    return tuple(int(v) for v in np.median(near, axis=0)) if len(near) else (255, 255, 255)


def _turned(
    page: NDArray[np.uint8], degrees: float, box: Box, fill: int | tuple[int, ...]
) -> NDArray[np.uint8]:
    """Return the part of the page inside `box` after turning it upright about its centre."""
    height, width = page.shape[:2]
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x0, y0 = width / 2, height / 2
    left, top = box[0] - x0, box[1] - y0
    affine = (
        *(cos, -sin, x0 + cos * left - sin * top),
        *(sin, cos, y0 + sin * left + cos * top),
    )
    turned = Image.fromarray(page).transform(
        (box[2] - box[0], box[3] - box[1]),
        Image.Transform.AFFINE,
        affine,
        Image.Resampling.BILINEAR,
        fillcolor=fill,
    )
    return np.asarray(turned)

"""Straighten, trim and tone one page."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.pages.cleaning.borders import paper_box
from deepzine_gui.pages.cleaning.content import content_box, trimmed_box
from deepzine_gui.pages.cleaning.lines import LIGHTER
from deepzine_gui.pages.cleaning.strays import painted, strays
from deepzine_gui.pages.cleaning.strokes import strokes
from deepzine_gui.pages.cleaning.survey import Box, Survey, look_at, paper_tone, reduced, survey
from deepzine_gui.pages.cleaning.tilt import tilt
from deepzine_gui.pages.cleaning.tone import toned
from deepzine_gui.pages.settings import PageSettings

_NEAR = 8
"""Pixels whose tone differs by less from that of the paper are paper."""


_SMALL = 0.78
"""Print that takes less than this share of a page on bare ground is looked at more closely, …"""

_BLOCK = 0.25
"""… unless it is but a few lines, and takes less than this share of one side of the page."""

_CLOSE_LOOK = 400
"""A closer look has its longer side at most so many pixels long."""


def cleaned(page: NDArray[np.uint8], settings: PageSettings) -> NDArray[np.uint8]:
    """Return one page straightened, trimmed and toned: uint8 (h, w) or (h, w, 3) like `page`."""
    result = page
    if settings.straighten or settings.trim:
        result = _upright(page, settings.straighten, settings.trim)
    return toned(result, whiten=settings.whiten, ink=settings.ink)


def _upright(page: NDArray[np.uint8], most_degrees: float, trim: float) -> NDArray[np.uint8]:
    small, scale = reduced(page)
    angle = tilt(page, most_degrees) if most_degrees else 0.0
    colour = _paper_colour(page, small, scale) if angle else 0
    if not trim:
        return _part(page, (0, 0, page.shape[1], page.shape[0]), angle, colour)
    if angle:
        whole = 0, 0, small.shape[1], small.shape[0]
        small = _turned(small, angle, whole, round(paper_tone(small)))
    box, over = _trimmed(page, look_at(small, scale), trim, angle, colour)
    part = _part(page, box, angle, colour)
    return painted(part, over)


def _trimmed(
    page: NDArray[np.uint8], seen: Survey, trim: float, angle: float, colour: int | tuple[int, ...]
) -> tuple[Box, NDArray[np.bool_]]:
    """Return the box of the page, once it is turned upright, that stays; what to paint over in it.

    The latter has the size of the box.
    """
    whole = 0, 0, page.shape[1], page.shape[0]
    near = _print_on_bare_ground(seen, whole)
    if near != whole:
        seen = survey(_part(page, near, angle, colour), _CLOSE_LOOK)
    found = strokes(seen)
    paper = paper_box(seen, found)
    stray = strays(seen, found, paper)
    print_alone = replace(seen, ink=np.where(stray, 0, seen.ink).astype(np.uint8))
    content = content_box(print_alone, paper)
    outer = _outward(_moved(paper, seen.scale, near), near, whole)
    inner = None if content is None else _moved(content, seen.scale, near)
    box = trimmed_box(outer, inner, trim)
    return box, _enlarged(stray, seen.scale, near, box)


def _enlarged(mask: NDArray[np.bool_], scale: int, part: Box, box: Box) -> NDArray[np.bool_]:
    """Return a mask of a survey of a part of the page as one of the pixels of the box."""
    left, top, right, bottom = box
    result = np.zeros((bottom - top, right - left), np.bool_)
    if mask.any():
        large = mask.repeat(scale, 0).repeat(scale, 1)
        x, y = part[0] - left, part[1] - top
        large = large[max(0, -y) :, max(0, -x) :][
            : bottom - top - max(0, y), : right - left - max(0, x)
        ]
        result[max(0, y) :, max(0, x) :][: large.shape[0], : large.shape[1]] = large
    return result


def _print_on_bare_ground(seen: Survey, whole: Box) -> Box:
    """Return where the print of a page is if it is small and on bare ground, else `whole`."""
    some = (seen.ink >= seen.faint) | (seen.light >= LIGHTER)
    some &= _accompanied(some)  # a speck is a single pixel
    found = Image.fromarray(some).getbbox()
    if found is None:
        return whole
    left, top, right, bottom = found
    height, width = seen.grey.shape
    if (
        max(right - left, bottom - top) > _SMALL * max(height, width)
        or right - left < _BLOCK * width
        or bottom - top < _BLOCK * height
    ):
        return whole
    rim = max(right - left, bottom - top) // 16
    if max(right - left, bottom - top) + 2 * rim > _CLOSE_LOOK * (seen.scale - 1) / seen.scale:
        return whole
    near = left - rim, top - rim, right + rim, bottom + rim
    return _moved((max(0, near[0]), max(0, near[1]), near[2], near[3]), seen.scale, whole)


def _accompanied(some: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where one of the four neighbours is in the mask."""
    result = np.zeros_like(some)
    result[:, 1:] |= some[:, :-1]
    result[:, :-1] |= some[:, 1:]
    result[1:] |= some[:-1]
    result[:-1] |= some[1:]
    return result


def _moved(box: Box, scale: int, part: Box) -> Box:
    """Return a box of a survey of a part of the page in pixels of the page."""
    left, top, right, bottom = (scale * side for side in box)
    return (
        part[0] + left,
        part[1] + top,
        min(part[2], part[0] + right),
        min(part[3], part[1] + bottom),
    )


def _outward(box: Box, part: Box, whole: Box) -> Box:
    """Return a box with those sides that touch the part's moved out to those of the whole."""
    sides = zip(box, part, whole, strict=True)
    left, top, right, bottom = (far if side == near else side for side, near, far in sides)
    return left, top, right, bottom


def _part(
    page: NDArray[np.uint8], box: Box, degrees: float, fill: int | tuple[int, ...]
) -> NDArray[np.uint8]:
    """Return the part of the page inside `box`, once it is turned upright."""
    if degrees:
        return _turned(page, degrees, box, fill)
    left, top, right, bottom = box
    return page[top:bottom, left:right]


def _paper_colour(
    page: NDArray[np.uint8], small: NDArray[np.uint8], scale: int
) -> int | tuple[int, ...]:
    """Return the median colour of those pixels that are as bright as paper."""
    tone = paper_tone(small)
    if page.ndim == 2:
        return round(tone)
    near = page[::scale, ::scale][np.abs(small - tone) < _NEAR]
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

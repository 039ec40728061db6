"""Straighten, trim and tone one page."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.pages.cleaning.borders import paper_box
from deepzine_gui.pages.cleaning.content import content_box, trimmed_box
from deepzine_gui.pages.cleaning.lines import LIGHTER
from deepzine_gui.pages.cleaning.masks import Mask
from deepzine_gui.pages.cleaning.paint import Paint
from deepzine_gui.pages.cleaning.strays import strays
from deepzine_gui.pages.cleaning.strokes import strokes
from deepzine_gui.pages.cleaning.survey import Box, Survey, look_at, reduced, survey
from deepzine_gui.pages.cleaning.tilt import tilt
from deepzine_gui.pages.cleaning.tone import toned
from deepzine_gui.pages.cleaning.turning import Turned, paper_colour
from deepzine_gui.pages.settings import PageSettings

_SMALL = 0.78
"""Print that takes less than this share of a page on bare ground is looked at more closely, …"""

_BLOCK = 0.25
"""… unless it is but a few lines, and takes less than this share of one side of the page."""

_CLOSE_LOOK = 400
"""A closer look has its longer side at most so many pixels long."""

_TURNED = 1.4
"""A page is turned with so many times the pixels that its square has a side, …"""

_TURNED_PX = 256
"""… and no fewer than that."""


def cleaned(page: NDArray[np.uint8], settings: PageSettings) -> NDArray[np.uint8]:
    """Return one page straightened, trimmed and toned: uint8 (h, w) or (h, w, 3) like `page`."""
    result = page
    if settings.straighten or settings.trim:
        result = _upright(page, settings)
    return toned(result, whiten=settings.whiten, ink=settings.ink)


def _upright(page: NDArray[np.uint8], settings: PageSettings) -> NDArray[np.uint8]:
    small, scale = reduced(page)
    angle = tilt(page, settings.straighten) if settings.straighten else 0.0
    fill = paper_colour(small) if angle else 0
    sheet, look = Turned(page, angle, fill), Turned(small, angle, fill)
    if not settings.trim:
        return sheet.part(sheet.box, _enough(sheet.box, settings))
    box, over = _trimmed(sheet, look_at(look.part(look.box), scale), settings.trim)
    return over.painted(sheet.part(box, _enough(box, settings)), box)


def _enough(box: Box, settings: PageSettings) -> float:
    """Return by how much a part may be reduced before it is turned, 1 not at all.

    What is turned loses some sharpness, so that it has more pixels than the square takes.
    """
    longest = max if settings.fit == "pad" else min
    wanted = max(_TURNED_PX, _TURNED * settings.resolution)
    return wanted / max(wanted, longest(box[2] - box[0], box[3] - box[1]))


def _trimmed(sheet: Turned, seen: Survey, trim: float) -> tuple[Box, Paint]:
    """Return the box of the page, once it is turned upright, that stays; what to paint over."""
    near = _print_on_bare_ground(seen, sheet.box)
    if near != sheet.box:
        seen = survey(sheet.part(near), _CLOSE_LOOK)
    found = strokes(seen)
    paper = paper_box(seen, found)
    stray = strays(seen, found, paper)
    content = content_box(seen.dark & ~stray, paper)
    outer = _outward(_moved(paper, seen.scale, near), near, sheet.box)
    inner = None if content is None else _moved(content, seen.scale, near)
    return trimmed_box(outer, inner, trim), Paint(seen, stray.array(), near[:2])


def _print_on_bare_ground(seen: Survey, whole: Box) -> Box:
    """Return where the print of a page is if it is small and on bare ground, else `whole`."""
    some = seen.dark
    if seen.light is not None:
        some |= Mask.of(seen.light >= LIGHTER)
    found = Image.fromarray(_accompanied(some).array()).getbbox()  # a speck is a single pixel
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


def _accompanied(some: Mask) -> Mask:
    """Return the mask where one of the four neighbours is in it, too."""
    bits, row = some.bits, some.frame.pitch
    return some & Mask(bits << 1 | bits >> 1 | bits << row | bits >> row, some.frame)


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

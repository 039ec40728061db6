"""From a raw page to the square pages of a dataset."""

import math

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.pages.cleaning import Cleaned, clean
from deepzine_gui.pages.cleaning.tone import toned
from deepzine_gui.pages.fitting import Fit, FitName, fit_page, squared
from deepzine_gui.pages.margins import ink_box, trimmed
from deepzine_gui.pages.placing import placed
from deepzine_gui.pages.raw_pages import WHOLE, Box, RawPage, ScannedPage, TypesetPage
from deepzine_gui.pages.settings import PageSettings
from deepzine_gui.pages.values import Page

MOST_PIXELS = 2**24
"""No page is rendered with more pixels, so that a worker's memory stays bounded."""

_SUPERSAMPLING = {1024: (2, 1), 512: (4, 1), 256: (4, 2), 128: (4, 3), 64: (8, 4)}
"""What keeps the structural similarity to a much finer rendering above .96; see `benchmarks`.

Glyphs are smooth at any size, but PDFium lays them on whole pixels: their distances across matter
more to the eye of that measure than those of the lines.
"""

_TYPESET_PX = 256
"""Smaller pages are drawn at this size."""

_SCAN_MARGIN = 2
"""A scan is taken at so many times the square's size, if it has as much ..."""

_SCAN_PX = 512
"""... and at no less than this, so that what is to be cleaned can be made out."""

_ENOUGH = 0.6
"""A piece of a scan that keeps this share of the size wanted is not taken once more."""

_TOLERANCE = 0.02
"""Margins off by so little, as a share of the page, do not warrant another rendering."""


def make_pages(raw: RawPage, number: int, settings: PageSettings) -> list[Page]:
    """Return what becomes of a raw page: one page, or the left and right page of a spread.

    Only what was scanned can be a spread, tilted or bordered; a typeset page just loses margins.

    Raises:
        BrokenPageError: the page is damaged.
    """
    if isinstance(raw, TypesetPage):
        return [_typeset(raw, number, settings)]
    sheet, pieces = _scanned(raw, settings)
    rounding = raw.width / raw.height * sheet.shape[0] / sheet.shape[1]
    return [
        Page(
            number,
            _squared(piece.pixels, settings),
            piece.pixels.shape[1] / piece.pixels.shape[0] * rounding,
            piece.part,
            raw.original_px,
        )
        for piece in pieces
    ]


def supersampling(resolution: int) -> tuple[int, int]:
    """Return the exact factors, across and down, at which typeset pages are drawn and reduced."""
    small = _TYPESET_PX // resolution
    return _SUPERSAMPLING.get(resolution, (small, small))


def draw_trimmed(raw: TypesetPage, settings: PageSettings) -> tuple[Box, Fit, NDArray[np.uint8]]:
    """Draw a typeset page without its margins, supersampled.

    Return the part drawn, its place in its square, and what was drawn. The box around all objects
    mostly is that around all print. Where it reaches the page's edges there may be white objects,
    as backgrounds are: then the print is looked for in what was drawn.
    """
    if not settings.trim:
        return _drawn(raw, WHOLE, settings)
    aspect = raw.width / raw.height
    content = raw.content()
    kept = trimmed(content, aspect, settings.trim)
    found = box, _, sheet = _drawn(raw, kept, settings)
    if min(abs(a - b) for a, b in zip(content, WHOLE, strict=True)) > _TOLERANCE:
        return found
    print_box = ink_box(sheet)
    better = WHOLE
    if print_box is not None:
        better = trimmed(_within(box, print_box), aspect, settings.trim)
    if max(abs(a - b) for a, b in zip(kept, better, strict=True)) <= _TOLERANCE:
        return found
    return _drawn(raw, better, settings)


def scan_size(raw: ScannedPage, settings: PageSettings) -> tuple[int, int]:
    """Return the width and height in pixels at which a scan is taken, if it has as many."""
    # a tilt is only one where the proportions are true
    way: FitName = "crop" if settings.fit == "stretch" else settings.fit
    fit = fit_page(raw.width, raw.height, resolution=settings.resolution, fit=way)
    factor = max(_SCAN_MARGIN, _SCAN_PX // settings.resolution)
    return _size(fit, factor, factor)


def _typeset(raw: TypesetPage, number: int, settings: PageSettings) -> Page:
    box, place, sheet = draw_trimmed(raw, settings)
    pixels = squared(toned(sheet, whiten=settings.whiten, ink=settings.ink), place)
    aspect = raw.width * (box[2] - box[0]) / (raw.height * (box[3] - box[1]))
    return Page(number, pixels, aspect)


def _drawn(
    raw: TypesetPage, kept: Box, settings: PageSettings
) -> tuple[Box, Fit, NDArray[np.uint8]]:
    """Draw a part of a page, or slightly more, at an exact multiple of its size in its square."""
    resolution = settings.resolution
    box, place = placed(raw.width, raw.height, kept, resolution=resolution, fit=settings.fit)
    across, down = _size(place, *supersampling(resolution))
    return box, place, raw.render(box, across, down, settings.colour)


def _size(fit: Fit, across: float, down: float) -> tuple[int, int]:
    """Return width and height in pixels: `across` and `down` times what a page has in its square.

    Pages so long that they would have too many pixels get smaller factors, whole if possible.
    """
    share = MOST_PIXELS / (fit.width * across * fit.height * down)
    if share < 1:
        across, down = (_smaller(factor * math.sqrt(share)) for factor in (across, down))
    return max(1, round(fit.width * across)), max(1, round(fit.height * down))


def _smaller(factor: float) -> float:
    return math.floor(factor) if factor >= 1 else factor


def _within(outer: Box, inner: Box) -> Box:
    """Return a box given as shares of `outer` as shares of the page."""
    left, top, right, bottom = outer
    width, height = right - left, bottom - top
    return (
        left + inner[0] * width,
        top + inner[1] * height,
        left + inner[2] * width,
        top + inner[3] * height,
    )


def _squared(piece: NDArray[np.uint8], settings: PageSettings) -> NDArray[np.uint8]:
    down, across = piece.shape[:2]
    return squared(piece, fit_page(across, down, resolution=settings.resolution, fit=settings.fit))


def _scanned(raw: ScannedPage, settings: PageSettings) -> tuple[NDArray[np.uint8], list[Cleaned]]:
    """Take and clean a scan, once more and larger if too little of it is left."""
    across, down = scan_size(raw, settings)
    sheet = raw.render(across, down, settings.colour)
    pieces = clean(sheet, settings)
    longest = max if settings.fit == "pad" else min
    least = min(longest(piece.pixels.shape[:2]) for piece in pieces)
    wanted = _SCAN_MARGIN * settings.resolution
    if least < _ENOUGH * wanted:
        growth = min(wanted / least, math.sqrt(MOST_PIXELS / (across * down)))
        larger = raw.render(round(across * growth), round(down * growth), settings.colour)
        if larger.size > sheet.size:
            return larger, clean(larger, settings)
    return sheet, pieces

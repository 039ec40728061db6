"""Render pictures (photographs and scans of pages) with Pillow."""

import contextlib
import math
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from deepzine_gui.pages.fitting import Fit, fit_page, make_square
from deepzine_gui.pages.settings import PageSettings
from deepzine_gui.pages.values import BadPage, Page

_WHOLE_16_BIT = 65535
_PAGED_FORMATS = frozenset({"TIFF"})
"""Formats whose frames are pages; the frames of a GIF are a film, of which the first counts."""


def count_frames(path: Path) -> int:
    """Return the number of pages in a picture file; 1 where it cannot be told."""
    if path.suffix.lower() not in (".tif", ".tiff"):
        return 1
    with contextlib.suppress(Exception), _opened(path) as image:
        return int(getattr(image, "n_frames", 1)) if image.format in _PAGED_FORMATS else 1
    return 1


def render_picture(path: Path, settings: PageSettings, first: int) -> Iterator[Page | BadPage]:
    """Yield the page or pages of the picture `path`, numbered from `first`."""
    number = first
    try:
        with _opened(path) as image:
            frames = ImageSequence.Iterator(image) if image.format in _PAGED_FORMATS else [image]
            for frame in frames:
                yield _render(frame, number, settings)
                number += 1
    except Image.DecompressionBombError:
        yield BadPage(number, f"{path.name} has far too many pixels to be a page")
    except UnidentifiedImageError:
        yield BadPage(number, f"{path.name} is not a picture, or is damaged")
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        yield BadPage(number, f"{path.name} cannot be read: {error or type(error).__name__}")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    with warnings.catch_warnings():
        # Pillow warns from 90 million pixels on, as large scans have, and refuses twice as many;
        # its other warnings are about metadata.
        warnings.simplefilter("ignore")
        with Image.open(path) as image:
            yield image


def _render(image: Image.Image, number: int, settings: PageSettings) -> Page:
    mode = "L" if settings.colour == "grey" else "RGB"
    width, height = image.size
    side = max(width, height) if settings.fit == "pad" else min(width, height)
    twice = 2 * settings.resolution / side
    # a JPEG is decoded at the smallest of its sizes that is still twice too large
    image.draft(mode, (math.ceil(width * twice), math.ceil(height * twice)))
    upright = ImageOps.exif_transpose(image)
    if (upright.width > upright.height) != (width > height):
        width, height = height, width
    fit = fit_page(width, height, resolution=settings.resolution, fit=settings.fit)
    seen = np.asarray(_resized(flattened(upright, mode), fit))
    seen = seen[:, :, None] if seen.ndim == 2 else seen
    return Page(number, make_square(seen, fit), width / height)


def flattened(image: Image.Image, mode: str) -> Image.Image:
    """Return a picture of any mode as 8 bits in `mode` ("L" or "RGB"), laid on white paper."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        image = Image.fromarray(_eight_bits(np.asarray(image)))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    return image if image.mode == mode else image.convert("RGB").convert(mode)


def _eight_bits(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Scale deep grey values: whole numbers count to 65535, fractions to 1 or to 255."""
    grey = np.nan_to_num(values.astype(np.float32))
    if np.issubdtype(values.dtype, np.floating):
        top = 1.0 if grey.max(initial=0) <= 1 else 255.0
    else:
        top = 255.0 if values.dtype.itemsize > 2 and grey.max(initial=0) <= 255 else _WHOLE_16_BIT
    small: NDArray[np.uint8] = np.clip(grey * (255.0 / top) + 0.5, 0, 255).astype(np.uint8)
    return small


def _resized(image: Image.Image, fit: Fit) -> Image.Image:
    """Return the seen part of the picture at its final size, area-reduced or smoothly enlarged."""
    across, down = fit.seen
    wide, high = image.width * across / fit.width, image.height * down / fit.height
    left, top = (image.width - wide) / 2, (image.height - high) / 2
    shrinking = wide > across or high > down
    return image.resize(
        (across, down),
        Image.Resampling.HAMMING if shrinking else Image.Resampling.BICUBIC,
        box=(left, top, left + wide, top + high),
        reducing_gap=2.0 if shrinking else None,
    )

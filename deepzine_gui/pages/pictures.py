"""Render pictures (photographs and scans of pages) with Pillow."""

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from deepzine_gui.pages.contents import is_tiff
from deepzine_gui.pages.raw_pages import MOST_SOURCE_PIXELS, BrokenPageError, Colour, ScannedPage

_FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
"""Others are not even tried: some of Pillow's readers start programs."""

_PAGED_FORMAT = "TIFF"
"""The format whose frames are pages; the frames of a GIF are a film, of which the first counts."""

_TURNED = (5, 6, 7, 8)
"""The orientations of EXIF that swap width and height."""

_WHOLE_16_BIT = 65535


class PicturePages:
    """The pages in picture files; see `raw_pages.RawPages`. A context manager."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._places = [(path, frame) for path in paths for frame in range(_count_frames(path))]
        self._kept: tuple[Path, Image.Image] | None = None

    def __len__(self) -> int:
        return len(self._places)

    def __enter__(self) -> "PicturePages":
        return self

    def __exit__(self, *_: object) -> None:
        if self._kept is not None:
            self._kept[1].close()
            self._kept = None

    @contextlib.contextmanager
    def page(self, number: int) -> Iterator["Picture"]:
        """Open page `number`, from 1."""
        path, frame = self._places[number - 1]
        paged = len(self._places) > 1 and self._places.count((path, 1)) > 0
        yield Picture(
            path, (lambda: self._frame(path, frame)) if paged else (lambda: _opened(path))
        )

    @contextlib.contextmanager
    def _frame(self, path: Path, frame: int) -> Iterator[Image.Image]:
        """Turn to a frame of a file that stays open, since each lies behind all before it."""
        if self._kept is None or self._kept[0] != path:
            self.__exit__()
            self._kept = path, Image.open(path, formats=_FORMATS)
        self._kept[1].seek(frame)
        yield self._kept[1]


class Picture(ScannedPage):
    """One picture; see `raw_pages.RawPage`."""

    def __init__(
        self, path: Path, opened: Callable[[], AbstractContextManager[Image.Image]]
    ) -> None:
        self._path = path
        self._opened = opened
        with _in_words(path), opened() as image:
            if image.width * image.height > MOST_SOURCE_PIXELS:
                raise Image.DecompressionBombError
            width, height = image.size
            # Pillow turns a TIFF by itself, and tells the size it will have
            orientation = image.getexif().get(ExifTags.Base.Orientation)
            self._turned = orientation in _TURNED and image.format != _PAGED_FORMAT
        self.original_px = min(width, height)
        self.width = float(height if self._turned else width)
        self.height = float(width if self._turned else height)

    def render(self, across: int, down: int, colour: Colour) -> NDArray[np.uint8]:
        """Return the upright picture in pixels; see `raw_pages.RawPage.render`."""
        mode = "L" if colour == "grey" else "RGB"
        if self._turned:
            across, down = down, across
        with _in_words(self._path), self._opened() as image:
            # a JPEG is decoded at the smallest of its sizes that is still large enough
            image.draft(mode, (across, down))
            factor = min(image.width // across, image.height // down)
            ImageOps.exif_transpose(image, in_place=True)
            flat = flattened(image, mode)
            return np.asarray(flat.reduce(factor) if factor > 1 else flat)


def _count_frames(path: Path) -> int:
    """Return the number of pages in a picture file; 1 where it cannot be told."""
    if not is_tiff(path):
        return 1
    with contextlib.suppress(Exception), _opened(path) as image:
        return int(getattr(image, "n_frames", 1))
    return 1


def _opened(path: Path) -> Image.Image:
    return Image.open(path, formats=_FORMATS)


@contextlib.contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Say why a picture cannot be read.

    Raises:
        BrokenPageError: instead of what Pillow raises.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns from 90 million pixels on, as large scans have, and refuses twice as
            # many; its other warnings are about metadata.
            warnings.simplefilter("ignore")
            yield
    except Image.DecompressionBombError:
        raise BrokenPageError(f"{path.name} has far too many pixels to be a page") from None
    except UnidentifiedImageError:
        raise BrokenPageError(f"{path.name} is not a picture, or is damaged") from None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        why = error or type(error).__name__
        raise BrokenPageError(f"{path.name} cannot be read: {why}") from error


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

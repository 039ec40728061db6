"""What a page is before its settings: something that can be rendered at a size."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Colour = Literal["grey", "rgb"]

Box = tuple[float, float, float, float]
"""Left, top, right, bottom of a part of a page, as shares of its width and height."""

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)

MOST_SOURCE_PIXELS = 178_956_970
"""A picture with more pixels than this is no page; also where Pillow refuses by default."""


class BrokenPageError(Exception):
    """A page cannot be rendered; the text says why in a few words."""


class ScannedPage(ABC):
    """One open page that was scanned or photographed.

    Attributes:
        width: of the upright page, in any unit, > 0.
        height: as `width`, in the same unit.
        original_px: shorter side of what was scanned, in pixels.
    """

    width: float
    height: float
    original_px: int

    @abstractmethod
    def render(self, across: int, down: int, colour: Colour) -> NDArray[np.uint8]:
        """Return the whole page as uint8 (H, W) grey or (H, W, 3) RGB, 0 = black.

        It comes at a size that costs little: its own if that is smaller, else one at least
        `across` × `down` pixels large.

        Raises:
            BrokenPageError: the page is damaged.
        """


class TypesetPage(ABC):
    """One open page that is drawn, so that it has any size.

    Attributes:
        width: of the upright page, in any unit, > 0.
        height: as `width`, in the same unit.
    """

    width: float
    height: float

    @abstractmethod
    def content(self) -> Box:
        """Return a box that holds all that is drawn, if possible without much around it."""

    @abstractmethod
    def render(self, box: Box, across: int, down: int, colour: Colour) -> NDArray[np.uint8]:
        """Return a part of the page as uint8 (down, across) grey or (down, across, 3) RGB.

        Raises:
            BrokenPageError: the page is damaged.
        """


RawPage = ScannedPage | TypesetPage


class RawPages(Protocol):
    """The pages of an open document."""

    def __len__(self) -> int:
        """How many there are."""

    def page(self, number: int) -> AbstractContextManager[RawPage]:
        """Open page `number`, from 1.

        Raises:
            BrokenPageError: on entering, the page is damaged.
        """

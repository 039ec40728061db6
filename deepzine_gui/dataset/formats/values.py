"""What a reader of a foreign format gives, whatever the format."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One square picture of a foreign dataset.

    Attributes:
        pixels: uint8 (C, S, S), C = 1 grey or 3 RGB, 0 = black.
        document: what it was taken from, as far as the format knows; else the file's name.
        page: its number in that document, from 1.
        label: its class in words, or "".
    """

    pixels: NDArray[np.uint8]
    document: str
    page: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """A picture that cannot be taken over, and why in a few words."""

    document: str
    page: int
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """An opened foreign dataset.

    Attributes:
        count: number of its pictures.
        side: of all of them, in pixels.
        channels: 1 grey, 3 RGB.
        pictures: all of them in order, one at a time; read once.
        notices: what the person should know about it, a sentence each.
    """

    count: int
    side: int
    channels: int
    pictures: Iterator[Picture | Lost]
    notices: tuple[str, ...] = ()

"""What the room of pages takes and gives: documents, pages, and pages that failed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["pdf", "picture", "folder"]


@dataclass(frozen=True, slots=True)
class Document:
    """A file with pages, or a folder whose pictures are its pages.

    Attributes:
        path: the PDF, the picture, or the folder.
        kind: which of the three.
        name: how it is called in a dataset; unique among the documents found together.
    """

    path: Path
    kind: Kind
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page as a square picture.

    Attributes:
        number: its place in the document, from 1.
        pixels: uint8 (C, R, R), C = 1 grey or 3 RGB, 0 = black.
        aspect: width / height of the page before it was made square.
    """

    number: int
    pixels: NDArray[np.uint8]
    aspect: float


@dataclass(frozen=True, slots=True)
class BadPage:
    """A page that could not be rendered, its number from 1, and why in a few words."""

    number: int
    reason: str

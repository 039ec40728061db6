"""What the room of pages takes and gives: documents, pages, and pages that failed."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from deepzine_gui.pages.settings import PageSettings

if TYPE_CHECKING:
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
        folder: the folder below the source in which it lies, with slashes; "" at the top.
    """

    path: Path
    kind: Kind
    name: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page as a square picture.

    Attributes:
        number: its place in the document, from 1.
        pixels: uint8 (C, R, R), C = 1 grey or 3 RGB, 0 = black.
        aspect: width / height of the page, split and trimmed, before it was made square.
        part: 0 a whole page, 1 the left and 2 the right half of a spread.
        original_px: shorter side of what was scanned, in pixels; 0 where a page is typeset and has
            any size.
    """

    number: int
    pixels: "NDArray[np.uint8]"
    aspect: float
    part: int = 0
    original_px: int = 0


@dataclass(frozen=True, slots=True)
class BadPage:
    """A page that could not be rendered, its number from 1, and why in a few words."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class PreviewWish:
    """A page of a document, its number from 1, that is wanted with these settings."""

    document: Document
    number: int
    settings: PageSettings


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A page before and after its settings.

    Attributes:
        before: uint8 (H, W, C), the whole page at 512 px or less, C as the settings' colour.
        pages: what becomes of it: one page, or the two of a spread.
        settings: those of the wish.
        refusal: why there is nothing to see, in one sentence; else "". Then `before` is (0, 0, C)
            and `pages` is empty.
    """

    before: "NDArray[np.uint8]"
    pages: tuple[Page, ...]
    settings: PageSettings
    refusal: str = ""

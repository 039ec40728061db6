"""Where a page of a dataset comes from, and what the room's jobs report."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.progress import Event

KEPT, SET_ASIDE = 0, 1

Reason = Literal[
    "", "by hand", "blank", "double", "picture", "black", "small", "first pages", "last pages"
]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""Why a page is set aside; "by hand" also marks a page kept by hand, which no rule sets aside."""

LabelSource = Literal["folder", "year", "language", "collection", "none"]
"""What pages can be labelled by: a field of their document; "none" takes all labels off."""

LONGEST_LABEL_BYTES = 96


@dataclass(frozen=True, slots=True)
class Labelling:
    """How a build labels its pages.

    Attributes:
        source: what gives the label.
        only_unlabelled: pages that have a label keep it, and those whose label was taken off by
            hand stay without.
        below: only documents read from there are labelled; None means all.
    """

    source: LabelSource
    only_unlabelled: bool = False
    below: Sequence[Path] | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a page comes from, what was measured on it, and whether it is kept.

    Attributes:
        document: the name of its document.
        page: its number in the document, from 1.
        part: 0 a whole page, 1 the left and 2 the right half of a spread.
        source: address of the document's item, or "".
        rights: rights statement as given by the archive, or "".
        aspect: width / height of the page before it was made square.
        original_px: shorter side of the scanned original in pixels, 0 for a typeset page.
        ink: mean darkness against the page's own paper, 0 (blank) to 1.
        brightness: mean of all pixels, 0 black to 1 white.
        picture: share of the page that is toned like a picture, 0 to 1.
        black: share of the page that is nearly black, 0 to 1.
        fingerprint: 64-bit perceptual hash; near-duplicates differ in few bits.
        label: a word given by the person, or "".
        state: `KEPT`, or `SET_ASIDE` (not trained on).
        reason: why.
        label_by_hand: 1 where a person gave the label or took it off; a build gives no other.
    """

    document: str
    page: int
    part: int = 0
    source: str = ""
    rights: str = ""
    aspect: float = 1.0
    original_px: int = 0
    ink: float = 0.0
    brightness: float = 0.0
    picture: float = 0.0
    black: float = 0.0
    fingerprint: int = 0
    label: str = ""
    state: int = KEPT
    reason: Reason = ""
    label_by_hand: int = 0


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """What a dataset knows of one of its documents.

    Attributes:
        name: how its pages call it.
        key: identifies its files, their state and the settings they were rendered with, or "".
        path: where it was read from, or "".
        source: address of its item in the archive, or "".
        rights: rights statement as given by the archive, or "".
        folder: name of the folder it lay in among the sources, or "".
        year: of publication, 0 if unknown.
        language: as given by the archive, or "".
        collection: of the archive, or "".
        pages: how many pages the document has, those that could not be rendered included.
    """

    name: str
    key: str = ""
    path: str = ""
    source: str = ""
    rights: str = ""
    folder: str = ""
    year: int = 0
    language: str = ""
    collection: str = ""
    pages: int = 0

    @property
    def is_imported(self) -> bool:
        """Whether its pages were taken from another program's dataset, not rendered."""
        return bool(self.path) and not self.key


def label_from(document: DocumentRow, source: LabelSource) -> str | None:
    """Return the label a document gives its pages, cut to what fits; None where it is unknown."""
    if source == "none":
        return ""
    word = str(getattr(document, source) or "")
    return word.encode()[:LONGEST_LABEL_BYTES].decode("utf-8", "ignore") or None


def is_by_hand(page: Provenance, document: DocumentRow) -> bool:
    """Whether a person marked this very page.

    A label that its document gives can be had again, and an imported page came with the label that
    no person gave it.
    """
    words = (label_from(document, source) for source in get_args(LabelSource))
    is_given = page.label_by_hand > 0 if document.is_imported else page.label not in ("", *words)
    return page.reason == "by hand" or is_given


@dataclass(frozen=True, slots=True)
class MissingPage:
    """A page that could not be rendered.

    Attributes:
        document: the name of its document.
        page: its number, from 1.
        reason: why, beginning in lower case.
        is_lost: it was on its way when a worker was lost, and may come out well another time.
    """

    document: str
    page: int
    reason: str
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class RefusedDocument:
    """A document that the last build could not read, and has no older pages of.

    Attributes:
        name: how its pages would be called.
        reason: why, in a sentence that names its file.
    """

    name: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The table of a dataset as arrays of N pages; the fields are those of `Provenance`.

    Attributes:
        document: int32, the row of the page's document among the D documents.
        label: objects (str).
        state: uint8, `KEPT` or `SET_ASIDE`.
        reason: uint8, the place in `REASONS`.
        label_by_hand: uint8, 0 or 1.
        document_pages: int32 (D,), how many pages each document has.
    """

    document: NDArray[np.int32]
    page: NDArray[np.int32]
    part: NDArray[np.uint8]
    aspect: NDArray[np.float32]
    original_px: NDArray[np.int32]
    ink: NDArray[np.float32]
    brightness: NDArray[np.float32]
    picture: NDArray[np.float32]
    black: NDArray[np.float32]
    fingerprint: NDArray[np.uint64]
    label: NDArray[Any]
    state: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    label_by_hand: NDArray[np.uint8]
    document_pages: NDArray[np.int32]

    @property
    def count(self) -> int:
        """Number of pages."""
        return len(self.page)

    @property
    def is_marked(self) -> NDArray[np.bool_]:
        """Which pages are labelled, or were set aside, kept or unlabelled by a person, (N,)."""
        by_hand = (self.reason == REASONS.index("by hand")) | (self.label_by_hand > 0)
        return np.asarray((self.label != "") | by_hand, np.bool_)

    def between(self, start: int, stop: int) -> "Columns":
        """Return the table of pages from `start` to `stop`."""
        return self.at(slice(start, stop))

    def at(self, places: NDArray[np.intp] | slice) -> "Columns":
        """Return the table of the pages at these places."""
        names = [field.name for field in fields(self) if field.name != "document_pages"]
        part = {name: getattr(self, name)[places] for name in names}
        return Columns(document_pages=self.document_pages, **part)


@dataclass(frozen=True, slots=True)
class PagesAdded(Event):
    """Pages of a document are rendered and safe.

    Attributes:
        document: its name.
        pages: how many it gave.
        shard: a file with just these pages, for `open_dataset` until the build ends.
        first: number of the first page of the document that was looked at.
        last: number of the last.
    """

    document: str
    pages: int
    shard: Path
    first: int
    last: int

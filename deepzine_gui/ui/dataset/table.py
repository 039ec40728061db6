"""What the window knows of every page of a dataset: its measures, its document, its marks."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset import KEPT, Columns, DocumentRow

Indices = NDArray[np.intp]
Numbers = NDArray[np.integer[Any]]
Scalar = TypeVar("Scalar", bound=np.generic)

_MEASURES: dict[str, Any] = {
    "page": np.int32,
    "part": np.uint8,
    "aspect": np.float32,
    "original_px": np.int32,
    "ink": np.float32,
    "brightness": np.float32,
    "picture": np.float32,
    "black": np.float32,
    "fingerprint": np.uint64,
}


@dataclass(frozen=True, slots=True)
class Marks:
    """The columns a person changes, a row a page.

    Attributes:
        state: uint8 (N,), `KEPT` or `SET_ASIDE`.
        reason: uint8 (N,), codes of `REASONS`.
        label: int32 (N,), places in `PageTable.labels`.
        label_by_hand: uint8 (N,), 1 where a person gave the label or took it off.
    """

    state: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    label: NDArray[np.int32]
    label_by_hand: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Change:
    """Other marks of n pages, (n,) each; a column that is None stays as it is."""

    pages: Indices
    state: NDArray[np.uint8] | None = None
    reason: NDArray[np.uint8] | None = None
    label: NDArray[np.int32] | None = None
    label_by_hand: NDArray[np.uint8] | None = None


class PageTable:
    """Columns of N pages, in the order of the file; pages are named by their row.

    Attributes:
        document: int32 (N,), places in `documents`.
        documents: the documents the pages come from.
        marks: state, reason and label of each page.
        labels: every label there is; the first is "", of pages without one.
    """

    page: NDArray[np.int32]
    part: NDArray[np.uint8]
    aspect: NDArray[np.float32]
    original_px: NDArray[np.int32]
    ink: NDArray[np.float32]
    brightness: NDArray[np.float32]
    picture: NDArray[np.float32]
    black: NDArray[np.float32]
    fingerprint: NDArray[np.uint64]

    def __init__(self) -> None:
        for name, kind in _MEASURES.items():
            setattr(self, name, np.empty(0, kind))
        self.document = np.empty(0, np.int32)
        self.documents: list[DocumentRow] = []
        self.labels: list[str] = [""]
        self._label_codes = {"": 0}
        self._ranked: tuple[Hashable, Indices | None] = None, None
        nothing = np.empty(0, np.uint8)
        self.marks = Marks(nothing, nothing, np.empty(0, np.int32), nothing)

    @property
    def count(self) -> int:
        """Number of pages."""
        return len(self.document)

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Which pages are kept, (N,)."""
        kept: NDArray[np.bool_] = self.marks.state == KEPT
        return kept

    @classmethod
    def of(cls, columns: Columns, documents: Sequence[DocumentRow]) -> "PageTable":
        """The table of one file."""
        table = cls()
        for name, kind in _MEASURES.items():
            setattr(table, name, np.asarray(getattr(columns, name)).astype(kind))
        table.document = np.asarray(columns.document).astype(np.int32)
        table.documents = list(documents)
        table.marks = Marks(
            np.asarray(columns.state).astype(np.uint8),
            np.asarray(columns.reason).astype(np.uint8),
            table.label_codes(columns.label),
            np.asarray(columns.label_by_hand).astype(np.uint8),
        )
        return table

    def join(self, other: "PageTable") -> None:
        """Add the pages of another table behind those that are there; documents go by name."""
        for name in _MEASURES:
            setattr(self, name, np.concatenate([getattr(self, name), getattr(other, name)]))
        known = {document.name: place for place, document in enumerate(self.documents)}
        new = [document for document in other.documents if document.name not in known]
        self.documents = self.documents + new
        known |= {one.name: place for place, one in enumerate(new, start=len(known))}
        places = np.array([known[document.name] for document in other.documents], np.int32)
        self.document = np.concatenate([self.document, places[other.document]])
        self._ranked = None, None
        codes = self.label_codes(other.labels)
        old, more = self.marks, other.marks
        self.marks = Marks(
            np.concatenate([old.state, more.state]),
            np.concatenate([old.reason, more.reason]),
            np.concatenate([old.label, codes[more.label]]),
            np.concatenate([old.label_by_hand, more.label_by_hand]),
        )

    def columns(self) -> Columns:
        """The table as the engine knows it."""
        measures = {name: getattr(self, name) for name in _MEASURES}
        return Columns(
            document=self.document,
            label=np.array(self.labels, object)[self.marks.label],
            state=self.marks.state,
            reason=self.marks.reason,
            label_by_hand=self.marks.label_by_hand,
            document_pages=np.array([one.pages for one in self.documents], np.int32),
            **measures,
        )

    def ranked(
        self, order: Hashable, key: Callable[[], NDArray[np.generic] | None]
    ) -> Indices | None:
        """All pages sorted by the measure that `key` finds, (N,); None where it finds none.

        The last `order` is remembered, as sorting takes longer than all else that a mark does.
        """
        if self._ranked[0] != order:
            measure = key()
            ranked = None if measure is None else np.argsort(measure, kind="stable")
            self._ranked = order, ranked
        return self._ranked[1]

    def label_code(self, label: str) -> int:
        """The place of a label in `labels`, which takes it up if it is new."""
        if label not in self._label_codes:
            self._label_codes[label] = len(self.labels)
            self.labels.append(label)
        return self._label_codes[label]

    def label_codes(self, labels: Iterable[str]) -> NDArray[np.int32]:
        """The places of many labels."""
        return np.fromiter((self.label_code(str(label)) for label in labels), np.int32)

    def label_of(self, page: int) -> str:
        """A page's label, or ""."""
        return self.labels[int(self.marks.label[page])]

    def found_in(self, other: "PageTable", pages: Indices) -> Indices:
        """The rows of some pages in another table, in its order; those it does not have are not.

        A page is known by its document's name, its number and its part.
        """
        codes = {document.name: code for code, document in enumerate(other.documents)}
        there = np.array([codes.get(one.name, -1) for one in self.documents], np.int64)
        wanted = _names(there[self.document[pages]], self.page[pages], self.part[pages])
        return np.flatnonzero(np.isin(_names(other.document, other.page, other.part), wanted))

    def change(self, change: Change) -> None:
        """Give some pages other marks; a column that stays as it is stays the same array."""
        pages, old = change.pages, self.marks
        self.marks = Marks(
            _changed(old.state, pages, change.state),
            _changed(old.reason, pages, change.reason),
            _changed(old.label, pages, change.label),
            _changed(old.label_by_hand, pages, change.label_by_hand),
        )

    def way_back(self, change: Change) -> Change:
        """What takes `change` back, if it is made now."""
        pages, now = change.pages, self.marks
        return Change(
            pages,
            None if change.state is None else now.state[pages],
            None if change.reason is None else now.reason[pages],
            None if change.label is None else now.label[pages],
            None if change.label_by_hand is None else now.label_by_hand[pages],
        )


def those(pages: Indices, chosen: NDArray[np.bool_]) -> Indices:
    """The pages that are `chosen`, (n,) like them; the same array where all are."""
    return pages if chosen.all() else pages[chosen]


def _names(document: Numbers, page: Numbers, part: Numbers) -> NDArray[np.int64]:
    """A number for each page of known documents; a document that is -1 gives negative ones."""
    names: NDArray[np.int64] = (document.astype(np.int64) << 34) + (page.astype(np.int64) << 2)
    return names + part.astype(np.int64)


def _changed(
    column: NDArray[Scalar], pages: Indices, values: NDArray[Scalar] | None
) -> NDArray[Scalar]:
    if values is None:
        return column
    changed = column.copy()
    changed[pages] = values
    return changed

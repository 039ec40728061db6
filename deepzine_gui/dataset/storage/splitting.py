"""Which pages are trained on and which held out, to tell learning by heart from learning."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.values import KEPT, Columns

_LARGEST_SHARE = 0.25
"""A document with more of the pages than this is too much to give away."""


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """The K kept pages of a dataset, and what becomes of each.

    Attributes:
        kept: their places in the dataset, (K,).
        trained_on, held_out: their places among the kept ones; together all of them.
        labels: the words they are labelled with, "" among them, in order.
        numbers: which of those each page has, (K,).
        unknown: how many more pages there are, of labels that were not asked for.
    """

    kept: NDArray[np.intp]
    trained_on: NDArray[np.intp]
    held_out: NDArray[np.intp]
    labels: tuple[str, ...]
    numbers: NDArray[np.int64]
    unknown: int = 0

    @property
    def label_counts(self) -> tuple[int, ...]:
        """How many pages trained on have each label."""
        found = np.bincount(self.numbers[self.trained_on], minlength=len(self.labels))
        return tuple(found.tolist())


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Pages that are never trained on, by what they are called in every state of their dataset.

    Attributes:
        documents: names of those that are held out whole, with whatever pages they come to have.
        pages: single ones of other documents: the name of that, the page's number, and its part.
    """

    documents: tuple[str, ...] = ()
    pages: tuple[tuple[str, int, int], ...] = ()

    def among(
        self, columns: Columns, names: Sequence[str], places: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Which of the pages at `places` (K,) are held out, (K,)."""
        documents, pages = set(self.documents), set(self.pages)
        whole = np.array([name in documents for name in names], np.bool_)
        apart: NDArray[np.bool_] = whole[columns.document[places]]
        if pages:
            called = _called(columns, names, places)
            apart |= np.array([each in pages for each in called], np.bool_)
        return apart


def divide(
    columns: Columns,
    names: Sequence[str],
    out: float | HeldOut,
    *,
    seed: int = 0,
    labels: Sequence[str] | None = None,
) -> Division:
    """Divide the kept pages of a dataset whose documents have `names`.

    Args:
        columns: the table of pages.
        names: of the documents, a row each.
        out: the pages to hold out, as far as they are there, or a share of them to be chosen by
            `held_out` with `seed`.
        seed: of that choice.
        labels: those that pages may have, in order; None for all there are.
    """
    kept = np.flatnonzero(columns.state == KEPT)
    own = columns.label[kept].astype(str)
    words, numbers = np.unique(own, return_inverse=True)
    unknown = 0
    if labels is not None:
        words = np.array(labels)
        known = np.isin(own, words)
        kept, numbers, unknown = (
            kept[known],
            np.searchsorted(words, own[known]),
            int((~known).sum()),
        )
    if isinstance(out, HeldOut):
        apart = out.among(columns, names, kept)
    else:
        apart = held_out(columns.document[kept], names, out, seed=seed, labels=numbers)
    return Division(
        kept=kept,
        trained_on=np.flatnonzero(~apart),
        held_out=np.flatnonzero(apart),
        labels=tuple(words.tolist()),
        numbers=numbers.astype(np.int64),
        unknown=unknown,
    )


def name_held_out(division: Division, columns: Columns, names: Sequence[str]) -> HeldOut:
    """What the pages are called that a division holds out, to hold out the same another time."""
    apart, other = (division.kept[each] for each in (division.held_out, division.trained_on))
    mixed = np.isin(columns.document[apart], columns.document[other])
    whole = np.unique(columns.document[apart[~mixed]]).tolist()
    return HeldOut(
        documents=tuple(names[row] for row in whole),
        pages=tuple(_called(columns, names, apart[mixed])),
    )


def held_out(
    documents: NDArray[np.int32],
    names: Sequence[str],
    share: float,
    *,
    seed: int,
    labels: NDArray[np.integer] | None = None,
) -> NDArray[np.bool_]:
    """Choose whole documents with about `share` of the pages; single pages where none will do.

    Pages of one document look alike, so only another document's tell whether something general was
    learnt. The choice depends on the documents' names, `seed`, and the labels alone: nothing is
    chosen whose loss would leave nothing to learn of a label, unless each page has its own.

    Args:
        documents: the row of each page's document, (N,).
        names: of the documents.
        share: from 0 to 1; at least one page is held out where it is above 0 and N above 1.
        seed: another one makes another choice.
        labels: numbers of the pages' labels, (N,); without them all pages have the same one.

    Returns:
        Whether a page is held out, (N,).
    """
    count = len(documents)
    if not share or count < 2:
        return np.zeros(count, np.bool_)
    wanted = max(1.0, share * count)
    sizes = np.bincount(documents, minlength=len(names))
    rows = sorted(np.flatnonzero(sizes).tolist(), key=lambda row: _lot(names[row], seed))
    stock = _Labels(documents, labels)
    chosen, total = [], 0
    for row in rows:
        if total < wanted and total + sizes[row] <= 2 * wanted and stock.spares(row):
            chosen.append(row)
            stock.take(row)
            total += sizes[row]
    smallest = min(filter(stock.spares, rows), key=lambda row: int(sizes[row]), default=None)
    if not chosen and smallest is not None and sizes[smallest] <= _LARGEST_SHARE * count:
        chosen = [smallest]
    if chosen:
        return np.isin(documents, chosen)
    apart = np.zeros(count, np.bool_)
    lots = np.random.default_rng(seed).permutation(count)
    spare = lots if labels is None else np.delete(lots, _lasts(labels[lots]))
    apart[spare[: int(wanted)] if len(spare) else lots[:1]] = True
    return apart


def _called(
    columns: Columns, names: Sequence[str], places: NDArray[np.intp]
) -> Iterator[tuple[str, int, int]]:
    """Document, number and part of pages."""
    told = (columns.document[places], columns.page[places], columns.part[places])
    for row, page, part in zip(*(each.tolist() for each in told), strict=True):
        yield names[row], page, part


def _lasts(labels: NDArray[np.integer]) -> NDArray[np.intp]:
    """Where each label stands for the last time."""
    _, from_behind = np.unique(labels[::-1], return_index=True)
    places: NDArray[np.intp] = len(labels) - 1 - from_behind
    return places


class _Labels:
    """How many pages of each label are left to be trained on, as documents are taken away."""

    def __init__(self, documents: NDArray[np.int32], labels: NDArray[np.integer] | None) -> None:
        numbers = np.zeros(len(documents), np.int64) if labels is None else labels
        self._left = np.bincount(numbers)
        pairs, counts = np.unique(np.stack([documents, numbers]), axis=1, return_counts=True)
        rows, firsts = np.unique(pairs[0], return_index=True)
        self._own = {
            int(row): (own, count)
            for row, own, count in zip(
                rows, np.split(pairs[1], firsts[1:]), np.split(counts, firsts[1:]), strict=True
            )
        }

    def spares(self, row: int) -> bool:
        """Whether each label of a document has pages in another one that is left."""
        own, counts = self._own[row]
        return bool((self._left[own] > counts).all())

    def take(self, row: int) -> None:
        """Have a document no more."""
        own, counts = self._own[row]
        self._left[own] -= counts


def _lot(name: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed} {name}".encode()).digest()

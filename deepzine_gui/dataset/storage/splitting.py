"""Which pages are trained on and which held out, to tell learning by heart from learning."""

import hashlib
from collections.abc import Sequence
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
    """

    kept: NDArray[np.intp]
    trained_on: NDArray[np.intp]
    held_out: NDArray[np.intp]
    labels: tuple[str, ...]
    numbers: NDArray[np.int64]

    @property
    def label_counts(self) -> tuple[int, ...]:
        """How many pages trained on have each label."""
        found = np.bincount(self.numbers[self.trained_on], minlength=len(self.labels))
        return tuple(found.tolist())


def divide(columns: Columns, names: Sequence[str], share: float, *, seed: int) -> Division:
    """Divide the kept pages of a dataset whose documents have `names`; see `held_out`."""
    kept = np.flatnonzero(columns.state == KEPT)
    apart = held_out(columns.document[kept], names, share, seed=seed)
    words, numbers = np.unique(columns.label[kept].astype(str), return_inverse=True)
    return Division(
        kept=kept,
        trained_on=np.flatnonzero(~apart),
        held_out=np.flatnonzero(apart),
        labels=tuple(words.tolist()),
        numbers=numbers.astype(np.int64),
    )


def held_out(
    documents: NDArray[np.int32], names: Sequence[str], share: float, *, seed: int
) -> NDArray[np.bool_]:
    """Choose whole documents with about `share` of the pages; single pages where none will do.

    Pages of one document look alike, so only another document's tell whether something general was
    learnt. The choice depends on the documents' names and `seed` alone.

    Args:
        documents: the row of each page's document, (N,).
        names: of the documents.
        share: from 0 to 1; at least one page is held out where it is above 0 and N above 1.
        seed: another one makes another choice.

    Returns:
        Whether a page is held out, (N,).
    """
    count = len(documents)
    if not share or count < 2:
        return np.zeros(count, np.bool_)
    wanted = max(1.0, share * count)
    sizes = np.bincount(documents, minlength=len(names))
    rows = sorted(np.flatnonzero(sizes).tolist(), key=lambda row: _lot(names[row], seed))
    chosen, total = [], 0
    for row in rows:
        if total < wanted and total + sizes[row] <= 2 * wanted:
            chosen.append(row)
            total += sizes[row]
    smallest = min(rows, key=lambda row: int(sizes[row]))
    if not chosen and sizes[smallest] <= _LARGEST_SHARE * count:
        chosen = [smallest]
    if chosen:
        return np.isin(documents, chosen)
    apart = np.zeros(count, np.bool_)
    apart[np.random.default_rng(seed).permutation(count)[: int(wanted)]] = True
    return apart


def _lot(name: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed} {name}".encode()).digest()

"""Runs of pages of a document: what of it is done, and what is left."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK_PAGES = 100
"""A document is rendered in blocks of so many pages, so that several workers share a long one."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The pages `first` to `last` of a document, both included, from 1."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """How many pages these are."""
        return self.last - self.first + 1


def spans_of(
    documents: NDArray[np.int32], pages: NDArray[np.int32], count: int
) -> list[tuple[Span, ...]]:
    """Return the spans in which each of `count` documents is there, in order.

    Args:
        documents: (N,), the document of each page, 0 to count - 1.
        pages: (N,), its number; the same number may come twice, as of a spread.
        count: number of documents.
    """
    found: list[list[Span]] = [[] for _ in range(count)]
    places = np.unique(documents.astype(np.int64) << 32 | pages)
    begins = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    ends = np.append(begins[1:], len(places)) - 1
    runs = zip(places[begins].tolist(), places[ends[: len(begins)]].tolist(), strict=True)
    for first, last in runs:
        found[first >> 32].append(Span(first & 0xFFFFFFFF, last & 0xFFFFFFFF))
    return [tuple(spans) for spans in found]


def without(spans: Iterable[Span], taken: Sequence[Span]) -> Iterator[Span]:
    """Yield what is in `spans` but not in `taken`; each in order, and none overlaps another."""
    for span in spans:
        first = span.first
        for other in taken:
            if other.last >= first and other.first <= span.last:
                if other.first > first:
                    yield Span(first, other.first - 1)
                first = other.last + 1
        if first <= span.last:
            yield Span(first, span.last)


def blocks(spans: Iterable[Span]) -> Iterator[Span]:
    """Cut spans where a block of the document ends, whatever else of it is there."""
    for span in spans:
        first = span.first
        while first <= span.last:
            last = min(span.last, (first - 1) // BLOCK_PAGES * BLOCK_PAGES + BLOCK_PAGES)
            yield Span(first, last)
            first = last + 1

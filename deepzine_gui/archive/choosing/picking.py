"""Which of many items to take: the first, the most downloaded, by chance, or spread over years."""

import dataclasses
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Pick = Literal["first", "popular", "random", "years"]
PICKS: tuple[Pick, ...] = get_args(Pick)

Rows = NDArray[np.intp]


@dataclasses.dataclass(frozen=True, slots=True)
class Budget:
    """What may be taken at most; None: no such limit."""

    documents: int | None = None
    pages: int | None = None
    size_bytes: int | None = None


NO_LIMITS = Budget()


def taking_order(
    pick: Pick,
    *,
    years: NDArray[np.integer],
    downloads: NDArray[np.integer],
    wanted: int | None = None,
    seed: int = 0,
) -> Rows:
    """The order in which items are taken, as places in the arrays.

    Args:
        pick: ``first`` keeps the order; ``popular`` begins with the most downloaded; ``random``
            shuffles; ``years`` goes through the years in turn, one item each, so that what is
            taken is spread over the years: `wanted` items evenly, any other number nearly so.
        years: (N,) of each item, 0 where it is not known; those come last in ``years``.
        downloads: (N,) of each item.
        wanted: how many are going to be taken, where that is known.
        seed: of ``random``, and of the choice within a year.
    """
    count = len(years)
    if pick == "first":
        return np.arange(count, dtype=np.intp)
    if pick == "popular":
        return np.argsort(-downloads.astype(np.int64), kind="stable").astype(np.intp)
    shuffled = np.random.default_rng(seed).permutation(count).astype(np.intp)
    return shuffled if pick == "random" else _spread(shuffled, years[shuffled], wanted)


def within(
    order: Rows,
    budget: Budget,
    *,
    documents: NDArray[np.integer],
    pages: NDArray[np.integer],
    sizes: NDArray[np.integer],
) -> Rows:
    """The places of `order` that are taken; an item that would go over the budget is passed over.

    Args:
        order: places of items that may be taken, the first ones first.
        budget: of all together.
        documents: (N,) of each item, 1 at least.
        pages: (N,) of each item, 0 where they are not known.
        sizes: (N,) bytes of each item, 0 where they are not known.
    """
    limits = [
        (amounts[order].astype(np.int64), limit)
        for amounts, limit in (
            (documents, budget.documents),
            (pages, budget.pages),
            (sizes, budget.size_bytes),
        )
        if limit is not None
    ]
    # nothing follows a beginning that fits and leaves room for no document more
    count, is_full = len(order), True
    if budget.documents is not None:
        counts = documents[order].cumsum(dtype=np.int64)
        count = int(np.searchsorted(counts, budget.documents, side="right"))
        last = int(counts[count - 1]) if count else 0
        is_full = count == len(order) or last == budget.documents
    if is_full and all(int(amounts[:count].sum()) <= limit for amounts, limit in limits):
        return order[:count]
    return order[_passing_over([(amounts.tolist(), limit) for amounts, limit in limits])]


def _passing_over(limits: list[tuple[list[int], int]]) -> list[int]:
    """Indices of those that together stay within every limit."""
    left = [limit for _, limit in limits]
    least = [min(amounts, default=0) for amounts, _ in limits]
    taken: list[int] = []
    for index, amounts in enumerate(zip(*(amounts for amounts, _ in limits), strict=True)):
        if any(room < one for room, one in zip(left, least, strict=True)):
            break
        if all(amount <= room for amount, room in zip(amounts, left, strict=True)):
            left = [room - amount for amount, room in zip(amounts, left, strict=True)]
            taken.append(index)
    return taken


def _spread(order: Rows, years: NDArray[np.integer], wanted: int | None) -> Rows:
    """`order` sorted into rounds of one item a year; within a round the years lie far apart."""
    by_year = np.argsort(years, kind="stable")
    sorted_years = years[by_year]
    _, starts, place_of_year = np.unique(sorted_years, return_index=True, return_inverse=True)
    rounds = np.arange(len(order)) - starts[place_of_year]
    known = sorted_years > 0
    turns = np.zeros(len(starts), np.intp)
    is_known_year = sorted_years[starts] > 0
    turns[is_known_year] = _far_apart(int(is_known_year.sum()), wanted)
    sequence = np.lexsort((turns[place_of_year], rounds, ~known))
    return order[by_year[sequence]]


def _far_apart(count: int, wanted: int | None) -> Rows:
    """The turn of each of `count` places in a row, by the van der Corput sequence in base 2.

    J. G. van der Corput, Verteilungsfunktionen (1935): of each prefix no gap is much more than
    twice another. Where fewer places are `wanted` than there are, those at even distances from the
    first to the last come before all others.
    """
    bits = max(1, (count - 1).bit_length())
    values = np.arange(1 << bits, dtype=np.int64)
    mirrored = np.zeros_like(values)
    for bit in range(bits):
        mirrored |= ((values >> bit) & 1) << (bits - 1 - bit)
    places = mirrored[mirrored < count]
    turns = np.empty(count, np.intp)
    turns[places] = np.arange(count)
    if wanted is not None and wanted < count:
        turns[np.linspace(0, count - 1, wanted).round().astype(np.intp)] -= count
    return turns

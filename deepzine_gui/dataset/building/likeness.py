"""Which page of a document's older version each page of the newer one is, by their looks."""

from collections import defaultdict, deque
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.building.page_files import Leaf
from deepzine_gui.dataset.values import Provenance

_ALIKE = 6
"""Bits in which the fingerprints of the same page of a changed document may differ."""

_APART = 3
"""So many bits more, and twice as many, other pages must differ for a fingerprint to tell."""

Place = tuple[int, int]
"""A page's number and part."""


def place_of(row: Provenance) -> Place:
    """Return which page of its document a row describes."""
    return row.page, row.part


def same_pages(old: Sequence[Leaf], new: Sequence[Leaf]) -> dict[Place, Place]:
    """Tell which old page each new page of a changed document is; none is two pages.

    First those with equal pixels, of which there are none where the settings differ, in the order
    that fits best; then the most alike of the rest, where it is unlike all other old pages.
    """
    pairs = _equal_pages([leaf.digest for leaf in old], [leaf.digest for leaf in new])
    pairs |= _alike_pages([leaf.row for leaf in old], [leaf.row for leaf in new], pairs)
    return {place_of(new[index].row): place_of(old[was].row) for index, was in pairs.items()}


def are_versions(one: Sequence[Leaf], other: Sequence[Leaf]) -> bool:
    """Whether two documents rendered alike have so many equal pages that one came of the other."""
    first, second = ({leaf.digest for leaf in leaves} for leaves in (one, other))
    return 0 < min(len(first), len(second)) <= 2 * len(first & second)


def _equal_pages(old: Sequence[bytes], new: Sequence[bytes]) -> dict[int, int]:
    """Return which place of `old` each of `new` is equal to, none twice."""
    head = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))))
    rest = min(len(old), len(new)) - head
    ends = zip(old[::-1][:rest], new[::-1][:rest], strict=True)
    tail = len(list(takewhile(lambda pair: pair[0] == pair[1], ends)))
    pairs = {index: index for index in range(head)}
    pairs |= {len(new) - 1 - back: len(old) - 1 - back for back in range(tail)}
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    for block in SequenceMatcher(None, *middle, autojunk=False).get_matching_blocks():
        pairs |= {head + block.b + step: head + block.a + step for step in range(block.size)}
    # those that lie elsewhere now
    free: dict[bytes, deque[int]] = defaultdict(deque)
    for was in sorted(set(range(len(old))) - set(pairs.values())):
        free[old[was]].append(was)
    for index in sorted(set(range(len(new))) - pairs.keys()):
        if free[new[index]]:
            pairs[index] = free[new[index]].popleft()
    return pairs


def _alike_pages(
    old: Sequence[Provenance], new: Sequence[Provenance], known: dict[int, int]
) -> dict[int, int]:
    """Return which place of `old` each of `new` is like, of those that `known` leaves."""
    taken = set(known.values())
    prints = np.array([row.fingerprint for row in old], np.uint64)
    places = {place_of(row): index for index, row in enumerate(old)}
    claims: dict[int, tuple[int, bool, int]] = {}
    for index, row in enumerate(new):
        if index in known or not old:
            continue
        differing = np.bitwise_count(prints ^ np.uint64(row.fingerprint))
        own = places.get(place_of(row), -1)
        was = _most_alike(differing, prints, own)
        if was is None or was in taken:
            continue
        claim = int(differing[was]), was != own, index
        claims[was] = min(claim, claims.get(was, claim))
    return {index: was for was, (_, _, index) in claims.items()}


def _most_alike(differing: NDArray[np.uint8], prints: NDArray[np.uint64], own: int) -> int | None:
    """Return the place of the least difference, if all other pages differ much more.

    Of several with the same fingerprint it is the own one; else none can be told.
    """
    least = int(differing.min())
    nearest = np.flatnonzero(differing == least).tolist()
    others = differing[prints != prints[nearest[0]]]
    apart = int(others.min()) if len(others) else 64
    if least > _ALIKE or apart < 2 * least + _APART:
        return None
    if own in nearest:
        return own
    return nearest[0] if len(nearest) == 1 else None

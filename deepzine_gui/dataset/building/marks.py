"""What a person has marked, found again on pages that were rendered anew."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.values import Provenance

_ALIKE = 6
"""Bits in which the fingerprints of the same page of a changed document may differ."""

_OTHER_PARTS = {0: (1, 2), 1: (0,), 2: (0,)}

Place = tuple[int, int]
"""A page's number and part."""


class Marks:
    """The marks in one document of the old file.

    Args:
        old: all its pages, as they were.
        new: all pages of a version whose files have changed; None where they are the very same, so
            that numbers can be relied on.
    """

    def __init__(self, old: Sequence[Provenance], new: Sequence[Provenance] | None) -> None:
        self._rows = {(row.page, row.part): row for row in old if row.is_marked}
        self._same = None if new is None else same_pages(old, new)
        self._found: set[int] = set()

    @property
    def lost(self) -> int:
        """How many marked pages were not found again so far."""
        return len({row.page for row in self._rows.values()} - self._found)

    def on(self, row: Provenance) -> Provenance:
        """Return the row of a new page with the marks it had."""
        marks = self._of(row)
        if not marks:
            return row
        self._found |= {mark.page for mark in marks}
        by_hand = [mark.state for mark in marks if mark.reason == "by hand"]
        if by_hand:
            # of two halves that become one page, one that stays keeps it
            row = replace(row, state=min(by_hand), reason="by hand")
        return replace(row, label=next((mark.label for mark in marks if mark.label), ""))

    def _of(self, row: Provenance) -> list[Provenance]:
        place = (row.page, row.part)
        if self._same is not None:
            was = self._same.get(place)
            return [self._rows[was]] if was in self._rows else []
        if place in self._rows:
            return [self._rows[place]]
        others = ((row.page, part) for part in _OTHER_PARTS[row.part])
        return [self._rows[other] for other in others if other in self._rows]


def same_pages(old: Sequence[Provenance], new: Sequence[Provenance]) -> dict[Place, Place]:
    """Tell which old page each new page of a changed document is, by their fingerprints.

    It is the most alike one, of several the one with the same number; none is two pages.
    """
    if not old or not new:
        return {}
    before = np.array([row.fingerprint for row in old], np.uint64)
    places = {(row.page, row.part): index for index, row in enumerate(old)}
    claims: dict[int, tuple[int, bool, int]] = {}
    for index, row in enumerate(new):
        differing = np.bitwise_count(before ^ np.uint64(row.fingerprint))
        own = places.get((row.page, row.part), -1)
        was = _most_alike(differing, own)
        if was is None:
            continue
        claim = int(differing[was]), was != own, index
        claims[was] = min(claim, claims.get(was, claim))
    return {
        (new[index].page, new[index].part): (old[was].page, old[was].part)
        for was, (_, _, index) in claims.items()
    }


def _most_alike(differing: NDArray[np.uint8], own: int) -> int | None:
    """The place of the least difference; of several the own one, else none can be told."""
    least = int(differing.min())
    if least > _ALIKE:
        return None
    nearest = np.flatnonzero(differing == least).tolist()
    if own in nearest:
        return own
    return nearest[0] if len(nearest) == 1 else None

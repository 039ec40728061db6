"""What a person has marked, found again on pages that were rendered anew."""

from collections.abc import Iterable
from dataclasses import replace

from deepzine_gui.dataset.values import SET_ASIDE, Provenance

_NEARLY = 12
"""Bits in which the fingerprints of the same page may differ, other settings or another scan."""

_HARDLY = 3
"""As many where the page has another number now."""

_OTHER_PARTS = {0: (1, 2), 1: (0,), 2: (0,)}


class Marks:
    """The marks in one document of the old file.

    Args:
        rows: its marked pages, as they were.
        unchanged: whether its files are the very same, so that numbers can be relied on.
    """

    def __init__(self, rows: Iterable[Provenance], *, unchanged: bool) -> None:
        self._rows = {(row.page, row.part): row for row in rows}
        self._unchanged = unchanged
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
        by_hand = [mark for mark in marks if mark.reason == "by hand"]
        if by_hand:
            # of two halves that become one page, one that stays keeps it
            state = min((mark.state for mark in by_hand), default=SET_ASIDE)
            row = replace(row, state=state, reason="by hand")
        return replace(row, label=next((mark.label for mark in marks if mark.label), ""))

    def _of(self, row: Provenance) -> list[Provenance]:
        places = ((row.page, part) for part in (row.part, *_OTHER_PARTS[row.part]))
        same = [self._rows[place] for place in places if place in self._rows]
        same = same[:1] if same and same[0].part == row.part else same
        if self._unchanged or any(_differ(row, mark) <= _NEARLY for mark in same):
            return same
        near = (mark for mark in self._rows.values() if row.fingerprint and mark.part == row.part)
        return [mark for mark in near if _differ(row, mark) <= _HARDLY][:1]


def _differ(row: Provenance, other: Provenance) -> int:
    return (row.fingerprint ^ other.fingerprint).bit_count()

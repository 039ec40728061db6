"""What a person has marked, found again on pages that were rendered anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from deepzine_gui.dataset.building.likeness import Place, place_of
from deepzine_gui.dataset.values import KEPT, Provenance

_WHOLE, _HALVES = 0, (1, 2)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a page is marked with.

    Attributes:
        label: or "".
        state: as a person set it; None where that is left to the rules.
        label_by_hand: 1 where a person gave the label or took it off.
    """

    label: str = ""
    state: int | None = None
    label_by_hand: int = 0

    @classmethod
    def of(cls, row: Provenance) -> "Mark":
        """Return the mark of a page."""
        return cls(row.label, row.state if row.reason == "by hand" else None, row.label_by_hand)


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one document of a dataset to come, and those that found no page of it.

    Attributes:
        placed: by the pages' numbers and parts; a page that is not there has none.
        lost: the old rows whose marks no page has.
    """

    placed: Mapping[Place, Mark]
    lost: tuple[Provenance, ...] = ()

    def on(self, row: Provenance) -> Provenance:
        """Return a page's row with its mark and no other."""
        mark = self.placed.get(place_of(row), Mark())
        row = replace(row, label=mark.label, label_by_hand=mark.label_by_hand)
        if mark.state is not None:
            return replace(row, state=mark.state, reason="by hand")
        return replace(row, state=KEPT, reason="") if row.reason == "by hand" else row


def marks_as_they_are(rows: Iterable[Provenance]) -> Marks:
    """Return the marks that the pages of a document have."""
    marks = {place_of(row): Mark.of(row) for row in rows}
    return Marks({place: mark for place, mark in marks.items() if mark != Mark()})


def marks_of_same(old: Iterable[Provenance], new: Iterable[Provenance]) -> Marks:
    """Return the marks of a document whose files are the very same, so that numbers hold.

    Spreads may be split now, or no longer. Both halves have the marks of their whole page; a whole
    page has those on which its halves agree, and stays by hand where one of them does.
    """
    before = {place_of(row): row for row in old}
    placed: dict[Place, Mark] = {}
    carried: set[Place] = set()
    for row in new:
        sources = [before[place] for place in _sources(row, before)]
        mark = _joined([Mark.of(source) for source in sources])
        if mark != Mark():
            placed[place_of(row)] = mark
        carried |= {place_of(source) for source in sources if _has_all(mark, Mark.of(source))}
    return Marks(placed, _lost(before, carried))


def marks_of_changed(old: Iterable[Provenance], same: Mapping[Place, Place]) -> Marks:
    """Return the marks of a document whose files have changed.

    Args:
        old: the rows of all its pages, as they were.
        same: which old page each new page is, of those that can be told.
    """
    before = {place_of(row): row for row in old}
    marks = {place: Mark.of(before[was]) for place, was in same.items()}
    placed = {place: mark for place, mark in marks.items() if mark != Mark()}
    return Marks(placed, _lost(before, set(same.values())))


def _sources(row: Provenance, before: Mapping[Place, Provenance]) -> list[Place]:
    """Return the old pages that a page is, or is a half or both halves of."""
    own = place_of(row)
    if own in before:
        return [own]
    parts = _HALVES if row.part == _WHOLE else (_WHOLE,)
    return [(row.page, part) for part in parts if (row.page, part) in before]


def _joined(marks: Sequence[Mark]) -> Mark:
    if not marks:
        return Mark()
    labels, states = {mark.label for mark in marks}, {mark.state for mark in marks}
    label = labels.pop() if len(labels) == 1 else ""
    by_hand = max((mark.label_by_hand for mark in marks if mark.label == label), default=0)
    if len(states) > 1:
        return Mark(label, KEPT if KEPT in states else None, by_hand)
    return Mark(label, states.pop(), by_hand)


def _has_all(mark: Mark, old: Mark) -> bool:
    return old.label in ("", mark.label) and old.state in (None, mark.state)


def _lost(before: Mapping[Place, Provenance], carried: set[Place]) -> tuple[Provenance, ...]:
    return tuple(
        row for place, row in before.items() if place not in carried and Mark.of(row) != Mark()
    )

"""The items on the bench: found, ticked, and what became of each."""

import dataclasses
from collections.abc import Iterable, Sequence

from deepzine_gui.archive import Item, Record


@dataclasses.dataclass(slots=True)
class Row:
    """An item, whether it is ticked, and its state.

    States are those of `DocumentChanged`, and "" (not asked for yet) and "begun" (a part is here);
    `by_hand`: the person ticked or unticked it.
    """

    item: Item
    ticked: bool = False
    by_hand: bool = False
    state: str = ""
    done_bytes: int = 0
    total_bytes: int | None = None
    reason: str = ""

    @property
    def can_be_taken(self) -> bool:
        """Whether the archive lends it to everyone."""
        return not self.item.restricted and self.state != "restricted"


@dataclasses.dataclass(frozen=True, slots=True)
class Sum:
    """Counts of some rows; sizes and pages count what is known."""

    items: int
    pages: int
    size_bytes: int


def sum_of(rows: Iterable[Row]) -> Sum:
    """Add up rows."""
    chosen = list(rows)
    return Sum(
        len(chosen),
        sum(row.item.pages or 0 for row in chosen),
        sum(row.item.size_bytes or 0 for row in chosen),
    )


def tick_first(rows: Sequence[Row], count: int, max_bytes: int) -> None:
    """Tick the first `count` rows that can be taken and together stay within `max_bytes`.

    The first one that does not fit ends the taking, as in the download itself. Rows that the person
    ticked or unticked by hand stay as they are; those ticked count.
    """
    by_hand = sum_of(row for row in rows if row.by_hand and row.ticked)
    taken, size = by_hand.items, by_hand.size_bytes
    full = False
    for row in rows:
        if row.by_hand:
            continue
        row.ticked = False
        if full or taken >= count or not row.can_be_taken:
            continue
        size += row.item.size_bytes or 0
        full = size > max_bytes
        row.ticked = not full
        taken += 1


def rows_of(records: Iterable[Record]) -> list[Row]:
    """One row an item from the records of its documents."""
    rows: dict[str, Row] = {}
    for record in records:
        row = rows.get(record.identifier)
        if row is None:
            rows[record.identifier] = _row_of(record)
            continue
        size = (row.item.size_bytes or 0) + (record.size_bytes or 0)
        row.item = dataclasses.replace(row.item, size_bytes=size)
        if record.state != "done":
            row.state, row.reason = _state_of(record), record.reason
    return list(rows.values())


def _row_of(record: Record) -> Row:
    item = Item(
        record.identifier,
        record.title,
        creator=record.creator,
        year=record.year,
        language=record.language,
        size_bytes=record.size_bytes,
        rights=record.rights,
        restricted=record.reason if record.state == "restricted" else "",
    )
    ticked = record.state != "restricted"
    return Row(item, ticked=ticked, state=_state_of(record), reason=record.reason)


def _state_of(record: Record) -> str:
    """What was waiting when DeepZine was closed waits no more."""
    return "begun" if record.state == "waiting" else record.state

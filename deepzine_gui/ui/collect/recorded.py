"""What the records beside the documents tell of a project's items."""

from collections.abc import Iterable, Sequence

from deepzine_gui.archive import Brought, Item, Record
from deepzine_gui.ui.collect.listing import State


def states_of(records: Sequence[Record]) -> dict[str, State]:
    """What became of each item; of several documents, the one that is not here counts.

    The size is that of all documents that are wanted.
    """
    return {name: _state_of(own) for name, own in by_item(records).items()}


def items_of(records: Sequence[Record]) -> list[Item]:
    """The items, in the order of their records, with number and size of the documents wanted."""
    first = {name: own[0] for name, own in by_item(records).items()}
    wanted = {name: wanted_of(own) for name, own in by_item(records).items()}
    return [
        Item(
            name,
            record.title,
            creator=record.creator,
            year=record.year,
            language=record.language,
            pages=record.pages,
            size_bytes=wanted[name].size_bytes or None,
            rights=record.rights,
            is_weighed=wanted[name].size_bytes > 0,
            documents=wanted[name].documents,
        )
        for name, record in first.items()
    ]


def by_item(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records of each item."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.identifier, []).append(record)
    return found


def wanted_of(records: Sequence[Record]) -> Brought:
    """The documents of an item: those that no limit keeps away, if there are such; else all."""
    wanted = [record for record in records if record.state != "skipped"] or records
    return Brought(len(wanted), sum(record.size_bytes or 0 for record in wanted))


def end_of(records: Sequence[Record]) -> tuple[str, str]:
    """What became of an item, as its records tell, and the reason.

    A document that is set aside counts before one on its way, that before those that are here.
    Where a limit keeps some away and the others are here, it is done, with the reason why that is
    not all.
    """
    first = {record.state: record for record in reversed(records)}
    if first.keys() <= {"done", "skipped"} and "done" in first:
        return "done", first["skipped"].reason if "skipped" in first else ""
    for state in ("failed", "restricted", "skipped"):
        if state in first:
            return state, first[state].reason
    # what was waiting when DeepZine was closed waits no more
    return "begun", ""


def _state_of(records: Sequence[Record]) -> State:
    name, reason = end_of(records)
    wanted = wanted_of(records)
    size = wanted.size_bytes or None
    if name != "done":
        return State(name, reason, total_bytes=size)
    left_out = [record for record in records if record.state == "skipped"]
    rest = Brought(len(left_out), sum(record.size_bytes or 0 for record in left_out))
    name = "partly" if left_out else name
    return State(name, reason, total_bytes=size, documents=wanted.documents, left_out=rest)

"""What the records beside the documents tell of a project's items."""

from collections import Counter
from collections.abc import Sequence

from deepzine_gui.archive import Item, Record
from deepzine_gui.ui.collect.listing import State


def states_of(records: Sequence[Record]) -> dict[str, State]:
    """What became of each item; of several documents, the one that is not here counts.

    The size is that of all its documents.
    """
    states: dict[str, State] = {}
    sizes = sizes_of(records)
    for record in records:
        before = states.get(record.identifier)
        if before is None or record.state != "done":
            # what was waiting when DeepZine was closed waits no more
            name = "begun" if record.state == "waiting" else record.state
            total = sizes[record.identifier] or None
            states[record.identifier] = State(name, record.reason, total_bytes=total)
    return states


def items_of(records: Sequence[Record]) -> list[Item]:
    """The items, in the order of their records, with number and size of all their documents."""
    sizes = sizes_of(records)
    first: dict[str, Record] = {}
    for record in records:
        first.setdefault(record.identifier, record)
    documents = Counter(record.identifier for record in records)
    return [
        Item(
            name,
            record.title,
            creator=record.creator,
            year=record.year,
            language=record.language,
            size_bytes=sizes[name] or None,
            rights=record.rights,
            is_weighed=sizes[name] > 0,
            documents=documents[name],
        )
        for name, record in first.items()
    ]


def sizes_of(records: Sequence[Record]) -> dict[str, int]:
    """Bytes of all documents of each item, as far as they are known."""
    sizes: dict[str, int] = {}
    for record in records:
        sizes[record.identifier] = sizes.get(record.identifier, 0) + (record.size_bytes or 0)
    return sizes

"""Which pages the grid shows, and in which order."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset import KEPT, REASONS, SET_ASIDE
from deepzine_gui.ui.dataset.table import Indices, PageTable, those

Order = Literal["file", "least ink", "most ink", "darkest", "brightest", "likeness"]
ORDERS: tuple[Order, ...] = get_args(Order)

ALL, ONLY_KEPT, ONLY_ASIDE = "all", "kept", "set aside"


@dataclass(frozen=True, slots=True)
class Filter:
    """Pages that are shown; what is None narrows nothing.

    Attributes:
        state: `ALL`, `ONLY_KEPT`, `ONLY_ASIDE`, or the reason of pages set aside.
        document: a place in the table's documents.
        label: a label, "" for pages without one.
    """

    state: str = ALL
    document: int | None = None
    label: str | None = None


def choose(table: PageTable, wanted: Filter, order: Order, like: int | None = None) -> Indices:
    """Return the pages to show, in order; (n,).

    Args:
        table: all pages.
        wanted: which of them.
        order: by what; pages that are equal in it keep the order of the file.
        like: the page whose likeness counts; without one the order is that of the file.
    """
    matches = _matches(table, wanted)
    ranked = table.ranked((order, like), lambda: _key(table, order, like))
    return np.flatnonzero(matches) if ranked is None else those(ranked, matches[ranked])


def counts(table: PageTable) -> dict[str, int]:
    """How many pages each `Filter.state` shows; reasons that no page has are left out."""
    marks = table.marks
    aside = marks.state == SET_ASIDE
    kept = len(REASONS)
    found = np.bincount(np.where(aside, marks.reason, kept), minlength=kept + 1)[:kept]
    number = int(np.count_nonzero(aside))
    every = {ALL: table.count, ONLY_KEPT: table.count - number, ONLY_ASIDE: number}
    return every | {
        str(REASONS[code]): int(found[code]) for code in np.flatnonzero(found) if REASONS[code]
    }


def _matches(table: PageTable, wanted: Filter) -> NDArray[np.bool_]:
    chosen = np.ones(table.count, bool)
    marks = table.marks
    if wanted.state == ONLY_KEPT:
        chosen &= marks.state == KEPT
    elif wanted.state != ALL:
        chosen &= marks.state == SET_ASIDE
        if wanted.state != ONLY_ASIDE:
            chosen &= marks.reason == [str(reason) for reason in REASONS].index(wanted.state)
    if wanted.document is not None:
        chosen &= table.document == wanted.document
    if wanted.label is not None:
        chosen &= marks.label == table.label_code(wanted.label)
    return chosen


def _key(table: PageTable, order: Order, like: int | None) -> NDArray[np.generic] | None:
    """What is sorted by, the least first; None for the order of the file."""
    if order == "least ink":
        return table.ink
    if order == "most ink":
        return -table.ink
    if order == "darkest":
        return table.brightness
    if order == "brightest":
        return -table.brightness
    if order == "likeness" and like is not None:
        bits: NDArray[np.uint8] = np.bitwise_count(table.fingerprint ^ table.fingerprint[like])
        return bits
    return None

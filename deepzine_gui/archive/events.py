"""The events of searching and downloading."""

import dataclasses
from typing import Literal

from deepzine_gui.archive.items import Item
from deepzine_gui.progress import Event

State = Literal["downloading", "done", "failed", "restricted", "skipped"]


@dataclasses.dataclass(frozen=True, slots=True)
class ItemsFound(Event):
    """One page of a search: its items, and how many there are in all."""

    items: tuple[Item, ...]
    total: int


@dataclasses.dataclass(frozen=True, slots=True)
class DocumentsWaiting(Event):
    """The items a download is going to take, told at once as they may be very many."""

    identifiers: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class DocumentChanged(Event):
    """What became of an item's documents.

    Attributes:
        state: ``skipped``: passed over, as it would go over a limit.
        reason: one sentence, where they cannot be had or are passed over, or not all were wanted.
        was_here: they are done, and were before this download.
        documents: how many come, told once as they begin to; how many are here once they are done.
    """

    identifier: str
    state: State
    done_bytes: int = 0
    total_bytes: int | None = None
    reason: str = ""
    was_here: bool = False
    documents: int = 0

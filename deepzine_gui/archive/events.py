"""The events of searching and downloading."""

import dataclasses
from typing import Literal

from deepzine_gui.archive.items import Item
from deepzine_gui.progress import Event

State = Literal["waiting", "downloading", "done", "failed", "restricted"]


@dataclasses.dataclass(frozen=True, slots=True)
class ItemsFound(Event):
    """One page of a search: its items, and how many there are in all."""

    items: tuple[Item, ...]
    total: int


@dataclasses.dataclass(frozen=True, slots=True)
class DocumentChanged(Event):
    """What became of an item's documents; `reason` is one sentence where they cannot be had."""

    identifier: str
    state: State
    done_bytes: int = 0
    total_bytes: int | None = None
    reason: str = ""

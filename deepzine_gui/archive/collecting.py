"""Search and download in one go."""

import contextlib
from collections.abc import Generator
from pathlib import Path

from deepzine_gui.archive.downloading import take
from deepzine_gui.archive.events import ItemsFound
from deepzine_gui.archive.finding import find
from deepzine_gui.archive.items import Item
from deepzine_gui.progress import Event, Finished, Notice


def search_and_take(
    identifier: str, folder: Path, *, limit: int | None = None
) -> Generator[Event, None, None]:
    """See `deepzine_gui.archive.collect`."""
    chosen: list[Item] = []
    closed: list[Item] = []
    with contextlib.closing(find(identifier)) as search:
        for event in search:
            if isinstance(event, ItemsFound):
                for item in event.items:
                    (closed if item.restricted else chosen).append(item)
            if not isinstance(event, Finished):
                yield event
            if limit is not None and len(chosen) >= limit:
                break
    if len(closed) == 1:
        yield Notice(f"{closed[0].identifier} is left out: {closed[0].restricted}", "warning")
    elif closed:
        yield Notice(f"{len(closed)} items are left out: they may not be downloaded.", "warning")
    yield from take(chosen[:limit], folder, max_documents=limit)

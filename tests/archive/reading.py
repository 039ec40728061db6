"""How the tests of downloads read events and folders."""

from pathlib import Path

from deepzine_gui.archive import DocumentChanged, DocumentsWaiting, Item
from deepzine_gui.progress import Event
from tests.fakes.small_pdf import small_pdf

LARGE = small_pdf(2, padding_bytes=600_000)


def items(*identifiers: str) -> list[Item]:
    return [Item(identifier, identifier) for identifier in identifiers]


def ends(events: list[Event]) -> dict[str, str]:
    """The last state of every item."""
    states: dict[str, str] = {}
    for event in events:
        if isinstance(event, DocumentsWaiting):
            states.update(dict.fromkeys(event.identifiers, "waiting"))
        elif isinstance(event, DocumentChanged):
            states[event.identifier] = event.state
    return states


def reason(events: list[Event], identifier: str) -> str:
    changes = [e for e in events if isinstance(e, DocumentChanged) and e.identifier == identifier]
    return changes[-1].reason


def on_disk(folder: Path) -> set[str]:
    """The files below a folder, without the lock of its downloads."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {path.relative_to(folder).as_posix() for path in paths}

"""Where a page of a dataset comes from, and what the room's jobs report."""

from dataclasses import dataclass

from deepzine_gui.progress import Event

KEPT = 0


@dataclass(frozen=True, slots=True)
class Provenance:
    """One row of the table beside the pages.

    Attributes:
        document: the name of its document.
        page: its number in the document, from 1.
        source: address of the document's item, or "".
        rights: rights statement as given by the archive, or "".
        aspect: width / height of the page before it was made square.
        label: a word given by the person, or "".
        state: 0 kept, 1 set aside (not trained on).
        reason: why it was set aside, or "".
    """

    document: str
    page: int
    source: str = ""
    rights: str = ""
    aspect: float = 1.0
    label: str = ""
    state: int = KEPT
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PagesAdded(Event):
    """All pages of a document are rendered and safe."""

    document: str
    pages: int

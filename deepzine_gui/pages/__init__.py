"""Documents (PDF, pictures, folders of them) become square pages."""

from collections.abc import Iterator

from deepzine_gui.pages.documents import find_documents
from deepzine_gui.pages.settings import PageSettings
from deepzine_gui.pages.values import BadPage, Document, Page

__all__ = [
    "BadPage",
    "Document",
    "Page",
    "PageSettings",
    "count_pages",
    "find_documents",
    "render_pages",
]


def count_pages(document: Document) -> int:
    """Return how many pages a document has; raises `DocumentError` if it cannot be opened."""
    from deepzine_gui.pages import rendering

    return rendering.count_pages(document)


def render_pages(document: Document, settings: PageSettings) -> Iterator[Page | BadPage]:
    """Yield the pages of `document` in order; a page that fails comes as `BadPage`.

    Raises:
        DocumentError: the document as a whole cannot be opened.
    """
    from deepzine_gui.pages import rendering

    return rendering.render_pages(document, settings)

"""Documents (PDF, pictures, folders of them) become square pages.

Importing this package loads neither PDFium nor Pillow; its functions do when called.
"""

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

from deepzine_gui.pages.documents import find_documents
from deepzine_gui.pages.settings import PageSettings
from deepzine_gui.pages.values import BadPage, Document, Page, Preview, PreviewWish

if TYPE_CHECKING:
    from deepzine_gui.pages.desk import Desk

__all__ = [
    "BadPage",
    "Document",
    "Page",
    "PageSettings",
    "Preview",
    "PreviewWish",
    "count_pages",
    "find_documents",
    "new_desk",
    "previews",
    "render_pages",
]


def count_pages(document: Document) -> int:
    """Return how many pages a document has; raises `DocumentError` if it cannot be opened."""
    from deepzine_gui.pages import rendering

    return rendering.count_pages(document)


def render_pages(
    document: Document,
    settings: PageSettings,
    *,
    first: int = 1,
    last: int | None = None,
    begun: Callable[[int], None] | None = None,
    desk: "Desk | None" = None,
) -> Iterator[Page | BadPage]:
    """Yield the pages of `document` in order; see `rendering.render_pages`."""
    from deepzine_gui.pages import rendering

    return rendering.render_pages(
        document, settings, first=first, last=last, begun=begun, desk=desk
    )


def new_desk() -> "Desk":
    """Return a desk, on which one document stays open; see `desk.Desk`."""
    from deepzine_gui.pages.desk import Desk

    return Desk()


def previews() -> Generator[Preview | None, PreviewWish | None, None]:
    """Answer each `PreviewWish` sent with its `Preview`; see `preview.previews`."""
    from deepzine_gui.pages import preview

    return preview.previews()

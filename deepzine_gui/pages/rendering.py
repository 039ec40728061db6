"""Turn a document of any kind into pages."""

from collections.abc import Iterator

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages.documents import pictures_in
from deepzine_gui.pages.pdf import count_pdf_pages, render_pdf
from deepzine_gui.pages.pictures import count_frames, render_picture
from deepzine_gui.pages.settings import PageSettings
from deepzine_gui.pages.values import BadPage, Document, Page


def count_pages(document: Document) -> int:
    """Return how many pages a document has, without rendering one.

    Raises:
        DocumentError: the document cannot be opened.
    """
    if document.kind == "pdf":
        return count_pdf_pages(document.path)
    if document.kind == "picture":
        return count_frames(document.path)
    return sum(count_frames(path) for path in pictures_in(document.path))


def render_pages(document: Document, settings: PageSettings) -> Iterator[Page | BadPage]:
    """Yield the pages of `document` in order, numbered from 1; a page that fails as `BadPage`.

    Raises:
        DocumentError: the document as a whole cannot be opened.
    """
    if not document.path.exists():
        raise DocumentError(f"{document.path} is no longer there.")
    if document.kind == "pdf":
        yield from render_pdf(document.path, settings)
        return
    single = document.kind == "picture"
    number = 0
    for path in [document.path] if single else pictures_in(document.path):
        for page in render_picture(path, settings, number + 1):
            number = page.number
            yield page

"""Turn a document of any kind into pages."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages.documents import pictures_in
from deepzine_gui.pages.making import make_pages
from deepzine_gui.pages.pdf import open_pdf
from deepzine_gui.pages.pictures import PicturePages
from deepzine_gui.pages.raw_pages import BrokenPageError, RawPages
from deepzine_gui.pages.settings import PageSettings
from deepzine_gui.pages.values import BadPage, Document, Page


def count_pages(document: Document) -> int:
    """Return how many pages a document has, without rendering one.

    Raises:
        DocumentError: the document cannot be opened.
    """
    with open_document(document) as pages:
        return len(pages)


def render_pages(
    document: Document,
    settings: PageSettings,
    *,
    first: int = 1,
    last: int | None = None,
    begun: Callable[[int], None] | None = None,
) -> Iterator[Page | BadPage]:
    """Yield the pages of `document` in order, numbered from 1; a page that fails as `BadPage`.

    A spread gives two pages of the same number, part 1 and then part 2.

    Args:
        document: what to render.
        settings: how.
        first: number of the page to begin with.
        last: number of the page to end with; None for the document's last.
        begun: called with the number of each page before it is looked at.

    Raises:
        DocumentError: the document as a whole cannot be opened.
    """
    with open_document(document) as pages:
        end = len(pages) if last is None else min(last, len(pages))
        for number in range(first, end + 1):
            if begun is not None:
                begun(number)
            try:
                with pages.page(number) as raw:
                    made = make_pages(raw, number, settings)
            except BrokenPageError as error:
                yield BadPage(number, str(error))
            except DocumentError:
                raise
            except Exception as error:
                # a fault of ours: it costs this page, not those after it
                yield BadPage(number, f"DeepZine cannot take it ({type(error).__name__}: {error})")
            else:
                yield from made


def open_document(document: Document) -> AbstractContextManager[RawPages]:
    """Open a document of any kind.

    Raises:
        DocumentError: it cannot be opened.
    """
    if not document.path.exists():
        raise DocumentError(f"{document.path} is no longer there.")
    if document.kind == "pdf":
        return open_pdf(document.path)
    if document.kind == "picture":
        return PicturePages([document.path])
    return PicturePages(pictures_in(document.path))

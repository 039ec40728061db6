"""Turn a document of any kind into pages."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages.desk import Desk
from deepzine_gui.pages.making import make_pages
from deepzine_gui.pages.raw_pages import BrokenPageError
from deepzine_gui.pages.settings import PageSettings
from deepzine_gui.pages.values import BadPage, Document, Page


def count_pages(document: Document) -> int:
    """Return how many pages a document has, without rendering one.

    Raises:
        DocumentError: the document cannot be opened.
    """
    with Desk() as desk:
        return len(desk.pages(document))


def render_pages(
    document: Document,
    settings: PageSettings,
    *,
    first: int = 1,
    last: int | None = None,
    begun: Callable[[int], None] | None = None,
    desk: Desk | None = None,
) -> Iterator[Page | BadPage]:
    """Yield the pages of `document` in order, numbered from 1; a page that fails as `BadPage`.

    A spread gives two pages of the same number, part 1 and then part 2.

    Args:
        document: what to render.
        settings: how.
        first: number of the page to begin with.
        last: number of the page to end with; None for the document's last.
        begun: called with the number of each page before it is looked at.
        desk: where the document may be open already, and stays so.

    Raises:
        DocumentError: the document as a whole cannot be opened.
    """
    with nullcontext(desk) if desk is not None else Desk() as at:
        pages = at.pages(document)
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

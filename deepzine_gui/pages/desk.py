"""The document at hand: it stays open until another is wanted."""

import contextlib
from contextlib import AbstractContextManager

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages.documents import pictures_in
from deepzine_gui.pages.pdf import open_pdf
from deepzine_gui.pages.pictures import PicturePages
from deepzine_gui.pages.raw_pages import RawPages
from deepzine_gui.pages.values import Document


class Desk:
    """Keeps one document open; a context manager that puts it away."""

    def __init__(self) -> None:
        self._open = contextlib.ExitStack()
        self._document: tuple[Document, tuple[int, int]] | None = None
        self._pages: RawPages

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Put the document away."""
        self._document = None
        self._open.close()

    def make_room_for(self, document: Document) -> None:
        """Put away what is open, unless it is this document."""
        if not self.has(document):
            self.clear()

    def has(self, document: Document) -> bool:
        """Whether this document is open, and has not been written since."""
        return self._document == (document, _written(document))

    def pages(self, document: Document) -> RawPages:
        """Return the pages of a document, open until another is asked for.

        Raises:
            DocumentError: it cannot be opened.
        """
        self.make_room_for(document)
        if self._document is None:
            written = _written(document)
            self._pages = self._open.enter_context(_opened(document))
            self._document = document, written
        return self._pages


def _opened(document: Document) -> AbstractContextManager[RawPages]:
    if not document.path.exists():
        raise DocumentError(f"{document.path} is no longer there.")
    if document.kind == "pdf":
        return open_pdf(document.path)
    if document.kind == "picture":
        return PicturePages([document.path])
    return PicturePages(pictures_in(document.path))


def _written(document: Document) -> tuple[int, int]:
    """Return when a file was last changed and its size: what an older state of it had others of.

    The size counts where it was written twice within a tick of the file system's clock.
    """
    try:
        found = document.path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size

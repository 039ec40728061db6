"""One page before and after its settings, again and again while a person turns them."""

import contextlib
import functools
from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages.desk import Desk
from deepzine_gui.pages.making import make_pages
from deepzine_gui.pages.raw_pages import (
    WHOLE,
    Box,
    BrokenPageError,
    Colour,
    RawPage,
    ScannedPage,
    TypesetPage,
)
from deepzine_gui.pages.settings import PageSettings
from deepzine_gui.pages.values import Document, Preview, PreviewWish

_BEFORE_PX = 512
_KEPT = 4


def previews() -> Generator[Preview | None, PreviewWish | None, None]:
    """Answer each `PreviewWish` sent with its `Preview`, until closed.

    The first answer is None, and so is the one to a plain `next`. A document or page that cannot
    be had is answered with a `Preview.refusal`. The document and page of the last wish stay open,
    with what was rendered of them: the same page with other strengths comes at once. Meant for
    ``child.in_child``.
    """
    answer: Preview | None = None
    with _Reader() as reader:
        while True:
            wish = yield answer
            answer = None if wish is None else _answer(reader, wish)


def _answer(reader: "_Reader", wish: PreviewWish) -> Preview:
    settings = wish.settings
    try:
        page = reader.page(wish.document, wish.number)
        before = _before(page, settings)
        return Preview(before, tuple(make_pages(page, wish.number, settings)), settings)
    except DocumentError as error:
        refusal = str(error)
    except BrokenPageError as error:
        refusal = f"Page {wish.number} of {wish.document.path.name} cannot be shown: {error}."
    reader.clear()
    return Preview(np.zeros((0, 0, settings.channels), np.uint8), (), settings, refusal)


def _before(page: RawPage, settings: PageSettings) -> NDArray[np.uint8]:
    """Return the page as it came, (H, W, C) at `_BEFORE_PX` or less."""
    share = _BEFORE_PX / max(page.width, page.height)
    across, down = max(1, round(page.width * share)), max(1, round(page.height * share))
    if isinstance(page, TypesetPage):
        sheet = page.render(WHOLE, across, down, settings.colour)
    else:
        sheet = page.render(across, down, settings.colour)
    image = Image.fromarray(sheet)
    if max(image.size) > _BEFORE_PX:
        image = image.resize((across, down), Image.Resampling.BOX, reducing_gap=2.0)
    pixels = np.asarray(image)
    return pixels[:, :, None] if pixels.ndim == 2 else pixels


class _Reader:
    """The document and the page at hand; a context manager that puts them away."""

    def __init__(self) -> None:
        self._desk = Desk()
        self._turned_to = contextlib.ExitStack()
        self._number = 0
        self._page: RawPage

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Put everything away."""
        self._turn_from()
        self._desk.clear()

    def page(self, document: Document, number: int) -> RawPage:
        """Return a page, open until another is asked for.

        Raises:
            DocumentError: the document cannot be opened, or has no page of that number.
            BrokenPageError: the page cannot be opened.
        """
        if not self._desk.has(document):
            self._turn_from()
        pages = self._desk.pages(document)
        if not 1 <= number <= len(pages):
            raise DocumentError(f"{document.path} has no page {number}.")
        if self._number != number:
            self._turn_from()
            self._page = _remembering(self._turned_to.enter_context(pages.page(number)))
            self._number = number
        return self._page

    def _turn_from(self) -> None:
        self._number = 0
        self._turned_to.close()


def _remembering(page: RawPage) -> RawPage:
    return _Typeset(page) if isinstance(page, TypesetPage) else _Scanned(page)


class _Scanned(ScannedPage):
    """A scanned page that is not decoded again for the size it has just been seen at."""

    def __init__(self, page: ScannedPage) -> None:
        self.width, self.height, self.original_px = page.width, page.height, page.original_px
        self._render = functools.lru_cache(_KEPT)(page.render)

    def render(self, across: int, down: int, colour: Colour) -> NDArray[np.uint8]:
        return self._render(across, down, colour)


class _Typeset(TypesetPage):
    """A typeset page that is not drawn again for the size it has just been seen at."""

    def __init__(self, page: TypesetPage) -> None:
        self.width, self.height = page.width, page.height
        self._content = page.content()
        self._render = functools.lru_cache(_KEPT)(page.render)

    def content(self) -> Box:
        return self._content

    def render(self, box: Box, across: int, down: int, colour: Colour) -> NDArray[np.uint8]:
        return self._render(box, across, down, colour)

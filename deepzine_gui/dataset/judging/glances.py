"""Look at one page as a dataset would take it, again and again while a person turns settings."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deepzine_gui.dataset.judging.rules import Rules, judge
from deepzine_gui.dataset.values import KEPT, REASONS, Columns, Reason
from deepzine_gui.errors import DocumentError
from deepzine_gui.pages import (
    Document,
    PageSettings,
    Preview,
    PreviewWish,
    count_pages,
    previews,
)

if TYPE_CHECKING:
    from deepzine_gui.dataset.judging.measures import Measures


@dataclass(frozen=True, slots=True)
class GlanceWish:
    """A page that is to be looked at.

    Attributes:
        document: where it is.
        settings: what is to become of it.
        number: its number in the document from 1, or 0 for the page at `share`.
        share: place in the document, 0 its first page to 1 (excluded) its last.
    """

    document: Document
    settings: PageSettings
    number: int = 0
    share: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """A page before and after its settings, and what rules judge it by.

    Attributes:
        wish: what was asked for.
        number: of the page, from 1.
        total: pages of the document; 0 where it cannot be opened.
        preview: the page before and after, or why there is none.
        measures: of each page of `preview`.
    """

    wish: GlanceWish
    number: int
    total: int
    preview: Preview
    measures: tuple["Measures", ...]


def glances() -> Generator[Glance | None, GlanceWish | None, None]:
    """Answer each `GlanceWish` sent with its `Glance`, until closed.

    The first answer is None, and so is the one to a plain `next`. Meant for ``child.in_child``.
    """
    looking = previews()
    next(looking)
    totals: dict[Document, int] = {}
    answer: Glance | None = None
    try:
        while True:
            wish = yield answer
            answer = None if wish is None else _look(wish, looking, totals)
    finally:
        looking.close()


def page_totals() -> Generator[int, Document | None, None]:
    """Answer each document sent with the number of its pages, 0 where it cannot be opened.

    The first answer is 0, and so is the one to a plain `next`. Meant for ``child.in_child``.
    """
    answer = 0
    while True:
        document = yield answer
        answer = 0 if document is None else _total(document)


def reasons(glance: Glance, rules: Rules) -> tuple[Reason, ...]:
    """Why each page of a glance would be set aside, "" for one that would be kept.

    Doubles are not found: that takes the other pages of the dataset.
    """
    _, codes = judge(_columns(glance), rules.model_copy(update={"doubles": 0}))
    return tuple(REASONS[code] for code in codes)


def _columns(glance: Glance) -> Columns:
    pages, measures = glance.preview.pages, glance.measures
    count = len(pages)
    return Columns(
        document=np.zeros(count, np.int32),
        page=np.full(count, glance.number, np.int32),
        part=np.array([page.part for page in pages], np.uint8),
        aspect=np.array([page.aspect for page in pages], np.float32),
        original_px=np.array([page.original_px for page in pages], np.int32),
        ink=np.array([one.ink for one in measures], np.float32),
        brightness=np.array([one.brightness for one in measures], np.float32),
        picture=np.array([one.picture for one in measures], np.float32),
        black=np.array([one.black for one in measures], np.float32),
        fingerprint=np.array([one.fingerprint for one in measures], np.uint64),
        label=np.full(count, "", object),
        label_by_hand=np.zeros(count, np.uint8),
        state=np.full(count, KEPT, np.uint8),
        reason=np.zeros(count, np.uint8),
        document_pages=np.array([glance.total], np.int32),
    )


def _look(
    wish: GlanceWish,
    looking: Generator[Preview | None, PreviewWish | None, None],
    totals: dict[Document, int],
) -> Glance:
    from deepzine_gui.dataset.judging.measures import measure

    if not totals.get(wish.document):
        totals.clear()
        totals[wish.document] = _total(wish.document)
    total = totals[wish.document]
    number = wish.number or 1 + int(wish.share * total)
    preview = looking.send(PreviewWish(wish.document, number, wish.settings))
    assert preview is not None
    measures = tuple(measure(page.pixels) for page in preview.pages)
    return Glance(wish, number, total, preview, measures)


def _total(document: Document) -> int:
    try:
        return count_pages(document)
    except DocumentError:
        return 0

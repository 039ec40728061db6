"""What a worker does: count the pages of documents, or render them into shards."""

import time
from collections.abc import Generator, Iterator
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from deepzine_gui.dataset.building.limits import OPENING
from deepzine_gui.dataset.building.noted import Number
from deepzine_gui.dataset.building.spans import Span
from deepzine_gui.dataset.building.tasks import (
    Added,
    Answer,
    Done,
    Failed,
    Ready,
    Rendered,
    Task,
    new_shard,
)
from deepzine_gui.dataset.judging.measures import Measures, measure_all
from deepzine_gui.dataset.storage.shard import ShardWriter
from deepzine_gui.dataset.values import DocumentRow, MissingPage, Provenance
from deepzine_gui.errors import DocumentError, StorageError
from deepzine_gui.files import whole_file
from deepzine_gui.pages import BadPage, Page, count_pages, new_desk, render_pages
from deepzine_gui.words import plain_text

if TYPE_CHECKING:
    from deepzine_gui.pages.desk import Desk

_REPORT_S = 0.4
_KEEP_S = 2.0
"""What was rendered for so long is made safe, though the task is not done."""

_TOGETHER = 64
"""So many pages are measured and packed one after the other: what that needs of the processor's
caches is swept away whenever PDFium draws, and each page alone would cost half as much again."""

_TOGETHER_BYTES = 2**22
"""They take no more memory than this, or are one."""

_Coming = Iterator[tuple[int, Iterator[Page | BadPage]]]
"""The numbers of pages and what became of each."""


def worker(noted: Number) -> Generator[Answer, Task, None]:
    """Answer tasks one after the other, for ever; `send` a task once, then anything until done.

    The number of the page at hand is kept in `noted`, so that it is known when this process dies.

    Raises:
        StorageError: a shard cannot be written.
    """
    task = yield Ready()
    # the next task may well be about the same document
    with new_desk() as desk:
        while True:
            # a crash as the last one is put away is not the next one's fault
            desk.make_room_for(task.document)
            noted.value = OPENING
            task = yield (yield from work_on(task, noted, desk))


def work_on(
    task: Task, noted: Number, desk: "Desk | None" = None
) -> Generator[Rendered | Added, object, Done | Failed]:
    """Count or render a document, with a pause now and then; return how it went.

    Raises:
        StorageError: a shard cannot be written.
    """
    try:
        if task.span is None:
            return Done(count_pages(task.document))
        yield from _make(task, _pages(task, task.span, noted, desk))
        return Done()
    except StorageError:
        raise
    except DocumentError as error:
        return Failed(str(error))
    except Exception as error:
        return Failed(f"{task.document.path} cannot be read ({type(error).__name__}: {error}).")


def _make(task: Task, pages: Iterator[Page | BadPage]) -> Generator[Rendered | Added, object, None]:
    assert task.span is not None
    span, coming = task.span, groupby(pages, attrgetter("number"))
    while span.first <= span.last:
        added = yield from _make_shard(task, span, coming)
        yield added
        span = Span(added.span.last + 1, span.last)


def _make_shard(task: Task, span: Span, coming: _Coming) -> Generator[Rendered, object, Added]:
    """Write the first pages of `span`: those that come within a while, at best all."""
    shard = new_shard(task, span.first)
    with (
        whole_file(shard, flushed=False) as part,
        ShardWriter(part, task.settings, task.rules) as writer,
    ):
        writer.add_document(task.row)
        last = yield from _write(task, span, coming, writer)
        writer.finish()
    return Added(Span(span.first, last), shard.name, writer.count, tuple(writer.missing))


def _write(
    task: Task, span: Span, coming: _Coming, writer: ShardWriter
) -> Generator[Rendered, object, int]:
    """Write what comes; return the number of the last page."""
    begun = reported = time.monotonic()
    told = span.first - 1
    waiting: list[Page] = []
    for number, made in coming:
        waiting += _good_pages(task.row, made, writer)
        if _are_enough(waiting):
            _add(writer, task.row, waiting)
        now = time.monotonic()
        if now - begun >= _KEEP_S:
            _add(writer, task.row, waiting)
            return number
        if now - reported >= _REPORT_S:
            yield Rendered(number - told)
            told, reported = number, now
    _add(writer, task.row, waiting)
    if task.lost is not None:
        for number in range(max(task.lost.page, span.first), span.last + 1):
            writer.add_missing(MissingPage(task.row.name, number, task.lost.sentence, is_lost=True))
    return span.last


def _good_pages(
    document: DocumentRow, made: Iterator[Page | BadPage], writer: ShardWriter
) -> Iterator[Page]:
    for page in made:
        if isinstance(page, BadPage):
            writer.add_missing(MissingPage(document.name, page.number, plain_text(page.reason)))
        else:
            yield page


def _are_enough(waiting: list[Page]) -> bool:
    return bool(waiting) and len(waiting) >= min(
        _TOGETHER, _TOGETHER_BYTES // waiting[0].pixels.nbytes
    )


def _add(writer: ShardWriter, document: DocumentRow, waiting: list[Page]) -> None:
    """Measure, pack and write the pages that wait."""
    if waiting:
        measured = measure_all([page.pixels for page in waiting])
        for page, measures in zip(waiting, measured, strict=True):
            writer.add(page.pixels, _row(document, page, measures))
        waiting.clear()


def _pages(task: Task, span: Span, noted: Number, desk: "Desk | None") -> Iterator[Page | BadPage]:
    def begun(number: int) -> None:
        noted.value = number

    last = span.last if task.lost is None else task.lost.page - 1
    if last < span.first:
        # not even opened, as that may be what costs workers
        return iter(())
    return render_pages(
        task.document, task.settings, first=span.first, last=last, begun=begun, desk=desk
    )


def _row(document: DocumentRow, page: Page, measures: Measures) -> Provenance:
    return Provenance(
        document.name,
        page.number,
        page.part,
        document.source,
        document.rights,
        page.aspect,
        page.original_px,
        measures.ink,
        measures.brightness,
        measures.picture,
        measures.black,
        measures.fingerprint,
    )

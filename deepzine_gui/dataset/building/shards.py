"""What a worker does: count the pages of documents, or render them into a shard each."""

import time
from collections.abc import Generator, Iterator
from ctypes import c_int

from deepzine_gui.dataset.building.limits import OPENING
from deepzine_gui.dataset.building.tasks import Answer, Done, Failed, Loss, Ready, Rendered, Task
from deepzine_gui.dataset.judging.measures import measure
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import DocumentRow, MissingPage, Provenance
from deepzine_gui.errors import DocumentError, StorageError
from deepzine_gui.files import whole_file
from deepzine_gui.pages import BadPage, Page, count_pages, render_pages

_REPORT_S = 0.4

_TOGETHER = 64
"""So many pages are measured and packed one after the other: what that needs of the processor's
caches is swept away whenever PDFium draws, and each page alone would cost half as much again."""

_TOGETHER_BYTES = 2**22
"""They take no more memory than this, or are one."""


def worker(noted: c_int) -> Generator[Answer, Task, None]:
    """Answer tasks one after the other, for ever; `send` a task once, then anything until done.

    The number of the page at hand is kept in `noted`, so that it is known when this process dies.

    Raises:
        StorageError: the shard cannot be written.
    """
    task = yield Ready()
    while True:
        noted.value = OPENING
        task = yield (yield from work_on(task, noted))


def work_on(task: Task, noted: c_int) -> Generator[Rendered, object, Done | Failed]:
    """Count or render a document, with a pause now and then; return how it went.

    Raises:
        StorageError: the shard cannot be written.
    """
    try:
        if task.shard is None:
            return Done(count_pages(task.document))
        return (yield from _make(task, noted))
    except StorageError:
        raise
    except DocumentError as error:
        return Failed(str(error))
    except Exception as error:
        return Failed(f"{task.document.path} cannot be read ({type(error).__name__}: {error}).")


def _make(task: Task, noted: c_int) -> Generator[Rendered, object, Done | Failed]:
    assert task.shard is not None
    missing: list[tuple[int, str]] = []
    waiting: list[Page] = []
    reported = time.monotonic()
    with (
        whole_file(task.shard, flushed=False) as part,
        Writer(part, task.settings, task.rules) as writer,
    ):
        writer.add_document(task.row)
        for page in _pages(task, noted):
            if isinstance(page, BadPage):
                missing.append((page.number, page.reason))
            else:
                waiting.append(page)
                if len(waiting) >= min(_TOGETHER, _TOGETHER_BYTES // page.pixels.nbytes):
                    _add(writer, task.row, waiting)
            if time.monotonic() - reported >= _REPORT_S:
                yield Rendered(page.number)
                reported = time.monotonic()
        _add(writer, task.row, waiting)
        missing += _lost_pages(task.lost, task.row.pages)
        for number, why in missing:
            writer.add_missing(MissingPage(task.row.name, number, why))
        writer.finish()
    return _outcome(task, writer.count, missing)


def _add(writer: Writer, document: DocumentRow, waiting: list[Page]) -> None:
    """Measure, pack and write the pages that wait."""
    for page in waiting:
        writer.add(page.pixels, _row(document, page))
    waiting.clear()


def _pages(task: Task, noted: c_int) -> Iterator[Page | BadPage]:
    def begun(number: int) -> None:
        noted.value = number

    before = None if task.lost is None else task.lost.page
    return render_pages(task.document, task.settings, before=before, begun=begun)


def _lost_pages(lost: Loss | None, total: int) -> list[tuple[int, str]]:
    if lost is None:
        return []
    return [(number, lost.sentence) for number in range(lost.page, max(lost.page, total) + 1)]


def _outcome(task: Task, pages: int, missing: list[tuple[int, str]]) -> Done | Failed:
    if pages:
        return Done(pages, tuple(missing))
    why = missing[0][1] if missing else "it has no pages"
    return Failed(f"{task.document.path} gives no page: {why}.")


def _row(document: DocumentRow, page: Page) -> Provenance:
    measures = measure(page.pixels)
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

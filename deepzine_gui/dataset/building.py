"""Build a dataset: documents shared out to workers, a shard each, merged into one file."""

import contextlib
import os
import shutil
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

from h5py import is_hdf5

from deepzine_gui.dataset.crew import Crew
from deepzine_gui.dataset.shards import Done, Failed, Rendered, Task, finished_shard, shard_of
from deepzine_gui.dataset.store import Opened, Writer, open_file
from deepzine_gui.dataset.values import PagesAdded
from deepzine_gui.errors import DatasetError, DocumentError
from deepzine_gui.files import PART, storage_errors, whole_file
from deepzine_gui.pages import Document, PageSettings, find_documents
from deepzine_gui.progress import Event, Finished, Notice, Progress

UNIT = "pages"
_MOST_WORKERS = 16
_MERGED_AT_ONCE = 500


def build(
    sources: Sequence[Path],
    out: Path,
    *,
    settings: PageSettings | None = None,
    workers: int | None = None,
) -> Generator[Event, None, None]:
    """Render all documents of `sources` into the dataset file `out`; see the façade."""
    documents = find_documents(sources)
    if not documents:
        raise DocumentError(
            f"There is no PDF and no picture in {', '.join(str(source) for source in sources)}."
        )
    _refuse_to_overwrite(out, documents)
    parts = out.with_name(out.name + ".parts")
    with storage_errors(parts):
        parts.mkdir(parents=True, exist_ok=True)
    work = _Work(documents, settings or PageSettings(), parts)
    try:
        with Crew(min(workers or _workers(), len(documents))) as crew:
            yield from work.count(crew)
            yield from work.render(crew)
        pages = yield from work.merge(out)
    finally:
        for leftover in parts.glob(f"*{PART}.h5"):
            leftover.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            # nothing in it yet, so nothing to go on from
            parts.rmdir()
    shutil.rmtree(parts, ignore_errors=True)
    documents_named = "1 document" if work.good == 1 else f"{work.good:,} documents"
    yield Finished(f"Pages in {out.name}: {pages:,}, from {documents_named}.", out)


def _refuse_to_overwrite(out: Path, documents: Sequence[Document]) -> None:
    """Only an older dataset may be replaced, never a document or another file."""
    if out.is_dir():
        raise DatasetError(f"{out} is a folder: choose a file name for the dataset.")
    if any(out.resolve() == document.path.resolve() for document in documents):
        raise DatasetError(f"{out} is one of the documents: choose another name for the dataset.")
    if out.exists() and out.stat().st_size and not is_hdf5(out):
        raise DatasetError(f"{out} exists and is no dataset: choose another name for it.")


def _workers() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(_MOST_WORKERS, usable or 1))


class _Work:
    """What is known of the documents while a build goes on, in the order of the sources."""

    def __init__(self, documents: Sequence[Document], settings: PageSettings, parts: Path) -> None:
        self._documents = documents
        self._settings = settings
        self._parts = parts
        self._tasks = [_task(document, settings) for document in documents]
        self._expected: dict[Document, int] = {}
        self._rendered: dict[Document, int] = {}
        self._shards: dict[Document, Path] = {}

    @property
    def good(self) -> int:
        """Documents that gave pages."""
        return len(self._shards)

    def count(self, crew: Crew) -> Generator[Event, None, None]:
        """Take over finished shards, and learn how many pages the other documents have."""
        unknown = []
        for task in self._tasks:
            try:
                shard = shard_of(task, self._parts)
            except DocumentError as error:
                yield Notice(str(error), "warning")
                continue
            done = finished_shard(shard)
            if done is None:
                unknown.append(replace(task, shard=shard))
            else:
                yield from self._added(replace(task, shard=shard), done)
        self._tasks = []
        yield Progress(self._pages_done, None, UNIT, "Counting pages")
        wanted = {task.document: task for task in unknown}
        for heard in crew.work([replace(task, shard=None) for task in unknown]):
            if heard is None:
                yield Progress(self._pages_done, None, UNIT, "Counting pages")
            elif isinstance(heard[1], Failed):
                yield Notice(heard[1].reason, "warning")
            elif isinstance(heard[1], Done):
                self._expected[heard[0].document] = heard[1].pages
                self._tasks.append(wanted[heard[0].document])

    def render(self, crew: Crew) -> Generator[Event, None, None]:
        """Render what is left, the longest documents first: none is waited for at the end."""
        self._tasks.sort(key=lambda task: -self._expected[task.document])
        name = ""
        for heard in crew.work(self._tasks):
            if heard is not None:
                task, answer = heard
                name = task.document.name
                if isinstance(answer, Done):
                    yield from self._added(task, answer)
                elif isinstance(answer, Failed):
                    self._expected.pop(task.document, None)
                    self._rendered.pop(task.document, None)
                    yield Notice(answer.reason, "warning")
                elif isinstance(answer, Rendered):
                    self._rendered[task.document] = answer.pages
            yield Progress(self._pages_done, sum(self._expected.values()), UNIT, name)

    def merge(self, out: Path) -> Generator[Event, None, int]:
        """Put the shards together, in the order of the documents; return the number of pages."""
        total = self._pages_done
        if not total:
            raise DatasetError(f"No document gave a page, so {out} was not written.")
        with whole_file(out) as part, Writer(part, self._settings) as writer:
            for document in filter(self._shards.__contains__, self._documents):
                opened = open_file(self._shards[document])
                try:
                    for _ in _copied(opened, writer):
                        yield Progress(total, total, UNIT, f"Writing {out.name}")
                finally:
                    opened.file.close()
            writer.finish()
            return writer.count

    def _added(self, task: Task, done: Done) -> Generator[Event, None, None]:
        assert task.shard is not None
        document = task.document
        self._expected[document] = self._rendered[document] = done.pages
        self._shards[document] = task.shard
        yield PagesAdded(document.name, done.pages)
        if done.missing:
            yield Notice(_missing_sentence(task, done), "warning")

    @property
    def _pages_done(self) -> int:
        return sum(self._rendered.values())


def _task(document: Document, settings: PageSettings) -> Task:
    from deepzine_gui.archive.records import record_of

    record = record_of(document.path)
    if record is None:
        return Task(document, settings, "", "")
    return Task(document, settings, record.source, record.rights)


def _missing_sentence(task: Task, done: Done) -> str:
    numbers = [number for number, _ in done.missing]
    named = ", ".join(str(number) for number in numbers[:5]) + (" …" if len(numbers) > 5 else "")
    return (
        f"{len(numbers)} of {len(numbers) + done.pages} pages of {task.document.path} "
        f"were left out (page {named}): {done.missing[0][1]}."
    )


def _copied(opened: Opened, writer: Writer) -> Generator[None, None, None]:
    """Copy all pages of a shard, with a pause now and then."""
    for index, row in enumerate(opened.rows()):
        writer.add_packed(opened.packed(index), row)
        if index % _MERGED_AT_ONCE == 0:
            yield

"""Work of the worker children: count a document's pages, or render them into a shard."""

import hashlib
import json
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from deepzine_gui.dataset.store import Writer, open_file
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.errors import DatasetError, DocumentError, StorageError
from deepzine_gui.files import whole_file
from deepzine_gui.pages import BadPage, Document, PageSettings, count_pages, render_pages
from deepzine_gui.pages.documents import pictures_in

_RENDERING = 1
"""Raised when the same settings give other pixels, so that old shards are not mixed with new."""

_REPORT_S = 0.4


@dataclass(frozen=True, slots=True)
class Task:
    """A document to be counted (`shard` is None) or rendered into the file `shard`."""

    document: Document
    settings: PageSettings
    source: str
    rights: str
    shard: Path | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker can take its first task."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The worker turns to its task: what happens from now on is this document's doing."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """So many pages of the task are rendered so far."""

    pages: int


@dataclass(frozen=True, slots=True)
class Done:
    """The task is done: the document's pages, and those that failed (number, reason)."""

    pages: int
    missing: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The document as a whole gives no page: one sentence."""

    reason: str


Answer = Ready | Begun | Rendered | Done | Failed


def worker() -> Generator[Answer, Task, None]:
    """Answer tasks one after the other, for ever; `send` a task once, then anything until done.

    Raises:
        StorageError: the shard cannot be written.
    """
    task = yield Ready()
    while True:
        yield Begun()
        try:
            outcome: Done | Failed = yield from (
                _count(task) if task.shard is None else _make(task)
            )
        except StorageError:
            raise
        except DocumentError as error:
            outcome = Failed(str(error))
        except Exception as error:
            outcome = Failed(
                f"{task.document.path} cannot be read ({type(error).__name__}: {error})."
            )
        task = yield outcome


def _count(task: Task) -> Generator[Answer, Task, Done]:
    yield from ()
    return Done(count_pages(task.document))


def _make(task: Task) -> Generator[Answer, Task, Done | Failed]:
    assert task.shard is not None
    missing: list[tuple[int, str]] = []
    reported = time.monotonic()
    with whole_file(task.shard) as part, Writer(part, task.settings) as writer:
        for page in render_pages(task.document, task.settings):
            if isinstance(page, BadPage):
                missing.append((page.number, page.reason))
            else:
                writer.add(page.pixels, _row(task, page.number, page.aspect))
            if time.monotonic() - reported >= _REPORT_S:
                yield Rendered(writer.count)
                reported = time.monotonic()
        writer.finish(missing)
    return _outcome(task, writer.count, missing)


def _outcome(task: Task, pages: int, missing: list[tuple[int, str]]) -> Done | Failed:
    if pages:
        return Done(pages, tuple(missing))
    why = missing[0][1] if missing else "it has no pages"
    return Failed(f"{task.document.path} gives no page: {why}.")


def _row(task: Task, number: int, aspect: float) -> Provenance:
    return Provenance(task.document.name, number, task.source, task.rights, aspect)


def shard_of(task: Task, folder: Path) -> Path:
    """Return the place of the task's shard in `folder`: other files or settings, another name.

    Raises:
        DocumentError: the document cannot be read.
    """
    document = task.document
    files = pictures_in(document.path) if document.kind == "folder" else [document.path]
    try:
        stats = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    except OSError as error:
        raise DocumentError(f"{document.path} cannot be read: {error.strerror}.") from error
    settings = task.settings.model_dump(mode="json")
    told = json.dumps([_RENDERING, settings, document.name, task.source, task.rights, stats])
    return folder / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.h5"


def finished_shard(shard: Path) -> Done | None:
    """Return what a shard holds if an earlier build left it whole, else None."""
    if not shard.exists():
        return None
    try:
        opened = open_file(shard)
    except DatasetError:
        return None
    try:
        return Done(opened.count, tuple(opened.missing()))
    finally:
        opened.file.close()

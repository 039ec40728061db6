"""What the workers of a build are asked, and what they answer."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from deepzine_gui.dataset.building.spans import Span
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.values import DocumentRow
from deepzine_gui.errors import DocumentError
from deepzine_gui.pages import Document, PageSettings
from deepzine_gui.pages.documents import pictures_in

_RENDERING = 6
"""Raised when the same settings give other pixels, so that old pages are not mixed with new."""

_DIGITS = 32

_SAMPLES, _SAMPLE_BYTES = 8, 4096
"""A file is known by its beginning, its end, and so many places between."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A worker was lost on this page; why, as the end of a sentence."""

    page: int
    why: str

    @property
    def sentence(self) -> str:
        """What happened, beginning in lower case."""
        return f"page {self.page} {self.why}"


@dataclass(frozen=True, slots=True)
class Task:
    """A document to be counted (`span` is None), or some of its pages to be rendered.

    Attributes:
        document: what to read.
        settings: how its pages are made.
        rules: what is set aside of them.
        row: how the dataset describes it.
        parts: the folder for shards.
        span: the pages to be rendered.
        lost: where a worker was lost on it: only the pages before are rendered.
        deaths: how many workers it has cost.
        died_at: the page the last of them was at.
    """

    document: Document
    settings: PageSettings
    rules: Rules
    row: DocumentRow
    parts: Path
    span: Span | None = None
    lost: Loss | None = None
    deaths: int = 0
    died_at: int = 0


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker can take its first task."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """So many pages of the document were looked at since the worker last told."""

    pages: int


@dataclass(frozen=True, slots=True)
class Added:
    """Pages of the document are safe.

    Attributes:
        span: which were looked at.
        shard: name of the file in the task's folder that holds them.
        pages: how many there are; a spread gives two.
        missing: which failed (number, reason).
    """

    span: Span
    shard: str
    pages: int
    missing: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """The task is done; when counting, `pages` are those of the document."""

    pages: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """The task cannot be done, as the document cannot be read: one sentence."""

    reason: str


Heard = Rendered | Added | Done | Failed
Answer = Ready | Heard


def shard_of(task: Task, first: int) -> Path:
    """Return the file for pages of the task's document from page `first` on."""
    return task.parts / f"{task.row.key}-{first:07}.h5"


def key_of(document: Document, settings: PageSettings) -> str:
    """Return what identifies a document's pages: the same files and settings, the same key.

    The first half stands for the files, by their content and not by their place or time, so that
    pages and marks are found again wherever they were moved; the second for the settings.

    Raises:
        DocumentError: the document cannot be read.
    """
    files = pictures_in(document.path) if document.kind == "folder" else [document.path]
    try:
        contents = [_content(file) for file in files]
    except OSError as error:
        raise DocumentError(f"{document.path} cannot be read: {error.strerror}.") from error
    return _digest(contents) + _digest([_RENDERING, settings.model_dump(mode="json")])


def told_apart(key: str, number: int) -> str:
    """Return the key of the document that is the `number`-th of the same content, from 0."""
    return key if not number else _digest([files_half(key), number]) + key[_DIGITS:]


def _content(file: Path) -> list[object]:
    """Return the size of a file, and a digest of some places of it."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        for sample in range(_SAMPLES + 1):
            opened.seek(max(0, size - _SAMPLE_BYTES) * sample // _SAMPLES)
            digest.update(opened.read(_SAMPLE_BYTES))
    return [size, digest.hexdigest()[:_DIGITS]]


def files_half(key: str) -> str:
    """Return the half of a key that stands for the document's files."""
    return key[:_DIGITS]


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:_DIGITS]

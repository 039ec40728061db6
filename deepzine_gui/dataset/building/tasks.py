"""What the workers of a build are asked, and what they answer."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from deepzine_gui.dataset.building.spans import Span
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage.shard import SHARD
from deepzine_gui.dataset.values import DocumentRow, MissingPage
from deepzine_gui.pages import Document, PageSettings

_TOKEN_BYTES = 4


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
        missing: which could not be rendered.
    """

    span: Span
    shard: str
    pages: int
    missing: tuple[MissingPage, ...] = ()


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


def new_shard(task: Task, first: int) -> Path:
    """Return a file for pages of the task's document from page `first` on.

    No other has its name: the worker of a killed build may for a moment be at the same pages.
    """
    return task.parts / f"{task.row.key}-{first:07}-{secrets.token_hex(_TOKEN_BYTES)}{SHARD}"

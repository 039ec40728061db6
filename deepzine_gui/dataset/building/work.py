"""How far the documents of a build are, and what is told of it."""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from deepzine_gui.dataset.building.crew import Crew
from deepzine_gui.dataset.building.executors import Hired
from deepzine_gui.dataset.building.held import (
    Held,
    Piece,
    at_once,
    damaged_in,
    fill,
    is_whole,
)
from deepzine_gui.dataset.building.inheriting import Inheritance
from deepzine_gui.dataset.building.merging import merge
from deepzine_gui.dataset.building.planning import Plan, rendering
from deepzine_gui.dataset.building.spans import Span, blocks, without
from deepzine_gui.dataset.building.standing_in import with_older_pages
from deepzine_gui.dataset.building.tasks import Added, Done, Failed, Heard, Rendered, Task
from deepzine_gui.dataset.values import DocumentRow, MissingPage, PagesAdded, RefusedDocument
from deepzine_gui.errors import DatasetError, StorageError
from deepzine_gui.progress import Event, Notice, Progress
from deepzine_gui.words import count_text, plain_text

UNIT = "pages"
READING, COUNTING = "Reading documents", "Counting pages"

_TRIES = 2
"""So often pages are rendered that come damaged from the disk."""


class Work:
    """A build under way: its plan, and what has come of it.

    Args:
        plan: what is to be done.
        held: what the file to be replaced holds, if it is a dataset.
        out: the file to write.
    """

    def __init__(self, plan: Plan, held: Held | None, out: Path) -> None:
        self._plan = plan
        self._held = held
        self._out = out
        self._tasks = [task for task in plan.tasks if task.span is not None]
        self._fresh: dict[str, list[Piece]] = {}
        self._missing: dict[str, list[MissingPage]] = {}
        self._refused: dict[str, str] = {}
        self._tasks_left = Counter(task.row.name for task in self._tasks)
        there = [piece for pieces in plan.there.values() for piece in pieces if not piece.is_torn]
        self._done = _pages(piece.span for piece in there)
        self._total = self._done + _pages(task.span for task in self._tasks)
        self._under_way: dict[tuple[str, int], int] = {}
        self._pages = self._documents = 0

    def count(self, crew: Crew | Hired) -> Generator[Event, None, None]:
        """Tell what is known to be missing, and learn how many pages the other documents have."""
        for refused in self._plan.refused:
            yield self._refuse(refused.name, refused.reason)
        for name, pieces in self._plan.there.items():
            # the other half of a torn page is about to be made
            sound = [piece for piece in pieces if not piece.is_torn]
            self._missing[name] = [page for piece in sound for page in piece.missing]
            if pieces and not self._tasks_left[name]:
                yield from self._warning_of_missing(pieces[0].row)
        yield self._progress(COUNTING)
        counted: dict[str, int] = {}
        uncounted = [task for task in self._plan.tasks if task.span is None]
        for heard in crew.work(uncounted):
            if heard is None:
                yield self._progress(COUNTING)
                continue
            task, answer = heard
            if isinstance(answer, Failed):
                yield self._refuse(task.row.name, answer.reason)
            elif isinstance(answer, Done):
                counted[task.row.name] = answer.pages
        for task in uncounted:
            self._take_in(task, counted.get(task.row.name, 0))

    def render(self, crew: Crew | Hired) -> Generator[Event, None, None]:
        """Render what is left, in the order of the documents, until it is safe on the disk.

        Raises:
            StorageError: the disk damages what is written to it.
        """
        tasks = self._in_order()
        for _ in range(_TRIES):
            for heard in crew.work(tasks):
                news = [] if heard is None else list(self._hear(*heard))
                # first of all, so that nobody stops what has only to be written
                yield self._progress(heard[0].row.name if heard else "", self._total)
                yield from news
            tasks = self._damaged()
            if not tasks:
                return
            yield self._progress("", self._total)
            pages = count_text(_pages(task.span for task in tasks), "pages")
            yield Notice(f"{pages} came damaged from the disk: to be rendered again.", "warning")
        raise StorageError(
            f"{self._out} cannot be written: its pages come damaged from the disk again and again. "
            "Choose another disk."
        )

    def merge(self) -> Generator[Event, None, None]:
        """Put all pages together, in the order of the documents; what is added to keeps its own.

        Closed once it writes, it comes to its end first, as it tells in its progress: to leave a
        part of the pages out would cost as much as to write them.

        Raises:
            DatasetError: there is no page.
        """
        pieces = [*self._plan.kept]
        for name in self._plan.there:
            pieces += yield from self._pieces_of(name)
        places = self._plan.places
        pieces.sort(key=lambda piece: places.get(piece.row.name, len(places)))
        self._documents = len({piece.row.name for piece in pieces})
        refused = self._refused_beside(pieces)
        if self._held is not None and self._held.is_made_of(pieces, self._plan.rules, refused):
            self._pages = self._held.count
            return
        plan = self._plan
        inheritance = Inheritance(self._held, plan.ancestors, plan.dropped, pieces)
        copying = merge(self._out, pieces, plan.settings, plan.rules, inheritance.marks, refused)
        try:
            # what is told is told before anything is written
            next(copying)
            yield from self._warnings_of_dropped(inheritance.dropped)
            yield from _warnings_of_lost(inheritance.lost)
            yield from self._written(copying)
        finally:
            copying.close()

    def _refuse(self, name: str, reason: str) -> Notice:
        self._refused[name] = plain_text(reason)
        return Notice(self._refused[name], "warning")

    def _refused_beside(self, pieces: Sequence[Piece]) -> list[RefusedDocument]:
        """Return the documents that were refused and have no older pages among `pieces` either."""
        there = {piece.row.name for piece in pieces}
        refused = [RefusedDocument(*one) for one in sorted(self._refused.items())]
        return [one for one in (*self._plan.refused_before, *refused) if one.name not in there]

    def _written(self, copying: Generator[None, None, int]) -> Generator[Event, None, None]:
        try:
            while True:
                what = f"Writing {self._out.name}"
                yield Progress(self._total, self._total, UNIT, what, finishes=True)
                next(copying)
        except StopIteration as end:
            self._pages = end.value
        except GeneratorExit:
            for _ in copying:
                pass
            raise

    def _pieces_of(self, name: str) -> Generator[Event, None, list[Piece]]:
        """Return a document as it is to be: as rendered now, or where that fails, before."""
        new = fill(self._plan.there[name], self._fresh.get(name, []))
        before = self._plan.before.get(name, [])
        if not before:
            return new
        if not is_whole(new):
            return before
        if not any(piece.missing for piece in new if piece.file != self._out):
            return new
        pieces = with_older_pages(new, before, self._out)
        spans = [one.span for one in pieces if one.file == self._out and one not in new]
        if spans:
            kept = _numbers_text([page for one in spans for page in range(one.first, one.last + 1)])
            yield Notice(f"{before[0].row.path} keeps its older pages here (page {kept}).")
        return pieces

    def summary(self) -> str:
        """Return what came of it, in one sentence."""
        documents = count_text(self._documents, "documents")
        return f"{self._out.name} holds {count_text(self._pages, 'pages')} from {documents}."

    def _take_in(self, task: Task, pages: int) -> None:
        """Take up a document that was counted."""
        counted = replace(task, row=replace(task.row, pages=pages))
        new = rendering(counted, [])
        self._tasks += new
        self._tasks_left[task.row.name] = len(new)
        self._total += pages

    def _damaged(self) -> list[Task]:
        """Drop pages that are not in the shards as they were written; return tasks for them."""
        tasks = {task.row.name: task for task in self._tasks}
        again: list[Task] = []
        for name, pieces in self._fresh.items():
            sound = [piece.cut(span) for piece in pieces for span in _sound_in(piece)]
            left = without([piece.span for piece in pieces], [piece.span for piece in sound])
            again += [replace(tasks[name], span=span) for span in blocks(left)]
            self._fresh[name] = sound
        self._done -= _pages(task.span for task in again)
        self._tasks_left.update(task.row.name for task in again)
        return again

    def _in_order(self) -> list[Task]:
        places = {name: place for place, name in enumerate(self._plan.there)}
        return sorted(self._tasks, key=lambda task: places[task.row.name])

    def _hear(self, task: Task, answer: Heard) -> Iterator[Event]:
        assert task.span is not None
        # what a lost worker had under way is rendered again under the same key
        block = task.row.name, task.span.last
        if isinstance(answer, Rendered):
            self._under_way[block] = self._under_way.get(block, 0) + answer.pages
            return
        self._under_way.pop(block, None)
        if isinstance(answer, Added):
            yield from self._add(task, answer)
            return
        if isinstance(answer, Failed) and task.row.name not in self._refused:
            yield self._refuse(task.row.name, answer.reason)
        self._tasks_left[task.row.name] -= 1
        if not self._tasks_left[task.row.name]:
            yield from self._warning_of_missing(task.row)

    def _add(self, task: Task, added: Added) -> Iterator[Event]:
        shard = task.parts / added.shard
        self._done += added.span.count
        piece = Piece(task.row, shard, 0, added.span, added.missing)
        self._fresh.setdefault(task.row.name, []).append(piece)
        self._missing.setdefault(task.row.name, []).extend(added.missing)
        if added.pages:
            yield PagesAdded(task.row.name, added.pages, shard, added.span.first, added.span.last)

    def _warning_of_missing(self, row: DocumentRow) -> Iterator[Notice]:
        """Tell, in every build, of pages that cannot be rendered."""
        if missing := self._missing.get(row.name):
            yield Notice(plain_text(_missing_sentence(row, missing)), "warning")

    def _warnings_of_dropped(self, marked: int) -> Iterator[Notice]:
        dropped = self._plan.dropped
        if not dropped:
            return
        told = f" ({count_text(marked, 'pages')} of them marked or labelled)" if marked else ""
        names = dropped[0].name if len(dropped) == 1 else count_text(len(dropped), "documents")
        sentence = f"No longer in {self._out.name}, as not among the sources: {names}{told}."
        yield Notice(sentence, "warning" if marked else "info")

    def _progress(self, what: str, total: int | None = None) -> Progress:
        done = self._done + sum(self._under_way.values())
        return Progress(done, total, UNIT, what, finishes=self._done == total)


def _sound_in(piece: Piece) -> list[Span]:
    try:
        damaged = at_once(damaged_in(piece.file))
    except DatasetError:
        return []
    return list(without([piece.span], damaged.pages[piece.place]))


def _pages(spans: Iterable[Span | None]) -> int:
    return sum(span.count for span in spans if span is not None)


def _warnings_of_lost(lost: Mapping[str, int]) -> Iterator[Notice]:
    if lost:
        names = next(iter(lost)) if len(lost) == 1 else count_text(len(lost), "documents")
        count = sum(lost.values())
        were = "was" if count == 1 else "were"
        yield Notice(
            f"{count_text(count, 'pages')} marked or labelled {were} not found again in {names}, "
            "as changed.",
            "warning",
        )


def _missing_sentence(row: DocumentRow, missing: Iterable[MissingPage]) -> str:
    reasons = {page.page: page.reason for page in sorted(missing, key=lambda one: one.page)}
    told = "; ".join(list(dict.fromkeys(reasons.values()))[:3])
    if len(reasons) >= row.pages:
        return f"{row.path} gives no page: {told}."
    were = "was" if len(reasons) == 1 else "were"
    return (
        f"{len(reasons)} of {row.pages} pages of {row.path} {were} left out "
        f"(page {_numbers_text(list(reasons))}): {told}."
    )


def _numbers_text(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:5])) + (" …" if len(numbers) > 5 else "")

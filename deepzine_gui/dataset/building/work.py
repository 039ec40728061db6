"""How far the documents of a build are, and what is told of it."""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from deepzine_gui.dataset.building.crew import Crew
from deepzine_gui.dataset.building.executors import Hired
from deepzine_gui.dataset.building.held import Held, Piece, fill, is_whole, made_anew
from deepzine_gui.dataset.building.marks import Marks
from deepzine_gui.dataset.building.merging import merge
from deepzine_gui.dataset.building.planning import Plan, rendering
from deepzine_gui.dataset.building.spans import Span
from deepzine_gui.dataset.building.tasks import Added, Done, Failed, Heard, Rendered, Task
from deepzine_gui.dataset.values import PagesAdded
from deepzine_gui.progress import Event, Notice, Progress
from deepzine_gui.words import count_text

UNIT = "pages"


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
        self._missing: dict[str, list[tuple[int, str]]] = {}
        self._failed: set[str] = set()
        self._tasks_left = Counter(task.row.name for task in self._tasks)
        there = [piece for pieces in plan.there.values() for piece in pieces]
        self._done = _pages(piece.span for piece in there)
        self._total = self._done + _pages(task.span for task in self._tasks)
        self._under_way: dict[tuple[str, int], int] = {}
        self._pages = self._documents = 0

    def count(self, crew: Crew | Hired) -> Generator[Event, None, None]:
        """Learn how many pages the documents have of which nothing is known."""
        for sentence in self._plan.refusals:
            yield Notice(sentence, "warning")
        yield self._progress("Counting pages")
        counted: dict[str, int] = {}
        uncounted = [task for task in self._plan.tasks if task.span is None]
        for heard in crew.work(uncounted):
            if heard is None:
                yield self._progress("Counting pages")
                continue
            task, answer = heard
            if isinstance(answer, Failed):
                yield Notice(answer.reason, "warning")
            elif isinstance(answer, Done):
                counted[task.row.name] = answer.pages
        for task in uncounted:
            self._take_in(task, counted.get(task.row.name, 0))

    def render(self, crew: Crew | Hired) -> Generator[Event, None, None]:
        """Render what is left, in the order of the documents."""
        for heard in crew.work(self._in_order()):
            if heard is not None:
                yield from self._hear(*heard)
            yield self._progress(heard[0].row.name if heard else "", self._total)

    def merge(self) -> Generator[Event, None, None]:
        """Put all pages together, in the order of the documents.

        Raises:
            DatasetError: there is no page.
        """
        pieces = [*self._plan.kept]
        for name, there in self._plan.there.items():
            new, before = fill(there, self._fresh.get(name, [])), self._plan.before.get(name, [])
            pieces += before if before and not is_whole(new) else new
        self._documents = len({piece.row.name for piece in pieces})
        if self._held is not None and self._held.is_made_of(pieces, self._plan.rules):
            self._pages = self._held.count
            return
        yield from self._warnings_of_dropped()
        marks = self._marks_of(pieces)
        copying = merge(self._out, pieces, self._plan.settings, self._plan.rules, marks)
        try:
            while True:
                next(copying)
                yield Progress(self._total, self._total, UNIT, f"Writing {self._out.name}")
        except StopIteration as end:
            self._pages = end.value
        finally:
            copying.close()
        yield from _warnings_of_lost(marks)

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
        if isinstance(answer, Failed) and task.row.name not in self._failed:
            self._failed.add(task.row.name)
            yield Notice(answer.reason, "warning")
        self._tasks_left[task.row.name] -= 1
        missing = self._missing.pop(task.row.name, [])
        if self._tasks_left[task.row.name]:
            self._missing[task.row.name] = missing
        elif missing:
            yield Notice(_missing_sentence(task, sorted(missing)), "warning")

    def _add(self, task: Task, added: Added) -> Iterator[Event]:
        shard = task.parts / added.shard
        self._done += added.span.count
        self._fresh.setdefault(task.row.name, []).append(Piece(task.row, shard, 0, added.span))
        self._missing.setdefault(task.row.name, []).extend(added.missing)
        if added.pages:
            yield PagesAdded(task.row.name, added.pages, shard, added.span.first, added.span.last)

    def _marks_of(self, pieces: list[Piece]) -> dict[str, Marks]:
        """What was marked in the old file on pages that were rendered since."""
        anew = made_anew(pieces, self._out)
        return self._held.marks(anew) if self._held is not None and anew else {}

    def _warnings_of_dropped(self) -> Iterator[Notice]:
        dropped = self._plan.dropped
        if self._held is None or not dropped:
            return
        marked = self._held.marked_in({row.name for row in dropped})
        told = f" ({count_text(marked, 'pages')} of them marked or labelled)" if marked else ""
        names = dropped[0].name if len(dropped) == 1 else count_text(len(dropped), "documents")
        sentence = f"No longer in {self._out.name}, as not among the sources: {names}{told}."
        yield Notice(sentence, "warning" if marked else "info")

    def _progress(self, what: str, total: int | None = None) -> Progress:
        return Progress(self._done + sum(self._under_way.values()), total, UNIT, what)


def _pages(spans: Iterable[Span | None]) -> int:
    return sum(span.count for span in spans if span is not None)


def _warnings_of_lost(marks: dict[str, Marks]) -> Iterator[Notice]:
    lost = {name: one.lost for name, one in marks.items() if one.lost}
    if lost:
        names = next(iter(lost)) if len(lost) == 1 else count_text(len(lost), "documents")
        told = count_text(sum(lost.values()), "pages")
        yield Notice(
            f"{told} marked or labelled were not found again in {names}, as changed.", "warning"
        )


def _missing_sentence(task: Task, missing: list[tuple[int, str]]) -> str:
    numbers = [number for number, _ in missing]
    reasons = "; ".join(list(dict.fromkeys(reason for _, reason in missing))[:3])
    if len(missing) >= task.row.pages:
        return f"{task.document.path} gives no page: {reasons}."
    named = ", ".join(str(number) for number in numbers[:5]) + (" …" if len(numbers) > 5 else "")
    return (
        f"{len(numbers)} of {task.row.pages} pages of {task.document.path} were left out "
        f"(page {named}): {reasons}."
    )

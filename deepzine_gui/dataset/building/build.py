"""Build a dataset: documents shared out to workers, a shard each, merged into one file."""

import os
from collections.abc import Generator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from deepzine_gui.dataset.building.crew import Crew
from deepzine_gui.dataset.building.executors import Hired
from deepzine_gui.dataset.building.limits import Limits
from deepzine_gui.dataset.building.merging import Held, Marks, Piece, look_into, merge
from deepzine_gui.dataset.building.planning import Plan, make_plan, refuse_to_overwrite, settings_of
from deepzine_gui.dataset.building.recovery import clear, finished_shards, held_parts, settle
from deepzine_gui.dataset.building.tasks import Done, Failed, Task
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.values import PagesAdded
from deepzine_gui.errors import DatasetError, DocumentError
from deepzine_gui.pages import Document, PageSettings, find_documents
from deepzine_gui.progress import Event, Finished, Notice, Progress

UNIT = "pages"
_MOST_WORKERS = 16


def build(
    sources: Sequence[Path],
    out: Path,
    *,
    settings: PageSettings | None = None,
    rules: Rules | None = None,
    workers: int | None = None,
    append: bool = False,
    executor: Executor | None = None,
    limits: Limits | None = None,
) -> Generator[Event, None, None]:
    """Render all documents of `sources` into the dataset file `out`; see the façade."""
    documents = find_documents(sources)
    if not documents:
        raise DocumentError(
            f"There is no PDF and no picture in {', '.join(str(source) for source in sources)}."
        )
    refuse_to_overwrite(out, documents)
    with held_parts(out) as parts:
        settle(out, parts)
        held = look_into(out)
        settings = settings_of(out, held, settings, append=append)
        if rules is None:
            rules = held.rules if held is not None and append else Rules()
        work = _Work(make_plan(documents, parts, held, settings, rules, append=append), held)
        try:
            with _crew(executor, workers, limits or Limits(), documents) as crew:
                yield from work.count(crew)
                yield from work.render(crew)
            yield from work.merge(out)
        except (GeneratorExit, KeyboardInterrupt):
            settle(out, parts)
            raise
        clear(finished_shards(parts))
    yield Finished(work.summary(out), out)


def _crew(
    executor: Executor | None, workers: int | None, limits: Limits, documents: Sequence[Document]
) -> Crew | Hired:
    if executor is not None:
        return Hired(executor)
    return Crew(min(workers or _usable_cores(), len(documents)), limits)


def _usable_cores() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(_MOST_WORKERS, usable or 1))


class _Work:
    """How far the documents of a build are."""

    def __init__(self, plan: Plan, held: Held | None) -> None:
        self._plan = plan
        self._held = held
        self._pieces = dict(plan.reused)
        self._tasks: list[Task] = []
        self._totals = {name: piece.row.pages for name, piece in plan.reused.items()}
        self._done = dict(self._totals)
        self._pages = self._documents = 0

    def count(self, crew: Crew | Hired) -> Generator[Event, None, None]:
        """Take over finished shards, and learn how many pages the other documents have."""
        for refusal in self._plan.refusals:
            yield Notice(refusal, "warning")
        yield self._progress("Counting pages")
        wanted = {task.row.name: task for task in self._plan.tasks}
        for heard in crew.work([replace(task, shard=None) for task in self._plan.tasks]):
            if heard is None:
                yield self._progress("Counting pages")
            elif isinstance(heard[1], Failed):
                yield Notice(heard[1].reason, "warning")
            elif isinstance(heard[1], Done):
                task = wanted[heard[0].row.name]
                self._tasks.append(replace(task, row=replace(task.row, pages=heard[1].pages)))
                self._totals[task.row.name] = heard[1].pages

    def render(self, crew: Crew | Hired) -> Generator[Event, None, None]:
        """Render what is left, the longest documents first: none is waited for at the end."""
        name = ""
        for heard in crew.work(sorted(self._tasks, key=lambda task: -task.row.pages)):
            if heard is not None:
                task, answer = heard
                name = task.row.name
                if isinstance(answer, Done):
                    yield from self._added(task, answer)
                elif isinstance(answer, Failed):
                    del self._totals[name]
                    self._done.pop(name, None)
                    yield Notice(answer.reason, "warning")
                else:
                    self._done[name] = answer.pages
            yield self._progress(name, sum(self._totals.values()))

    def merge(self, out: Path) -> Generator[Event, None, None]:
        """Put all pages together, in the order of the documents.

        Raises:
            DatasetError: there is no page.
        """
        found = (self._pieces.get(name) for name in self._plan.order)
        pieces = [*self._plan.kept, *(piece for piece in found if piece is not None)]
        if not pieces:
            raise DatasetError(f"No document gave a page, so {out} was not written.")
        self._documents = len(pieces)
        if self._held is not None and self._held.is_made_of(pieces, self._plan.rules):
            self._pages = self._held.count
            return
        total = sum(self._totals.values())
        copying = merge(out, pieces, self._plan.settings, self._plan.rules, self._marks())
        try:
            while True:
                next(copying)
                yield Progress(total, total, UNIT, f"Writing {out.name}")
        except StopIteration as end:
            self._pages = end.value
        finally:
            copying.close()

    def summary(self, out: Path) -> str:
        """Return what came of it, in one sentence."""
        documents = "1 document" if self._documents == 1 else f"{self._documents:,} documents"
        return f"Pages in {out.name}: {self._pages:,}, from {documents}."

    def _added(self, task: Task, done: Done) -> Generator[Event, None, None]:
        assert task.shard is not None
        name = task.row.name
        self._done[name] = self._totals[name]
        self._pieces[name] = Piece(task.row, task.shard)
        yield PagesAdded(name, done.pages, task.shard)
        if done.missing:
            yield Notice(_missing_sentence(task, done), "warning")

    def _marks(self) -> dict[str, Marks]:
        rendered = [task.row.key for task in self._plan.tasks if task.row.name in self._pieces]
        return self._held.marks(rendered) if self._held is not None and rendered else {}

    def _progress(self, what: str, total: int | None = None) -> Progress:
        return Progress(sum(self._done.values()), total, UNIT, what)


def _missing_sentence(task: Task, done: Done) -> str:
    numbers = [number for number, _ in done.missing]
    named = ", ".join(str(number) for number in numbers[:5]) + (" …" if len(numbers) > 5 else "")
    reasons = list(dict.fromkeys(reason for _, reason in done.missing))
    return (
        f"{len(numbers)} of {max(task.row.pages, *numbers)} pages of {task.document.path} "
        f"were left out (page {named}): {'; '.join(reasons[:3])}."
    )

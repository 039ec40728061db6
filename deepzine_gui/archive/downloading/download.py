"""Download the documents of many items: a few at a time, each on its own, all stoppable."""

import dataclasses
import threading
from collections.abc import Generator, Sequence
from pathlib import Path

from deepzine_gui.archive.connection.conversation import Archive, UnreachableError
from deepzine_gui.archive.connection.crew import Crew
from deepzine_gui.archive.connection.slots import Slots
from deepzine_gui.archive.downloading.ledger import Ledger
from deepzine_gui.archive.downloading.planning import Plan, at_most, plan_item
from deepzine_gui.archive.downloading.taking import Ended, State, Taking, keep_refusal
from deepzine_gui.archive.events import DocumentChanged, DocumentsWaiting
from deepzine_gui.archive.items import Item
from deepzine_gui.archive.queue.lining import FixedLine, Line, QueueLine
from deepzine_gui.archive.queue.queue import (
    MOST_PARALLEL,
    USUAL_PARALLEL,
    Limit,
    Queue,
    only_download,
)
from deepzine_gui.archive.queue.records import Brought, brought_by, is_finished, why_not_all
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event, Finished, Progress
from deepzine_gui.words import size_text

_LOOK_UP_S = 0.2

# without the limit itself: after a restart it is what earlier documents have left of it
_TOO_MANY = "Passed over: the limit of documents is reached."

_IN_WORDS: dict[State, str] = {
    "done": "downloaded",
    "failed": "failed",
    "restricted": "restricted",
    "skipped": "passed over",
}


def take(
    items: Sequence[Item],
    folder: Path,
    *,
    max_bytes: int | None = None,
    max_documents: int | None = None,
    parallel: int = USUAL_PARALLEL,
    spares: Sequence[Item] = (),
) -> Generator[Event, None, None]:
    """See `deepzine_gui.archive.download`.

    `max_documents` limits their number: of an item that would bring more only the first ones are
    taken, and those after it are passed over. Of `spares`, whose sizes are as expected, the first
    ones that fit are taken with what `items` leave of `max_bytes`.
    """
    parallel = min(max(1, parallel), MOST_PARALLEL)
    limit = Limit(max_bytes=max_bytes, max_documents=max_documents)
    yield from _work_off(FixedLine(items, parallel=parallel, limit=limit, spares=spares), folder)


def take_queued(folder: Path) -> Generator[Event, None, None]:
    """See `deepzine_gui.archive.download_queue`."""
    yield from _work_off(QueueLine(Queue(folder)), folder)


def _work_off(line: Line, folder: Path) -> Generator[Event, None, None]:
    with only_download(folder):
        yield DocumentsWaiting(tuple(item.identifier for item in line.rest()))
        crew = Crew()
        ledger = Ledger()
        with Archive(crew, waits_offline=True) as archive:
            download = _Download(line, folder, archive, crew, ledger)
            download.count_what_is_here()
            workers = [download.work] * (MOST_PARALLEL if line.wanted() else 0)
            yield from crew.run(workers, download.progress)
        yield ledger.progress(())
        yield Finished(download.summary(), folder)


class _Download:
    """What the threads of one download share."""

    def __init__(
        self, line: Line, folder: Path, archive: Archive, crew: Crew, ledger: Ledger
    ) -> None:
        self._line = line
        self._folder = folder
        self._archive = archive
        self._crew = crew
        self._ledger = ledger
        self._slots = Slots(MOST_PARALLEL, sleep=crew.sleep)
        crew.stepping_aside = self._slots.lent
        self._planning = threading.Lock()
        self._counting = threading.Lock()
        self._ended: dict[State, int] = dict.fromkeys(_IN_WORDS, 0)
        self._under_way = 0
        self._there = 0

    def work(self) -> None:
        """Take one item after the other until none is left and none can come back."""
        with self._archive.transfers() as session:
            taking = Taking(
                self._archive, session, self._crew, self._ledger, self._line, self._slots
            )
            while (plan := self._next_plan()) is not None:
                self._count(taking.take(plan))

    def count_what_is_here(self) -> None:
        """Take what is here off the limits, wherever in the line it stands, or was set aside."""
        for item in self._line.all():
            limit = self._line.limit_of(item.identifier)
            if limit.max_bytes is None and limit.max_documents is None:
                continue
            here = brought_by(self._folder / item.identifier)
            if here.documents:
                self._ledger.plan(item.identifier, here, limit)

    def progress(self) -> Progress:
        """How far all items are together, and what everybody waits for."""
        waits_for = self._archive.waits_for or self._slots.waits_for
        return self._ledger.progress(self._line.wanted(), waits_for)

    def summary(self) -> str:
        """One sentence of what became of the items."""
        words = [f"{_items(self._ended['done'] - self._there)} downloaded"]
        if self._there:
            words.append(f"{self._there} already here")
        words += [
            f"{count} {_IN_WORDS[state]}"
            for state, count in self._ended.items()
            if count and state != "done"
        ]
        return ", ".join(words) + "."

    def _next_plan(self) -> Plan | None:
        """Plan in the order of the line, one item at a time; None when nothing is left to do.

        While others are at work this one stays: the line may grow, or may be worked wider.
        """
        while True:
            with self._planning:
                plan = self._plan_next() if self._under_way < self._line.parallel else None
                if plan is not None:
                    self._under_way += 1
                    return plan
                if not self._under_way:
                    return None
            self._crew.sleep(_LOOK_UP_S)

    def _plan_next(self) -> Plan | None:
        while (item := self._next_item()) is not None:
            self._crew.check()
            plan = self._plan(item)
            if plan is not None and self._reserve(plan):
                return plan
        return None

    def _next_item(self) -> Item | None:
        item, limit = self._line.next(), self._line.limit
        if item is None and limit.max_bytes is not None:
            has_room = self._ledger.documents_left("", limit) != 0
            return self._line.spare(self._ledger.room(limit.max_bytes)) if has_room else None
        return item

    def _plan(self, item: Item) -> Plan | None:
        """Plan an item, or say why there is nothing to fetch."""
        name, folder = item.identifier, self._folder / item.identifier
        limit = self._line.limit_of(name)
        left = self._ledger.documents_left(name, limit)
        if is_finished(folder) or self._is_filled(folder, left):
            self._tell_here(name, limit)
            return None
        if left == 0:
            self._refuse(Plan(folder, item, reason=_TOO_MANY), "skipped")
            return None
        try:
            plan = plan_item(self._archive, item, folder)
        except UnreachableError:
            if self._archive.is_offline:
                raise
            reason = f"The archive does not answer about {name}: try again later."
            plan = Plan(folder, item, reason=reason)
        except ArchiveError as error:
            plan = Plan(folder, item, reason=str(error))
        if not plan.reason:
            return at_most(plan, left)
        state: State = "restricted" if plan.item.restricted else "failed"
        self._refuse(plan, state)
        return None

    def _is_filled(self, folder: Path, left: int | None) -> bool:
        """Whether as much of an item is here as a limit of documents allows, as it did before."""
        if left is None or not why_not_all(folder):
            return False
        return brought_by(folder).documents >= left

    def _tell_here(self, name: str, limit: Limit) -> None:
        """Count an item of which nothing is to be fetched."""
        folder = self._folder / name
        here, reason = brought_by(folder), why_not_all(folder)
        self._ledger.plan(name, here, limit)
        self._there += 1
        size, count = here.size_bytes, here.documents
        self._end(Ended(name, "done", size, reason, was_here=True, documents=count))

    def _refuse(self, plan: Plan, state: State) -> None:
        """Record why nothing is taken of an item, and tell it."""
        keep_refusal(self._archive, plan, state)
        self._end(Ended(plan.item.identifier, state, reason=plan.reason))

    def _reserve(self, plan: Plan) -> bool:
        limit = self._line.limit_of(plan.item.identifier)
        wanted = Brought(len(plan.taken), plan.size_bytes)
        if self._ledger.reserve(plan.item.identifier, wanted, limit):
            return True
        self._refuse(dataclasses.replace(plan, reason=_too_much(plan)), "skipped")
        return False

    def _count(self, ended: Ended | None) -> None:
        with self._planning:
            self._under_way -= 1
        if ended is not None:
            self._end(ended)

    def _end(self, ended: Ended) -> None:
        with self._counting:
            self._ended[ended.state] += 1
        if ended.state == "done":
            self._ledger.arrived(ended.identifier, ended.size_bytes)
        else:
            self._ledger.leave_out(ended.identifier)
        size = ended.size_bytes
        self._crew.emit(
            DocumentChanged(
                ended.identifier,
                ended.state,
                size,
                size or None,
                ended.reason,
                ended.was_here,
                ended.documents,
            )
        )


def _too_much(plan: Plan) -> str:
    size = size_text(plan.size_bytes)
    return f"Passed over: its {size} are more than the limit of gigabytes leaves."


def _items(count: int) -> str:
    return f"{count} {'item' if count == 1 else 'items'}"

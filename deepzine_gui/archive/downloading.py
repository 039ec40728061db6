"""Download the documents of many items: two at a time, each on its own, all stoppable."""

import dataclasses
import threading
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Literal

import requests

from deepzine_gui.archive.connection import Archive, UnreachableError
from deepzine_gui.archive.crew import Crew
from deepzine_gui.archive.events import DocumentChanged
from deepzine_gui.archive.fetching import NotPublicError, RefusedError, Wanted, fetch
from deepzine_gui.archive.items import Item
from deepzine_gui.archive.ledger import Ledger
from deepzine_gui.archive.planning import Plan, plan_item, write_plan
from deepzine_gui.archive.records import Record, is_finished, read_records, write_record
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event, Finished, Notice

PARALLEL = 2
_TELLING_INTERVAL_S = 0.2


def take(
    items: Sequence[Item],
    folder: Path,
    *,
    max_bytes: int | None = None,
    max_documents: int | None = None,
) -> Generator[Event, None, None]:
    """See `deepzine_gui.archive.download`; `max_documents` limits their number likewise."""
    queue = list({item.identifier: item for item in items}.values())
    for item in queue:
        yield DocumentChanged(item.identifier, "waiting")
    crew = Crew()
    ledger = Ledger(len(queue), max_bytes=max_bytes)
    with Archive(crew) as archive:
        download = _Download(queue, folder, archive, crew, ledger, max_documents)
        yield from crew.run([download.work] * min(PARALLEL, len(queue)), ledger.progress)
    if download.left_out:
        limit = "limit of documents" if download.has_all_documents else "size limit"
        yield Notice(f"{_items(download.left_out)} left out: the {limit} is reached.")
    yield ledger.progress(is_over=True)
    yield Finished(download.summary(), folder)


class _Download:
    """What the threads of one download share."""

    def __init__(
        self,
        queue: list[Item],
        folder: Path,
        archive: Archive,
        crew: Crew,
        ledger: Ledger,
        max_documents: int | None,
    ) -> None:
        self._queue = iter(queue)
        self._folder = folder
        self._archive = archive
        self._crew = crew
        self._ledger = ledger
        self._planning = threading.Lock()
        self._counting = threading.Lock()
        self._ended: dict[str, int] = {"done": 0, "failed": 0, "restricted": 0}
        self._there = 0
        self._documents_left = max_documents
        self.left_out = 0

    def work(self) -> None:
        """Take one item after the other until none is left."""
        with self._archive.transfers() as session:
            while (plan := self._next_plan()) is not None:
                self._take(session, plan)

    def summary(self) -> str:
        """One sentence of what became of the items."""
        words = [f"{_items(self._ended['done'] - self._there)} downloaded"]
        if self._there:
            words.append(f"{self._there} already here")
        words += [
            f"{count} {state}" for state, count in self._ended.items() if count and state != "done"
        ]
        return ", ".join(words) + "."

    @property
    def has_all_documents(self) -> bool:
        """Whether no document more is to be taken."""
        return self._documents_left == 0

    def _next_plan(self) -> Plan | None:
        """Plan in the order of the queue, one item at a time; None when nothing is left to do."""
        with self._planning:
            for item in self._queue:
                self._crew.check()
                if self.has_all_documents:
                    self._leave_out(item)
                    return None
                plan = self._plan(item)
                if plan is not None and self._reserve(plan):
                    return plan
            return None

    def _plan(self, item: Item) -> Plan | None:
        """Plan an item, or say why there is nothing to fetch."""
        folder = self._folder / item.identifier
        if is_finished(folder):
            records = read_records(folder)
            size = sum(record.size_bytes or 0 for record in records)
            self._count_documents(len(records))
            self._ledger.plan(item.identifier, size)
            self._end(item.identifier, "done", size)
            self._there += 1
            return None
        try:
            plan = plan_item(self._archive, item, folder)
        except UnreachableError:
            raise
        except ArchiveError as error:
            plan = Plan(folder, item, reason=str(error))
        if not plan.reason:
            plan = dataclasses.replace(plan, most=self._documents_left)
            self._count_documents(len(plan.taken))
            return plan
        state: Literal["failed", "restricted"] = "restricted" if plan.item.restricted else "failed"
        record = Record(item.identifier, item.title, state=state, reason=plan.reason)
        source = self._archive.page_url(item.identifier)
        write_record(folder, dataclasses.replace(record, source=source))
        self._end(item.identifier, state, reason=plan.reason)
        return None

    def _reserve(self, plan: Plan) -> bool:
        if self._ledger.reserve(plan.item.identifier, plan.size_bytes):
            return True
        self._leave_out(plan.item)
        return False

    def _count_documents(self, count: int) -> None:
        if self._documents_left is not None:
            self._documents_left = max(0, self._documents_left - count)

    def _leave_out(self, first: Item) -> None:
        """Take neither this item nor those after it."""
        for item in (first, *self._queue):
            self.left_out += 1
            self._ledger.leave_out(item.identifier)

    def _take(self, session: requests.Session, plan: Plan) -> None:
        """Fetch the documents of an item; one that fails does not keep the others away."""
        write_plan(plan)
        name, size = plan.item.identifier, plan.size_bytes
        here, reason, is_public = 0, "", True
        self._crew.emit(DocumentChanged(name, "downloading", 0, size))
        for wanted, record in plan.taken:
            try:
                here += self._fetch(session, plan, wanted, here)
                write_record(wanted.target.parent, _done(record, wanted))
            except RefusedError as error:
                reason, is_public = str(error), not isinstance(error, NotPublicError)
                state: Literal["failed", "restricted"] = "failed" if is_public else "restricted"
                failed = dataclasses.replace(record, state=state, reason=reason)
                write_record(wanted.target.parent, failed)
        if reason:
            self._end(name, "failed" if is_public else "restricted", here, reason)
        else:
            self._end(name, "done", here)

    def _fetch(self, session: requests.Session, plan: Plan, wanted: Wanted, before: int) -> int:
        """Fetch a document, telling how the item grows; return the document's bytes."""
        name, size, due = plan.item.identifier, plan.size_bytes, 0.0

        def tell(here: int) -> None:
            nonlocal due
            self._ledger.arrived(name, before + here)
            if time.monotonic() >= due:
                self._crew.emit(DocumentChanged(name, "downloading", before + here, size))
                due = time.monotonic() + _TELLING_INTERVAL_S

        fetch(session, wanted, self._crew, tell)
        return wanted.target.stat().st_size

    def _end(
        self,
        identifier: str,
        state: Literal["done", "failed", "restricted"],
        size: int = 0,
        reason: str = "",
    ) -> None:
        with self._counting:
            self._ended[state] += 1
        if state == "done":
            self._ledger.arrived(identifier, size)
        else:
            self._ledger.leave_out(identifier)
        self._crew.emit(DocumentChanged(identifier, state, size, size or None, reason))


def _done(record: Record, wanted: Wanted) -> Record:
    return dataclasses.replace(record, state="done", size_bytes=wanted.target.stat().st_size)


def _items(count: int) -> str:
    return f"{count} {'item' if count == 1 else 'items'}"

"""Take the documents of one item, and keep their records true."""

import dataclasses
import time
from datetime import UTC, datetime
from typing import Literal

import requests

from deepzine_gui.archive.connection.conversation import Archive
from deepzine_gui.archive.connection.crew import Crew
from deepzine_gui.archive.connection.slots import Slots
from deepzine_gui.archive.downloading.fetching import (
    DamagedError,
    NotPublicError,
    RefusedError,
    Wanted,
    fetch,
)
from deepzine_gui.archive.downloading.ledger import Ledger
from deepzine_gui.archive.downloading.planning import (
    Plan,
    item_record,
    plan_item,
    write_left_out,
    write_plan,
)
from deepzine_gui.archive.events import DocumentChanged
from deepzine_gui.archive.queue.lining import Line
from deepzine_gui.archive.queue.records import Record, discard_unfinished, write_record
from deepzine_gui.errors import ArchiveError

_TELLING_INTERVAL_S = 0.2

State = Literal["done", "failed", "restricted", "skipped"]


@dataclasses.dataclass(frozen=True, slots=True)
class Ended:
    """What became of an item: what of it is here, and one sentence where that is not all."""

    identifier: str
    state: State
    size_bytes: int = 0
    reason: str = ""
    was_here: bool = False
    documents: int = 0


class _UnwantedError(Exception):
    """The person has taken the item out of the queue."""


class Taking:
    """The work of one thread: one item after the other, through one session.

    Args:
        archive: for addresses, and for a second look at what an item holds.
        session: of the calling thread.
        crew: hears how an item grows, and ends the work.
        ledger: counts its bytes.
        line: knows whether an item is still wanted.
        slots: for each transfer one.
    """

    def __init__(
        self,
        archive: Archive,
        session: requests.Session,
        crew: Crew,
        ledger: Ledger,
        line: Line,
        slots: Slots,
    ) -> None:
        self._archive = archive
        self._session = session
        self._crew = crew
        self._ledger = ledger
        self._line = line
        self._slots = slots

    def take(self, plan: Plan) -> Ended | None:
        """Fetch the documents of an item; None if it was taken out of the queue meanwhile.

        A document that fails does not keep the others away.

        Raises:
            StorageError: the disk is full, or the place cannot be written.
        """
        name = plan.item.identifier
        count = len(plan.taken)
        self._crew.emit(DocumentChanged(name, "downloading", 0, plan.size_bytes, documents=count))
        try:
            return self._take(plan)
        except _UnwantedError:
            self._ledger.forget(name)
            discard_unfinished(plan.folder)
            return None

    def _take(self, plan: Plan) -> Ended:
        write_plan(plan)
        here, documents, reason = 0, 0, ""
        state: State = "done"
        for wanted, record in plan.taken:
            try:
                here += self._bring(plan, wanted, record, here)
                documents += 1
            except RefusedError as error:
                if not self._line.holds(plan.item.identifier):
                    # its part may have been taken away under our hands
                    raise _UnwantedError from error
                reason = str(error)
                state = "restricted" if isinstance(error, NotPublicError) else "failed"
                failed = dataclasses.replace(record, state=state, reason=reason)
                write_record(wanted.target.parent, failed)
        write_left_out(plan)
        reason = reason or plan.remark
        return Ended(plan.item.identifier, state, here, reason, documents=documents)

    def _bring(self, plan: Plan, wanted: Wanted, record: Record, before: int) -> int:
        """Fetch a document and record that it is here; return its bytes.

        One that is not as announced is announced anew, as the archive may have replaced it.
        """
        try:
            md5 = self._fetch(plan, wanted, before)
        except DamagedError:
            newer = self._as_announced_now(plan, wanted)
            if newer is None or newer[0] == wanted:
                raise
            wanted, record = newer
            write_record(wanted.target.parent, record)
            md5 = self._fetch(plan, wanted, before)
        size = wanted.target.stat().st_size
        now = datetime.now(UTC).isoformat(timespec="seconds")
        done = dataclasses.replace(record, state="done", size_bytes=size, md5=md5, fetched=now)
        write_record(wanted.target.parent, done)
        return size

    def _as_announced_now(self, plan: Plan, wanted: Wanted) -> tuple[Wanted, Record] | None:
        try:
            newer = plan_item(self._archive, plan.item, plan.folder)
        except ArchiveError:
            return None
        return next((d for d in newer.documents if d[0].target == wanted.target), None)

    def _fetch(self, plan: Plan, wanted: Wanted, before: int) -> str:
        """Fetch a document, telling how the item grows; return its MD5."""
        name, size, due = plan.item.identifier, plan.size_bytes, 0.0

        def tell(here: int) -> None:
            nonlocal due
            self._ledger.arrived(name, before + here)
            if time.monotonic() >= due:
                if not self._line.holds(name):
                    raise _UnwantedError
                self._crew.emit(DocumentChanged(name, "downloading", before + here, size))
                due = time.monotonic() + _TELLING_INTERVAL_S

        with self._slots.one():
            return fetch(self._session, wanted, self._crew, tell)


def keep_refusal(archive: Archive, plan: Plan, state: State) -> None:
    """Record why an item gives no document at all, and what its documents would weigh.

    Raises:
        StorageError: the place cannot be written.
    """
    record = dataclasses.replace(
        item_record(archive, plan.item),
        state=state,
        reason=plan.reason,
        size_bytes=plan.size_bytes or None,
    )
    write_record(plan.folder, record)

"""The rows of the queue: each an item, how far it is, and what became of it."""

import dataclasses
from collections.abc import Mapping, Sequence

from deepzine_gui.archive import DocumentChanged, Entry, Item, Record
from deepzine_gui.progress import Pace, Progress
from deepzine_gui.ui.collect.recorded import end_of, wanted_of
from deepzine_gui.words import progress_text, size_text


@dataclasses.dataclass(slots=True)
class QueueRow:
    """An item of the queue.

    States are those of `DocumentChanged`, "waiting", and "begun": a part is here and nothing goes
    on.

    Attributes:
        total_bytes: of its documents, once their list or they themselves have told.
    """

    item: Item
    state: str = "waiting"
    reason: str = ""
    done_bytes: int = 0
    total_bytes: int | None = None
    _pace: Pace | None = None

    @property
    def pace(self) -> Pace:
        """How fast it comes; made when it does, as very many rows only wait."""
        self._pace = self._pace or Pace()
        return self._pace

    @property
    def is_unfinished(self) -> bool:
        """Whether the download has something to do here."""
        return self.state in ("waiting", "downloading", "begun")

    @property
    def has_failed(self) -> bool:
        """Whether it cannot be had, for the reason given."""
        return self.state in ("failed", "restricted")

    @property
    def size(self) -> str:
        """What its documents weigh; "≤" where only all files of the item are known."""
        if self.total_bytes:
            return size_text(self.total_bytes)
        size = self.item.size_bytes
        if not size:
            return ""
        return size_text(size) if self.item.is_weighed else f"≤ {size_text(size)}"

    @property
    def can_be_retried(self) -> bool:
        """Whether it can be asked for once more: it failed, or a limit keeps all or some away."""
        return self.has_failed or self.state == "skipped" or self.is_partly_here

    @property
    def is_partly_here(self) -> bool:
        """Whether a limit keeps some of its documents away, and the others are here."""
        return self.state == "done" and bool(self.reason)

    @property
    def explanation(self) -> str:
        """The reason why it is not taken, and what can be done about a limit."""
        if self.is_partly_here:
            return f"{self.reason} Try again (with a right click) takes the others as well."
        hint = " Try again (with a right click) takes it all the same."
        return self.reason + hint if self.state == "skipped" else self.reason

    @property
    def share(self) -> float | None:
        """How much of it is here while it comes, 0 … 1."""
        if self.state != "downloading" or not self.total_bytes:
            return None
        return min(1.0, self.done_bytes / self.total_bytes)

    @property
    def text(self) -> str:
        """What there is to say of it in a few words, or the reason."""
        if self.can_be_retried:
            return self.reason
        if self.state == "downloading":
            total = self.total_bytes or None
            return progress_text(Progress(self.done_bytes, total, "bytes"), self.pace)
        if self.state == "begun":
            return f"Begun, {size_text(self.done_bytes)} here" if self.done_bytes else "Begun"
        return "Here" if self.state == "done" else "Waiting"

    def take(self, event: DocumentChanged) -> None:
        """Note what the download says of it."""
        if event.state != self.state:
            self.hold()
        self.state, self.reason = event.state, event.reason
        self.done_bytes = event.done_bytes
        # a later event may not tell it again
        self.total_bytes = event.total_bytes or self.total_bytes
        self.pace.add(Progress(event.done_bytes, event.total_bytes, "bytes"))

    def wait(self) -> None:
        """Note that it is going to be downloaded."""
        self.state, self.reason, self.done_bytes = "waiting", "", 0
        self.hold()

    def hold(self) -> None:
        """Forget its speed, as it does not come for now."""
        self._pace = None

    def rest(self) -> None:
        """Note that nothing goes on any more."""
        if self.state == "downloading":
            self.state = "begun"


def rows_of(entries: Sequence[Entry], records: Mapping[str, Sequence[Record]]) -> list[QueueRow]:
    """A row for each entry; its state as the records of its documents, by its name, tell."""
    return [_row_of(entry.item, records.get(entry.item.identifier, ())) for entry in entries]


def _row_of(item: Item, records: Sequence[Record]) -> QueueRow:
    if not records:
        return QueueRow(item)
    state, reason = end_of(records)
    return QueueRow(item, state, reason, total_bytes=wanted_of(records).size_bytes or None)

"""The items on the bench, column by column, so that a hundred thousand take little memory."""

import dataclasses
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.archive import Brought, DocumentChanged, Item
from deepzine_gui.archive.choosing.costs import Certainty, Share, certainty
from deepzine_gui.archive.items import IN_SHORT
from deepzine_gui.ui.collect.coded_words import Words
from deepzine_gui.ui.collect.folding import folded

Rows = NDArray[np.intp]

STATES: Final = (
    "", "begun", "waiting", "downloading", "partly", "done", "failed", "restricted", "skipped",
)  # fmt: skip
"""Those of `DocumentChanged`, "" (not asked for yet), "begun" (a part is here), "waiting", and
"partly": done, but for documents that a limit kept away."""

_CODES = {state: code for code, state in enumerate(STATES)}
_FACTS = np.dtype(
    [
        ("year", np.int32),
        ("pages", np.int64),
        ("size_bytes", np.int64),
        ("downloads", np.int64),
        ("documents", np.int32),
        ("language", np.int32),
        ("rights", np.int32),
        ("closed", np.int32),
        ("state", np.uint8),
        ("is_weighed", np.bool_),
        ("is_ticked", np.bool_),
        ("by_hand", np.bool_),
    ]
)
_FIRST_ROOM = 1024
_NOTHING = Brought(0, 0)
_LARGEST = 2**62
_MOST_DOCUMENTS = 2**31 - 1
_SHARED_TEXTS = 20_000


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """What became of an item: its state, why, how far it is.

    Attributes:
        documents: how many are here, or how many come; 0 where that is not told.
        left_out: documents that a limit kept away, where others are here.
    """

    name: str
    reason: str = ""
    done_bytes: int = 0
    total_bytes: int | None = None
    documents: int = 0
    left_out: Brought = _NOTHING


@dataclasses.dataclass(frozen=True, slots=True)
class Sum:
    """Counts of some items; pages and sizes count what is known.

    Attributes:
        items: how many.
        documents: of those, one each where they are not weighed.
        pages: of those whose number of pages is known.
        without_pages: how many those are not.
        size_bytes: of their documents, as sure as `certainty` says.
        without_sizes: items of whose size nothing is known.
    """

    items: int
    documents: int
    pages: int
    without_pages: int
    size_bytes: int
    certainty: Certainty
    without_sizes: int


class Listing:
    """Items by their rows, in the order in which they came.

    Attributes:
        identifiers, titles, creators: (N,) texts.
        search_texts: (N,) titles, creators and identifiers, folded; what a filter looks through.
        languages, rights: the words that the codes in `column` stand for; 0 is none.
        share: what the items weighed so far tell about the others.
    """

    def __init__(self) -> None:
        self.identifiers: list[str] = []
        self.titles: list[str] = []
        self.creators: list[str] = []
        self.search_texts: list[str] = []
        self.languages = Words()
        self.rights = Words()
        self.share = Share()
        self._closed = Words()
        self._shared: dict[str, str] = {}
        self._places: dict[str, int] = {}
        self._states: dict[int, State] = {}
        self._facts = np.zeros(_FIRST_ROOM, _FACTS)

    def __len__(self) -> int:
        return len(self.identifiers)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._places

    def column(self, name: str) -> NDArray[Any]:
        """(N,) values of all items; ticks may be written to.

        Args:
            name: ``year``, ``pages``, ``size_bytes`` (0: not known), ``downloads`` (−1: not known),
                ``documents``;
                ``language``, ``rights``, ``state`` (codes); ``is_weighed``, ``is_ticked``,
                ``by_hand``.
        """
        values: NDArray[Any] = self._facts[: len(self)][name]
        return values

    def add(self, items: Iterable[Item], states: dict[str, State]) -> int:
        """Append items that are not there yet; return how many those were.

        Args:
            items: as they were found.
            states: by identifier, what is known to have become of some.
        """
        different = {item.identifier: item for item in items}
        new = [item for name, item in different.items() if name not in self._places]
        first = len(self)
        self._make_room(first + len(new))
        for row, item in enumerate(new, first):
            self._places[item.identifier] = row
            self.identifiers.append(item.identifier)
            self.titles.append(item.title)
            self.creators.append(self._one_of(item.creator))
            self.search_texts.append(folded(f"{item.title} {item.creator} {item.identifier}"))
            self._write(row, item)
            state = states.get(item.identifier)
            if state is not None:
                self.set_state(row, state)
        return len(new)

    def row_of(self, identifier: str) -> int | None:
        """The row of an item, or None if it is not there."""
        return self._places.get(identifier)

    def item(self, row: int) -> Item:
        """The item of a row."""
        facts = self._facts[row]
        return Item(
            self.identifiers[row],
            self.titles[row],
            creator=self.creators[row],
            year=int(facts["year"]) or None,
            language=self.languages[facts["language"]],
            pages=int(facts["pages"]) or None,
            size_bytes=int(facts["size_bytes"]) or None,
            downloads=None if facts["downloads"] < 0 else int(facts["downloads"]),
            rights=self.rights[facts["rights"]],
            restricted=self._closed[facts["closed"]],
            is_weighed=bool(facts["is_weighed"]),
            documents=int(facts["documents"]),
        )

    def weigh(self, item: Item) -> int | None:
        """Take note of what an item weighs; return its row, None if it is not there."""
        row = self.row_of(item.identifier)
        if row is None:
            return None
        before = self.item(row)
        if not before.is_weighed and item.is_weighed:
            self.share = self.share.with_item(before, item)
        self._write(row, item)
        if item.restricted:
            self._facts[row]["is_ticked"] = False
        return row

    def set_state(self, row: int, state: State) -> None:
        """Take note of what became of an item, and of what that tells about it."""
        self._facts[row]["state"] = _CODES[state.name]
        self._states[row] = state
        if state.name == "restricted":
            self._facts[row]["is_ticked"] = False
            if state.reason in IN_SHORT:
                self._facts[row]["closed"] = self._closed.code(state.reason)
        elif state.name in ("done", "partly") and state.total_bytes:
            self._note_here(row, state.total_bytes, state)
        elif state.name == "downloading" and state.documents:
            self._facts[row]["documents"] = state.documents

    def wait(self, identifiers: Iterable[str]) -> None:
        """Take note that items wait to be downloaded; those that are not there are passed over."""
        rows = [row for name in identifiers if (row := self.row_of(name)) is not None]
        partly = [row for row in rows if self._facts[row]["state"] == _CODES["partly"]]
        here = {
            row: State("waiting", done_bytes=self._states[row].total_bytes or 0) for row in partly
        }
        self._facts["state"][rows] = _CODES["waiting"]
        self._states.update({**dict.fromkeys(rows, State("waiting")), **here})

    def end_downloading(self) -> None:
        """After a stop nothing downloads or waits any more."""
        for row, state in self._states.items():
            if state.name in ("waiting", "downloading"):
                left = State("begun" if state.done_bytes else "")
                self._states[row] = left
                self._facts[row]["state"] = _CODES[left.name]

    def state(self, row: int) -> State:
        """What became of an item."""
        return self._states.get(row) or State(STATES[self._facts[row]["state"]])

    def why_closed(self, row: int) -> str:
        """Why an item cannot be taken, in a sentence; "" if it can."""
        return self._closed[self._facts[row]["closed"]]

    def is_open(self) -> NDArray[np.bool_]:
        """(N,) whether an item may be taken."""
        is_open: NDArray[np.bool_] = self.column("closed") == 0
        return is_open

    def is_refused(self) -> NDArray[np.bool_]:
        """(N,) whether the archive did not give an item's documents, which it may another time."""
        refused: NDArray[np.bool_] = self.column("state") == _CODES["restricted"]
        return refused

    def is_queued(self) -> NDArray[np.bool_]:
        """(N,) whether an item's documents wait in the download that runs, or come."""
        codes = [_CODES["waiting"], _CODES["downloading"]]
        queued: NDArray[np.bool_] = np.isin(self.column("state"), codes)
        return queued

    def is_here(self) -> NDArray[np.bool_]:
        """(N,) whether an item's documents are all here that are wanted of it."""
        codes = [_CODES["partly"], _CODES["done"]]
        here: NDArray[np.bool_] = np.isin(self.column("state"), codes) & ~self.wants_rest()
        return here

    def wants_rest(self) -> NDArray[np.bool_]:
        """(N,) whether an item was ticked by hand since a limit kept a part of it away."""
        by_hand = self.column("is_ticked") & self.column("by_hand")
        wanted: NDArray[np.bool_] = by_hand & (self.column("state") == _CODES["partly"])
        return wanted

    def expected_bytes(self) -> NDArray[np.int64]:
        """(N,) what the documents of each item weigh, as well as it is known; 0 if not at all."""
        sizes: NDArray[np.int64] = self.column("size_bytes")
        if self.share.ratio is None:
            return sizes
        return np.where(
            self.column("is_weighed"), sizes, (sizes * self.share.ratio).astype(np.int64)
        )

    def sum(self, rows: Rows, *, only_missing: bool = False) -> Sum:
        """Add up some rows; with `only_missing` without documents that are here of the rest."""
        is_rest = self.wants_rest()[rows]
        rest = [self._states[row].left_out for row in rows[is_rest].tolist()]
        counted = rows[~is_rest] if only_missing else rows
        pages, is_weighed = self.column("pages")[counted], self.column("is_weighed")[counted]
        no_pages = int((pages == 0).sum()) + (len(rest) if only_missing else 0)
        sizes = self.expected_bytes()[counted].sum()
        return Sum(
            len(rows),
            int(self.column("documents")[counted].sum()) + sum(one.documents for one in rest),
            int(pages.sum()),
            no_pages,
            int(sizes) + sum(one.size_bytes for one in rest),
            certainty(bool(is_weighed.all()), self.share),
            int((~is_weighed & (self.column("size_bytes")[counted] == 0)).sum()),
        )

    def _note_here(self, row: int, size_bytes: int, state: State) -> None:
        """Take note of what an item weighs of which documents are here."""
        item = dataclasses.replace(self.item(row), is_weighed=True)
        documents = state.documents or item.documents
        if state.name == "partly":
            # what is not here of it is wanted once it is ticked anew
            self._facts[row]["by_hand"] = False
        # the whole item tells about others, what is here of it counts
        whole = documents + state.left_out.documents
        whole_bytes = size_bytes + state.left_out.size_bytes
        self.weigh(dataclasses.replace(item, documents=whole, size_bytes=whole_bytes))
        self._write(row, dataclasses.replace(item, documents=documents, size_bytes=size_bytes))

    def _write(self, row: int, item: Item) -> None:
        facts = self._facts[row]
        facts["year"] = min(item.year or 0, 9999)
        facts["pages"] = min(item.pages or 0, _LARGEST)
        facts["size_bytes"] = min(item.size_bytes or 0, _LARGEST)
        facts["downloads"] = -1 if item.downloads is None else min(item.downloads, _LARGEST)
        facts["documents"] = min(max(item.documents, 1), _MOST_DOCUMENTS)
        facts["language"] = self.languages.code(item.language)
        facts["rights"] = self.rights.code(item.rights)
        facts["closed"] = self._closed.code(item.restricted)
        facts["is_weighed"] = item.is_weighed

    def _make_room(self, count: int) -> None:
        if count > len(self._facts):
            grown = np.zeros(max(count, 2 * len(self._facts)), _FACTS)
            grown[: len(self)] = self._facts[: len(self)]
            self._facts = grown

    def _one_of(self, text: str) -> str:
        """The same text as one object, where it is met again and again."""
        known = self._shared.get(text)
        if known is None:
            known = text
            if len(self._shared) < _SHARED_TEXTS:
                self._shared[text] = text
        return known


def state_of(event: DocumentChanged) -> State:
    """What an event of a download tells of its item."""
    is_partly = event.state == "done" and bool(event.reason)
    name = "partly" if is_partly else event.state
    return State(name, event.reason, event.done_bytes, event.total_bytes, event.documents)


def no_rows() -> Rows:
    """None of the rows."""
    return np.zeros(0, np.intp)

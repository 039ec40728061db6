"""What the archive has: searched, narrowed, looked at, chosen, and priced before it is taken."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from deepzine_gui.archive import DocumentChanged, ItemsFound, Record, read_records
from deepzine_gui.archive.choosing.costs import Cost
from deepzine_gui.ui.collect.choosing import (
    cost_of_missing,
    forget_hand,
    left_of,
    rows_to_take,
    tick_chosen,
)
from deepzine_gui.ui.collect.closer_look import CloserLook
from deepzine_gui.ui.collect.columns import size_told
from deepzine_gui.ui.collect.filter_bar import FilterBar
from deepzine_gui.ui.collect.idea_list import IdeaList
from deepzine_gui.ui.collect.items_model import ItemsModel
from deepzine_gui.ui.collect.items_table import ItemsTable
from deepzine_gui.ui.collect.listing import State, state_of
from deepzine_gui.ui.collect.preview_pane import WIDTH, PreviewPane
from deepzine_gui.ui.collect.recorded import items_of, states_of
from deepzine_gui.ui.collect.search_bar import SearchBar
from deepzine_gui.ui.collect.summary import summary
from deepzine_gui.ui.collect.take_bar import TakeBar
from deepzine_gui.ui.empty_state import EmptyState
from deepzine_gui.ui.fitting_label import FittingLabel
from deepzine_gui.ui.memory import SplitterMemory
from deepzine_gui.ui.theme import GRID, make_primary, quieten

_SETTLE_MS: Final = 250
"""While results stream in, order, choice and sums follow only so often."""

_PLAN_MS: Final = 50
"""While states stream in, choice and sums follow only so often."""

_FAILED = "The search brought nothing; the reason stands below."
_STOPPED = "The search was stopped before anything was found."
_NOTHING = "Nothing is found: try other words, or one of the ideas."
_FILTERED = "No item is let through by the filter."


class Scout(QWidget):
    """The search line, the filter, the table with a preview beside it, and what to take.

    Signals:
        search_asked(str): look for this.
        stop_asked(): end the search that runs.
        take_asked(list[Item], int | None, int | None): get these, together at most so many bytes
            and documents.
        next_asked(): go on to the next bench.
    """

    search_asked = Signal(str)
    stop_asked = Signal()
    take_asked = Signal(list, object, object)
    next_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = Path()
        self._known: dict[str, State] = {}
        self._total = 0
        self._is_searching = self._is_busy = self._is_ready = self._is_of_project = False
        self.cost: Cost | None = None
        self.search_bar = SearchBar()
        self.summary = FittingLabel()
        quieten(self.summary)
        self.filters = FilterBar()
        self.model = ItemsModel(self)
        self.table = ItemsTable(self.model)
        self.preview = PreviewPane()
        self.take_bar = TakeBar()
        self.ideas = IdeaList()
        self.nothing = EmptyState("", "")
        self._middle = QStackedWidget()
        self._closer = CloserLook(self.model, self.preview, self)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._catch_up)
        self._plan_due = QTimer(self, singleShot=True, interval=_PLAN_MS)
        self._plan_due.timeout.connect(self._choose)
        self._lay_out()
        self._connect()
        self._show_middle()

    @property
    def is_searching(self) -> bool:
        """Whether a search runs."""
        return self._is_searching

    @property
    def documents_here(self) -> int:
        """How many items' documents are in the project."""
        return sum(state.name in ("done", "partly") for state in self._known.values())

    def open_project(self, documents: Path, text: str, records: Sequence[Record]) -> None:
        """Show a project: what was searched last, and the documents that are in it."""
        self._folder = documents
        self._known = states_of(records)
        self.search_bar.field.setText(text)
        self.filters.clear()
        self._begin()
        self._is_of_project = True
        self._middle.setCurrentWidget(self.ideas)
        self.model.add(items_of(records), self._known)
        self._catch_up()

    def begin_search(self, text: str) -> None:
        """Empty the table for what a search will find."""
        self._is_searching = True
        self._begin()
        self.summary.setText(f"Searching {text}…")
        self.search_bar.set_searching(True)
        self.nothing.say(f"Asking the archive about {text}…", "")
        self._show_middle()

    def take_found(self, found: ItemsFound) -> None:
        """Append a page of results."""
        is_first = not len(self.model.listing)
        self._total = found.total
        self.model.add(found.items, self._known)
        if is_first:
            self._catch_up()
        elif not self._settle.isActive():
            self._settle.start()

    def end_search(self, *, completed: bool, was_stopped: bool) -> None:
        """Put everything into its place; say why there is nothing, where there is nothing."""
        self._is_searching = False
        self.search_bar.set_searching(False)
        if completed:
            self.nothing.say(_NOTHING, "Show the ideas")
        else:
            self.nothing.say(_STOPPED if was_stopped else _FAILED, "Try again")
        self._catch_up()
        self._closer.let_weigh(not self._is_busy)

    @Slot(object)
    def set_state(self, event: DocumentChanged) -> None:
        """Show what became of an item's documents."""
        state = state_of(event)
        if state.name == "partly":
            # its records tell of the documents that were left out
            state = self._recorded(event.identifier) or state
        if event.state in ("done", "failed", "restricted", "skipped"):
            self._known[event.identifier] = state
        if not self.model.show_state(event.identifier, state) or event.state == "downloading":
            return
        if not self._plan_due.isActive():
            self._plan_due.start()

    @Slot(list)
    def let_wait(self, identifiers: Sequence[str]) -> None:
        """Show that items wait to be downloaded."""
        self.model.wait(identifiers)
        if not self._plan_due.isActive():
            self._plan_due.start()

    @Slot(list)
    def forget(self, identifiers: Sequence[str]) -> None:
        """Show what is left of items that were taken out of the queue: what their records tell."""
        for identifier in identifiers:
            left = self._recorded(identifier)
            self._known.pop(identifier, None)
            if left is not None:
                self._known[identifier] = left
            self.model.show_state(identifier, left or State(""))
        self._show_plan()

    def end_downloading(self) -> None:
        """After a stop nothing downloads or waits any more."""
        self.model.end_downloading()
        self._show_plan()

    def set_busy(self, busy: bool) -> None:
        """While documents are downloaded nothing is weighed: the archive's patience is theirs."""
        self._is_busy = busy
        self._closer.let_weigh(not busy and not self._is_searching)
        self._show_plan()

    def set_ready(self, ready: bool) -> None:
        """Whether there is something to build a dataset from."""
        self._is_ready = ready
        self._show_plan()

    def size_of(self, identifier: str) -> str:
        """What the table tells of the size of an item's documents; "" where it does not."""
        listing = self.model.listing
        row = listing.row_of(identifier)
        return "" if row is None else size_told(listing, row)

    def shut_down(self) -> None:
        """End the process that looks at items."""
        self._settle.stop()
        self._plan_due.stop()
        self._closer.close()

    def _recorded(self, identifier: str) -> State | None:
        return states_of(read_records(self._folder / identifier)).get(identifier)

    def _begin(self) -> None:
        self._total, self._is_of_project = 0, False
        self._closer.let_weigh(False)
        self._closer.begin()
        self.model.clear()

    @Slot()
    def take(self) -> None:
        """Ask for what is ticked and missing, the rows shown first."""
        listing = self.model.listing
        rows = rows_to_take(listing, self.model.shown)
        if len(rows) and self.cost is not None and self.cost.fits:
            left = left_of(listing, self.take_bar.choice)
            items = [listing.item(row) for row in rows.tolist()]
            self.take_asked.emit(items, left.size_bytes, left.documents)

    @Slot()
    def _catch_up(self) -> None:
        """Let order, languages, choice and sums follow what has come."""
        self._settle.stop()
        self.filters.show_languages(self.model.listing)
        if not self.model.settle():
            self._choose()
        self._show_middle()

    @Slot()
    def _narrow(self) -> None:
        self.model.narrow(self.filters.value)
        self._show_middle()

    @Slot()
    def _choose_anew(self) -> None:
        forget_hand(self.model.listing)
        self._choose()

    @Slot()
    def _untick(self) -> None:
        forget_hand(self.model.listing, ticks=True)
        self.model.repaint()
        self._show_plan()

    @Slot()
    def _choose(self) -> None:
        self._plan_due.stop()
        tick_chosen(self.model.listing, self.model.shown, self.take_bar.choice)
        self.model.repaint()
        self._show_plan()

    @Slot()
    def _show_plan(self) -> None:
        """Say what is found, and what taking the ticked of it would cost."""
        listing = self.model.listing
        told = summary(listing, self._total, len(self.model.shown), is_searching=self._is_searching)
        if told and self._is_of_project:
            told = f"In this project: {told}"
        if told or not self._is_searching:
            self.summary.setText(told)
        self._closer.plan_changed()
        self._show_cost()

    @Slot()
    def _show_cost(self) -> None:
        listing = self.model.listing
        ticked = listing.column("is_ticked") & listing.is_open()
        here, queued = ticked & listing.is_here(), ticked & listing.is_queued()
        missing = np.flatnonzero(ticked & ~(here | queued))
        self.cost = cost_of_missing(listing, missing, self._folder) if ticked.any() else None
        left = left_of(listing, self.take_bar.choice).documents
        self.take_bar.show_cost(
            self.cost,
            most=left,
            here=listing.sum(np.flatnonzero(here)).documents,
            queued=listing.sum(np.flatnonzero(queued)).documents,
            note=self._note(),
            # where the filter lets nothing through, that is what to do something about
            ready=self._is_ready and len(self.model.shown) > 0,
        )

    def _note(self) -> str:
        is_rough = self.cost is not None and self.cost.certainty != "exact"
        return "weighing some…" if is_rough and self._closer.is_weighing else ""

    @Slot()
    def _press_nothing(self) -> None:
        """Do what the button of the empty table says."""
        if self.nothing.button.text() == "Try again":
            self.search_bar.search_for(self.search_bar.field.text())
        elif len(self.model.listing):
            self.filters.clear()
        else:
            self._middle.setCurrentWidget(self.ideas)
            self._show_middle()

    def _show_middle(self) -> None:
        """Show the table, or what is to be said where it is empty."""
        has_items = len(self.model.listing) > 0
        for widget in (self.filters, self.take_bar):
            widget.setVisible(has_items)
        self.preview.setVisible(len(self.model.shown) > 0)
        if has_items and not len(self.model.shown):
            self.nothing.say(_FILTERED, "Show all")
        if len(self.model.shown):
            self._middle.setCurrentWidget(self.table)
        elif has_items or self._is_searching or self._middle.currentWidget() is self.nothing:
            self._middle.setCurrentWidget(self.nothing)
        make_primary(self.search_bar.button, self._middle.currentWidget() is self.ideas)

    def _connect(self) -> None:
        self.search_bar.asked.connect(self.search_asked)
        self.search_bar.stopped.connect(self.stop_asked)
        self.ideas.chosen.connect(self.search_bar.search_for)
        self.nothing.pressed.connect(self._press_nothing)
        self.filters.changed.connect(self._narrow)
        self.model.ticked.connect(self._choose)
        self.model.rearranged.connect(self._choose)
        self.table.turned_to.connect(self._closer.turn_to)
        self._closer.weighed.connect(self._choose)
        self._closer.settled.connect(self._show_cost)
        self.take_bar.choice_changed.connect(self._choose_anew)
        self.take_bar.untick_asked.connect(self._untick)
        self.take_bar.download_asked.connect(self.take)
        self.take_bar.next_asked.connect(self.next_asked)

    def _lay_out(self) -> None:
        for widget in (self.ideas, self.nothing, self.table):
            self._middle.addWidget(widget)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(GRID)
        splitter.addWidget(self._middle)
        splitter.addWidget(self.preview)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([4 * WIDTH, WIDTH])
        SplitterMemory(splitter, "scout")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.search_bar)
        layout.addWidget(self.summary)
        layout.addWidget(self.filters)
        layout.addWidget(splitter, 1)
        layout.addWidget(self.take_bar)

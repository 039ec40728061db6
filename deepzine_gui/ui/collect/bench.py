"""The Collect bench: search the archive, tick, download; add documents of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from deepzine_gui import archive
from deepzine_gui.archive import DocumentChanged, ItemsFound
from deepzine_gui.child import in_child
from deepzine_gui.errors import DeepZineError
from deepzine_gui.progress import Event, Notice
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.collect.items_model import ItemsModel
from deepzine_gui.ui.collect.items_table import ItemsTable
from deepzine_gui.ui.collect.listing import Row, rows_of, sum_of
from deepzine_gui.ui.collect.own_sources import OwnSources, holds_pages
from deepzine_gui.ui.collect.search_bar import SearchBar
from deepzine_gui.ui.collect.take_bar import TakeBar
from deepzine_gui.ui.empty_state import EmptyState
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.memory import SplitterMemory
from deepzine_gui.ui.theme import GRID, quieten
from deepzine_gui.words import count_text, size_text

if TYPE_CHECKING:
    from deepzine_gui.project import Project

_INVITATION = (
    "Name a collection of the Internet Archive above to see what it holds, "
    "or begin with documents of your own."
)


class CollectBench(Bench):
    """Documents come into the project here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search_job: Job | None = None
        self._download_job: Job | None = None
        self._known: dict[str, Row] = {}
        self._found_total = 0
        self.search_bar = SearchBar()
        self.summary = QLabel()
        quieten(self.summary)
        self.model = ItemsModel(self)
        self.table = ItemsTable(self.model)
        self.empty = EmptyState(_INVITATION, "Add own documents…")
        self.own = OwnSources()
        self.take_bar = TakeBar()
        self._middle = QStackedWidget()
        self._middle.addWidget(self.empty)
        self._middle.addWidget(self.table)
        self._lay_out()
        self._connect()
        self._download_action = QAction("Download the ticked items", self)
        self._download_action.triggered.connect(self.download)
        self._search_action = QAction("Search", self)
        self._search_action.setShortcut(QKeySequence("Ctrl+F"))
        self._search_action.triggered.connect(self.search_bar.field.setFocus)

    def open_project(self, project: "Project") -> None:
        """Show the project's documents, own sources and last search."""
        super().open_project(project)
        self.search_bar.field.setText(project.choices.collection)
        rows = rows_of(archive.read_records(project.documents))
        self._known = {row.item.identifier: row for row in rows}
        self.model.show(rows)
        self.own.show_sources(project.choices.sources)
        self._found_total = 0
        self._show_summary()
        self._show_state()

    def commands(self) -> list[QAction]:
        """Search and download."""
        return [self._search_action, self._download_action]

    @Slot(str)
    def search(self, identifier: str) -> None:
        """List what a collection holds."""
        if self.project is None or self._search_job is not None or self._download_job is not None:
            return
        self.project.choices.collection = identifier
        self.save_choices()
        self._remember_states()
        self.model.show([])
        self._found_total = 0
        self.summary.setText(f"Searching {identifier}…")
        job = self.start_job(
            in_child(archive.search, identifier), name=f"Search {identifier}", about="Search"
        )
        self._search_job = job
        job.progressed.connect(self._take_event)
        job.ended.connect(self._end_search)
        self.search_bar.set_searching(True)
        job.start()

    @Slot()
    def download(self) -> None:
        """Download what is ticked, or go on with what was stopped."""
        items = [row.item for row in self.model.rows if row.ticked]
        if self.project is None or self._download_job is not None or not items:
            return
        job = self.start_job(
            in_child(
                archive.download, items, self.project.documents, max_bytes=self.take_bar.max_bytes
            ),
            name="Download documents",
        )
        self._download_job = job
        job.progressed.connect(self._take_event)
        job.ended.connect(self._end_download)
        self._show_state()
        job.start()

    @Slot(list)
    def add_sources(self, paths: list[Path]) -> None:
        """Add own documents that hold pages; say which do not."""
        if self.project is None:
            return
        chosen = self.project.choices.sources
        for path in paths:
            try:
                has_some = holds_pages(path)
            except (DeepZineError, OSError) as error:
                self.notice.emit(str(error), "warning")
                continue
            if not has_some:
                self.notice.emit(f"{path.name} holds no PDF and no picture.", "warning")
            elif path.absolute() not in chosen:
                chosen.append(path.absolute())
        self._keep_sources()

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self._middle, 1)
        column.addWidget(self.take_bar)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(GRID)
        splitter.addWidget(left)
        splitter.addWidget(self.own)
        splitter.setStretchFactor(0, 1)
        self.own.setMinimumWidth(34 * GRID)
        splitter.setSizes([1100, 288])
        SplitterMemory(splitter, "collect")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.search_bar)
        layout.addWidget(self.summary)
        layout.addWidget(splitter, 1)

    def _connect(self) -> None:
        self.search_bar.asked.connect(self.search)
        self.search_bar.stopped.connect(self._stop_search)
        self.model.ticks_changed.connect(self._show_state)
        self.take_bar.limits_changed.connect(self._take_first)
        self.take_bar.download_asked.connect(self.download)
        self.take_bar.next_asked.connect(self.next_step)
        self.own.added.connect(self.add_sources)
        self.own.removed.connect(self._remove_sources)
        self.empty.pressed.connect(self._press_empty)

    @Slot(object)
    def _take_event(self, event: Event) -> None:
        if isinstance(event, ItemsFound):
            self._found_total = event.total
            self.model.add(event.items, self._known)
            self.model.take_first(self.take_bar.count, self.take_bar.max_bytes, keep_hand_made=True)
            self._show_summary()
        elif isinstance(event, DocumentChanged):
            self.model.set_state(event)
            if event.state in ("done", "failed", "restricted"):
                self._show_state()
        elif isinstance(event, Notice):
            self.notice.emit(event.text, event.severity)

    @Slot(bool)
    def _end_search(self, completed: bool) -> None:
        self._search_job = None
        self.search_bar.set_searching(False)
        found = {row.item.identifier for row in self.model.rows}
        self.model.add_rows([r for name, r in self._known.items() if name not in found])
        self._show_summary()
        if completed and not found:
            self.summary.setText("Nothing was found.")
        self._show_state()

    @Slot(bool)
    def _end_download(self, completed: bool) -> None:
        self._download_job = None
        self.model.end_downloading()
        self._remember_states()
        self._show_state()

    @Slot()
    def _stop_search(self) -> None:
        if self._search_job is not None:
            self._search_job.stop()

    @Slot()
    def _take_first(self) -> None:
        self.model.take_first(self.take_bar.count, self.take_bar.max_bytes)

    @Slot(list)
    def _remove_sources(self, paths: list[Path]) -> None:
        if self.project is not None:
            kept = [path for path in self.project.choices.sources if path not in paths]
            self.project.choices.sources = kept
            self._keep_sources()

    @Slot()
    def _press_empty(self) -> None:
        if self._is_ready():
            self.next_step.emit()
        else:
            self.own.choose_files()

    @Slot()
    def _show_state(self) -> None:
        """Let every part say what there is and what to do next."""
        rows = self.model.rows
        ticked = [row for row in rows if row.ticked]
        busy = self._download_job is not None
        missing = sum(row.state != "done" for row in ticked)
        self._download_action.setEnabled(missing > 0 and not busy)
        self.take_bar.setVisible(bool(rows))
        self.take_bar.set_busy(busy)
        self.take_bar.show_sum(
            sum_of(ticked), missing=missing, busy=busy, ready=self._is_ready() and not busy
        )
        self._middle.setCurrentWidget(self.table if rows else self.empty)
        own = len(self.project.choices.sources) if self.project else 0
        if own:
            self.empty.say(
                f"{count_text(own, 'own sources')} in this project: make a dataset of the pages.",
                "Go on to Dataset",
            )
        else:
            self.empty.say(_INVITATION, "Add own documents…")
        number = sum(row.state == "done" for row in rows) + own
        self.mark_changed.emit("●" if busy else f"{number:,}" if number else "")

    def _show_summary(self) -> None:
        if not self.model.rows:
            self.summary.clear()
            return
        found = sum_of(self.model.rows)
        parts = [count_text(max(self._found_total, found.items), "items")]
        if found.pages:
            parts.append(f"{found.pages:,} pages")
        if found.size_bytes:
            parts.append(size_text(found.size_bytes))
        closed = sum(not row.can_be_taken for row in self.model.rows)
        if closed:
            parts.append(f"{closed:,} cannot be taken")
        self.summary.setText(" · ".join(parts))

    def _remember_states(self) -> None:
        for row in self.model.rows:
            if row.state in ("done", "failed", "restricted"):
                self._known[row.item.identifier] = row

    def _keep_sources(self) -> None:
        if self.project is not None:
            self.save_choices()
            self.own.show_sources(self.project.choices.sources)
            self._show_state()

    def _is_ready(self) -> bool:
        has_own = self.project is not None and bool(self.project.choices.sources)
        return has_own or any(row.state == "done" for row in self.model.rows)

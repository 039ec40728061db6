"""The Collect bench: search the archive, choose, download; add documents of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from deepzine_gui import archive
from deepzine_gui.archive import DocumentChanged, Item, ItemsFound
from deepzine_gui.child import in_child
from deepzine_gui.errors import DeepZineError
from deepzine_gui.progress import Event, Notice
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.collect.own_sources import OwnSources, holds_pages
from deepzine_gui.ui.collect.scout import Scout
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.memory import SplitterMemory
from deepzine_gui.ui.theme import GRID

if TYPE_CHECKING:
    from deepzine_gui.project import Project


class CollectBench(Bench):
    """Documents come into the project here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search_job: Job | None = None
        self._download_job: Job | None = None
        self.scout = Scout()
        self.own = OwnSources()
        self._lay_out()
        self.scout.search_asked.connect(self.search)
        self.scout.stop_asked.connect(self._stop_search)
        self.scout.take_asked.connect(self.download)
        self.scout.next_asked.connect(self.next_step)
        self.own.added.connect(self.add_sources)
        self.own.removed.connect(self._remove_sources)
        self._download_action = QAction("Download what is ticked", self)
        self._download_action.triggered.connect(self.scout.take)
        self._search_action = QAction("Search", self)
        self._search_action.setShortcut(QKeySequence("Ctrl+F"))
        self._search_action.triggered.connect(self.scout.search_bar.field.setFocus)

    def open_project(self, project: "Project") -> None:
        """Show the project's documents, own sources and last search."""
        super().open_project(project)
        records = archive.read_records(project.documents)
        self.scout.open_project(project.documents, project.choices.collection, records)
        self.own.show_sources(project.choices.sources)
        self._show_state()

    def commands(self) -> list[QAction]:
        """Search and download."""
        return [self._search_action, self._download_action]

    def shut_down(self) -> None:
        """End the process that looks at items."""
        self.scout.shut_down()

    @Slot(str)
    def search(self, text: str) -> None:
        """List what the archive has of a collection, at an address, or by words."""
        if self.project is None or self._search_job is not None or self._download_job is not None:
            return
        self.project.choices.collection = text
        self.save_choices()
        job = self.start_job(in_child(archive.search, text), name=f"Search {text}", about="Search")
        self._search_job = job
        job.progressed.connect(self._take_event)
        job.ended.connect(self._end_search)
        self.scout.begin_search(text)
        job.start()

    @Slot(list, object)
    def download(self, items: list[Item], max_bytes: int | None) -> None:
        """Download items, together at most so many bytes."""
        if self.project is None or self._download_job is not None or not items:
            return
        job = self.start_job(
            in_child(archive.download, items, self.project.documents, max_bytes=max_bytes),
            name="Download documents",
        )
        self._download_job = job
        job.progressed.connect(self._take_event)
        job.ended.connect(self._end_download)
        self.scout.set_busy(True)
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
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(GRID)
        splitter.addWidget(self.scout)
        splitter.addWidget(self.own)
        splitter.setStretchFactor(0, 1)
        self.own.setMinimumWidth(26 * GRID)
        splitter.setSizes([1100, 208])
        SplitterMemory(splitter, "collect")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.addWidget(splitter)

    @Slot(object)
    def _take_event(self, event: Event) -> None:
        if isinstance(event, ItemsFound):
            self.scout.take_found(event)
        elif isinstance(event, DocumentChanged):
            self.scout.set_state(event)
            if event.state == "done":
                self._show_state()
        elif isinstance(event, Notice):
            self.notice.emit(event.text, event.severity)

    @Slot(bool)
    def _end_search(self, completed: bool) -> None:
        job, self._search_job = self._search_job, None
        self.scout.end_search(completed=completed, was_stopped=job is not None and job.was_stopped)
        self._show_state()

    @Slot(bool)
    def _end_download(self, completed: bool) -> None:
        self._download_job = None
        self.scout.end_downloading()
        self.scout.set_busy(False)
        self._show_state()

    @Slot()
    def _stop_search(self) -> None:
        if self._search_job is not None:
            self._search_job.stop()

    @Slot(list)
    def _remove_sources(self, paths: list[Path]) -> None:
        if self.project is not None:
            kept = [path for path in self.project.choices.sources if path not in paths]
            self.project.choices.sources = kept
            self._keep_sources()

    @Slot()
    def _show_state(self) -> None:
        """Let every part say what there is and what to do next."""
        busy = self._download_job is not None
        own = len(self.project.choices.sources) if self.project else 0
        here = self.scout.documents_here
        self.scout.set_ready(not busy and own + here > 0)
        self._download_action.setEnabled(not busy)
        number = here + own
        self.mark_changed.emit("●" if busy else f"{number:,}" if number else "")

    def _keep_sources(self) -> None:
        if self.project is not None:
            self.save_choices()
            self.own.show_sources(self.project.choices.sources)
            self._show_state()

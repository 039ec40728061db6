"""The Collect bench: search the archive, choose, download; add documents of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from deepzine_gui import archive
from deepzine_gui.archive import ItemsFound
from deepzine_gui.child import in_child
from deepzine_gui.progress import Event, Notice
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.collect.account import AccountButton
from deepzine_gui.ui.collect.downloads import Downloads
from deepzine_gui.ui.collect.own import OwnDocuments
from deepzine_gui.ui.collect.scout import Scout
from deepzine_gui.ui.collect.switches import Switches
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.theme import GRID

if TYPE_CHECKING:
    from deepzine_gui.project import Project

FOUND, DOWNLOADS, OWN = range(3)
_NAMES = ("Found", "Downloads", "Own documents")


class CollectBench(Bench):
    """Documents come into the project here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search_job: Job | None = None
        self._was_busy = False
        self.scout = Scout()
        self.downloads = Downloads(self.start_job, size_of=self.scout.size_of)
        self.own = OwnDocuments(self.start_job)
        self.account = AccountButton(self.start_job)
        self.switches = Switches(_NAMES, self.account)
        self._parts = QStackedWidget()
        for part in (self.scout, self.downloads, self.own):
            self._parts.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.switches)
        layout.addWidget(self._parts, 1)
        self._download_action = QAction("Download what is ticked", self)
        self._search_action = QAction("Go to the search field", self)
        self._search_action.setShortcut(QKeySequence("Ctrl+F"))
        self._connect()

    def open_project(self, project: "Project") -> None:
        """Show the project's documents, its queue, own documents and last search."""
        super().open_project(project)
        records = archive.read_records(project.documents)
        self.scout.open_project(project.documents, project.choices.collection, records)
        self.own.open_project(project)
        self.downloads.open_project(project.documents, records)
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
        if self.project is None or self._search_job is not None:
            return
        self.project.choices.collection = text
        self.save_choices()
        job = self.start_job(in_child(archive.search, text), name=f"Search {text}", about="Search")
        self._search_job = job
        job.progressed.connect(self._take_event)
        job.ended.connect(self._end_search)
        self.scout.begin_search(text)
        job.start()

    @Slot(list)
    def add_sources(self, paths: list[Path]) -> None:
        """Add own documents, and show them."""
        if self.project is not None:
            self.switches.turn_to(OWN)
            self.own.add(paths)

    def _connect(self) -> None:
        self.switches.turned.connect(self._parts.setCurrentIndex)
        self.scout.search_asked.connect(self.search)
        self.scout.stop_asked.connect(self._stop_search)
        self.scout.take_asked.connect(self.downloads.take)
        for part in (self.scout, self.downloads, self.own):
            part.next_asked.connect(self.next_step)
        self.downloads.changed.connect(self.scout.set_state)
        self.downloads.waits.connect(self.scout.let_wait)
        self.downloads.removed.connect(self.scout.forget)
        self.downloads.state_changed.connect(self._show_state)
        self.downloads.find_asked.connect(self._turn_to_found)
        self.own.changed.connect(self._show_state)
        self.own.keep_asked.connect(self._keep)
        for speaker in (self.downloads, self.own, self.account):
            speaker.notice.connect(self.notice)
        self._download_action.triggered.connect(self.scout.take)
        self._search_action.triggered.connect(self._turn_to_search)

    @Slot(object)
    def _take_event(self, event: Event) -> None:
        if isinstance(event, ItemsFound):
            self.scout.take_found(event)
        elif isinstance(event, Notice):
            self.notice.emit(event.text, event.severity)

    @Slot(bool)
    def _end_search(self, completed: bool) -> None:
        job, self._search_job = self._search_job, None
        self.scout.end_search(completed=completed, was_stopped=job is not None and job.was_stopped)
        self._show_state()

    @Slot()
    def _stop_search(self) -> None:
        if self._search_job is not None:
            self._search_job.stop()

    @Slot()
    def _turn_to_found(self) -> None:
        self.switches.turn_to(FOUND)

    @Slot()
    def _turn_to_search(self) -> None:
        self.switches.turn_to(FOUND)
        self.scout.search_bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.scout.search_bar.field.selectAll()

    @Slot()
    def _keep(self) -> None:
        self.save_choices()

    @Slot()
    def _show_state(self) -> None:
        """Let every part say what there is and what to do next."""
        busy = self.downloads.is_busy
        if busy != self._was_busy:
            self._was_busy = busy
            if not busy:
                self.scout.end_downloading()
            self.scout.set_busy(busy)
        number = self.scout.documents_here + self.own.count
        self.scout.set_ready(not busy and number > 0)
        waiting = f"{self.downloads.waiting:,}" if self.downloads.waiting else ""
        self.switches.mark(DOWNLOADS, f"● {waiting}" if busy else waiting)
        self.switches.mark(OWN, f"{self.own.count:,}" if self.own.count else "")
        self.mark_changed.emit("●" if busy else f"{number:,}" if number else "")

"""The Dataset bench: settings, Build, every page to look at, and where each comes from."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSlider,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui import dataset
from deepzine_gui.child import in_child
from deepzine_gui.dataset import PagesAdded
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Event, Notice
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.dataset.build_panel import BuildPanel
from deepzine_gui.ui.dataset.inspector import Inspector
from deepzine_gui.ui.dataset.left_out import LeftOut
from deepzine_gui.ui.dataset.page_grid import LARGEST, SMALLEST, USUAL, PageGrid
from deepzine_gui.ui.dataset.page_reader import BlockRead, Opened, PageRead, PageReader
from deepzine_gui.ui.dataset.pages_model import PagesModel
from deepzine_gui.ui.empty_state import EmptyState
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.journal import sentence
from deepzine_gui.ui.memory import SplitterMemory
from deepzine_gui.ui.theme import GRID, quieten
from deepzine_gui.words import count_text, size_text

if TYPE_CHECKING:
    from deepzine_gui.project import Project


class DatasetBench(Bench):
    """Documents become a dataset here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._reader: PageReader | None = None
        self._opened: Opened | None = None
        self._pages_added = 0
        self.panel = BuildPanel()
        self.summary = QLabel()
        quieten(self.summary)
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.left_out = LeftOut()
        self.model = PagesModel(self)
        self.grid = PageGrid(self.model)
        self.inspector = Inspector()
        self.empty = EmptyState("", "")
        self._middle = QStackedWidget()
        self._build_action = QAction("Build the dataset", self)
        self._lay_out()
        self._connect()

    def open_project(self, project: "Project") -> None:
        """Show the project's page settings and dataset."""
        super().open_project(project)
        try:
            settings = PageSettings.model_validate(project.choices.pages)
        except ValidationError:
            settings = PageSettings()
            self.notice.emit("The page settings in project.yaml are not usable.", "warning")
        self.panel.form.set_value(settings)
        self.left_out.clear()
        self._open_dataset()

    def activated(self) -> None:
        """Collect may have brought documents."""
        self._show_state()

    def commands(self) -> list[QAction]:
        """Build."""
        return [self._build_action]

    def shut_down(self) -> None:
        """Close the dataset."""
        self._close_dataset()

    @Slot()
    def build(self) -> None:
        """Make the dataset from all documents of the project."""
        sources = self._sources()
        if self.project is None or self._job is not None or not sources:
            return
        # a file that is open cannot be replaced everywhere
        self._stop_reader()
        self.left_out.clear()
        self._pages_added = 0
        settings = self.panel.form.value()
        self._keep_settings()
        self._job = self.start_job(
            in_child(dataset.build, sources, self.project.dataset, settings=settings),
            name="Build the dataset",
        )
        self._job.progressed.connect(self._take_event)
        self._job.ended.connect(self._end_build)
        self._show_state()
        self._job.start()

    def _lay_out(self) -> None:
        self.zoom.setRange(SMALLEST, LARGEST)
        self.zoom.setValue(USUAL)
        self.zoom.setFixedWidth(18 * GRID)
        self.zoom.setAccessibleName("Size of the pages in the grid")
        self.zoom.setToolTip("Size of the pages in the grid")
        self._build_action.setShortcut(QKeySequence("Ctrl+Return"))
        line = QHBoxLayout()
        line.addWidget(self.summary, 1)
        line.addWidget(self.zoom)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(2 * GRID)
        splitter.addWidget(self.grid)
        splitter.addWidget(self.inspector)
        splitter.setStretchFactor(0, 1)
        self.inspector.setMinimumWidth(28 * GRID)
        splitter.setSizes([960, 400])
        SplitterMemory(splitter, "dataset")
        self._middle.addWidget(self.empty)
        self._middle.addWidget(splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.panel)
        layout.addLayout(line)
        layout.addWidget(self.left_out)
        layout.addWidget(self._middle, 1)

    def _connect(self) -> None:
        self.panel.settings_changed.connect(self._change_settings)
        self.panel.build_asked.connect(self.build)
        self.panel.next_asked.connect(self.next_step)
        self._build_action.triggered.connect(self.build)
        self.zoom.valueChanged.connect(self.grid.set_page_px)
        self.grid.page_chosen.connect(self._want_page)
        self.empty.pressed.connect(self._press_empty)

    def _sources(self) -> list[Path]:
        """Downloaded documents first, then own ones."""
        if self.project is None:
            return []
        documents = self.project.documents
        downloaded = [documents] if documents.is_dir() and any(documents.iterdir()) else []
        return downloaded + self.project.choices.sources

    def _open_dataset(self) -> None:
        self._close_dataset()
        if self.project is not None and self.project.dataset.is_file():
            self._reader = PageReader(self.project.dataset, self)
            self._reader.read.connect(self._take_read)
            self._reader.start()
        self._show_state()

    def _close_dataset(self) -> None:
        self._stop_reader()
        self._opened = None
        self.model.show(None, 0)
        self.inspector.clear()

    def _stop_reader(self) -> None:
        """Close the file; what has been read stays on the screen."""
        self.model.detach()
        if self._reader is not None:
            self._reader.stop()
            self._reader.deleteLater()
            self._reader = None

    @Slot(object, object)
    def _take_read(self, reader: PageReader, what: object) -> None:
        if reader is not self._reader:
            return
        if isinstance(what, Opened):
            self._show_dataset(what)
        elif isinstance(what, BlockRead):
            self.model.take_block(what)
        elif isinstance(what, PageRead):
            self.inspector.show_page(what)
        elif isinstance(what, Exception):
            self.notice.emit(sentence(what), "error")

    def _show_dataset(self, opened: Opened) -> None:
        self._opened = opened
        self.model.show(self._reader, opened.count)
        self._show_state()
        if opened.count:
            self.grid.setCurrentIndex(self.model.index(0))

    @Slot(int)
    def _want_page(self, index: int) -> None:
        if self._reader is not None:
            self._reader.want_page(index)

    @Slot()
    def _change_settings(self) -> None:
        self._keep_settings()
        self._show_state()

    def _keep_settings(self) -> None:
        if self.project is not None:
            self.project.choices.pages = self.panel.form.value().model_dump()
            self.save_choices()

    @Slot(object)
    def _take_event(self, event: Event) -> None:
        if isinstance(event, PagesAdded):
            self._pages_added += event.pages
            self._show_state()
        elif isinstance(event, Notice) and event.severity == "warning":
            self.left_out.add(event.text)

    @Slot(bool)
    def _end_build(self, completed: bool) -> None:
        self._job = None
        self._open_dataset()

    @Slot()
    def _press_empty(self) -> None:
        if self._sources():
            self.build()
        else:
            self.previous_step.emit()

    @Slot()
    def _show_state(self) -> None:
        """Let every part say what there is and what to do next."""
        busy = self._job is not None
        can_build = bool(self._sources())
        opened = self._opened
        current = opened is not None and opened.settings == self.panel.form.value()
        self.panel.show_state(
            can_build=can_build, busy=busy, built=opened is not None, current=current
        )
        self._middle.setCurrentIndex(0 if opened is None else 1)
        self.zoom.setVisible(opened is not None)
        self.panel.build.setVisible(opened is not None or busy)
        self.empty.say(*_invitation(can_build=can_build, busy=busy, pages=self._pages_added))
        self.summary.setText(self._summary())
        mark = count_text(opened.count, "pages") if opened else ""
        self.mark_changed.emit("●" if busy else mark)

    def _summary(self) -> str:
        if self._job is not None:
            return f"Building: {count_text(self._pages_added, 'pages')} done."
        if self._opened is None or self.project is None:
            return ""
        settings = self._opened.settings
        colour = "grey" if settings.colour == "grey" else "RGB"
        try:
            size = size_text(self.project.dataset.stat().st_size)
        except OSError:
            size = "file missing"
        return (
            f"{count_text(self._opened.count, 'pages')} · {size} · "
            f"{settings.resolution} px, {colour}, {settings.fit}"
        )


def _invitation(*, can_build: bool, busy: bool, pages: int) -> tuple[str, str]:
    """The empty bench's sentence and its button."""
    if busy:
        return f"Turning documents into pages: {count_text(pages, 'pages')} done.", ""
    if can_build:
        return "Turn the documents of this project into square pages to learn from.", "Build"
    return "There are no documents yet: collect some, or add your own.", "Go to Collect"

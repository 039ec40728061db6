"""The Dataset bench: settings, Build, every page to look at, and where each comes from."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QSlider, QStackedWidget, QWidget

from deepzine_gui import dataset
from deepzine_gui.child import in_child
from deepzine_gui.dataset import PagesAdded
from deepzine_gui.errors import DeepZineError
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Event, Notice
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.dataset.build_panel import BuildPanel
from deepzine_gui.ui.dataset.inspector import Inspector
from deepzine_gui.ui.dataset.layout import lay_out
from deepzine_gui.ui.dataset.left_out import LeftOut
from deepzine_gui.ui.dataset.newcomers import Newcomers
from deepzine_gui.ui.dataset.page_grid import PageGrid
from deepzine_gui.ui.dataset.page_reader import BlockRead, Opened, PageRead, PageReader
from deepzine_gui.ui.dataset.pages_model import PagesModel
from deepzine_gui.ui.dataset.words import invitation, remark, summary
from deepzine_gui.ui.empty_state import EmptyState
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.journal import log, sentence
from deepzine_gui.ui.stamp import Stamp, stamp_of
from deepzine_gui.ui.theme import quieten
from deepzine_gui.words import count_text

if TYPE_CHECKING:
    from deepzine_gui.project import Project


class DatasetBench(Bench):
    """Documents become a dataset here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._reader: PageReader | None = None
        self._opened: Opened | None = None
        self._stamp: Stamp | None = None
        self._trouble = ""
        self._just_built = False
        self._pages_added = 0
        self.newcomers = Newcomers(self)
        self.panel = BuildPanel()
        self.summary = QLabel()
        quieten(self.summary)
        self.remark = QLabel(wordWrap=True)
        self.remark.setProperty("warning", True)
        self.zoom_label = QLabel("Zoom")
        quieten(self.zoom_label)
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.left_out = LeftOut()
        self.model = PagesModel(self)
        self.grid = PageGrid(self.model)
        self.inspector = Inspector()
        self.empty = EmptyState("", "")
        self.middle = QStackedWidget()
        self._build_action = QAction("Build the dataset", self)
        lay_out(self)
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
        self._close_dataset()
        self._open_dataset()

    def activated(self) -> None:
        """Documents may have come, and the dataset may have been replaced, damaged or deleted."""
        if self.project is not None and self._job is None:
            if stamp_of(self.project.dataset) != self._stamp:
                self._open_dataset()
            self.newcomers.look(self._sources())
        self._show_state()

    def commands(self) -> list[QAction]:
        """Build."""
        return [self._build_action]

    def shut_down(self) -> None:
        """Close the dataset."""
        self.newcomers.stop()
        self._close_dataset()

    @Slot()
    def build(self) -> None:
        """Make the dataset from all documents of the project."""
        sources = self._sources()
        if self.project is None or self._job is not None or not sources:
            return
        # a file that is open cannot be replaced everywhere
        self._stop_reader()
        if not self._move_aside():
            return
        self.newcomers.look(sources)
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

    def _connect(self) -> None:
        self.panel.settings_changed.connect(self._change_settings)
        self.panel.build_asked.connect(self.build)
        self.panel.next_asked.connect(self.next_step)
        self._build_action.triggered.connect(self.build)
        self.zoom.valueChanged.connect(self.grid.set_page_px)
        self.grid.page_chosen.connect(self._want_page)
        self.empty.pressed.connect(self._press_empty)
        self.newcomers.changed.connect(self._show_state)

    def _sources(self) -> list[Path]:
        """Downloaded documents first, then own ones."""
        if self.project is None:
            return []
        documents = self.project.documents
        downloaded = [documents] if documents.is_dir() and any(documents.iterdir()) else []
        return downloaded + self.project.choices.sources

    def _open_dataset(self) -> None:
        was_open = self._opened is not None
        self._close_dataset()
        if self.project is None:
            return
        file = self.project.dataset
        self._stamp = stamp_of(file)
        if self._stamp is not None:
            self._reader = PageReader(file, self)
            self._reader.read.connect(self._take_read)
            self._reader.start()
        elif was_open:
            self._trouble = f"{file} is not there any more: build it again."
        self._show_state()

    def _move_aside(self) -> bool:
        """Keep a file that cannot be opened: building replaces nothing but datasets."""
        if self.project is None or not self._trouble or self._opened is not None:
            return True
        file = self.project.dataset
        try:
            if file.exists():
                file.replace(file.with_name("dataset-damaged.h5"))
        except OSError as error:
            self.notice.emit(f"{file} could not be moved aside: {error.strerror}.", "error")
            return False
        return True

    def _close_dataset(self) -> None:
        self._stop_reader()
        self._opened = None
        self._trouble = ""
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
            log.error("%s", sentence(what), exc_info=what)
            self._trouble = sentence(what)
            self._show_state()

    def _show_dataset(self, opened: Opened) -> None:
        self._opened = opened
        if self.project is not None:
            self._compare(opened, self.project)
        self.model.show(self._reader, opened.count)
        self._show_state()
        if opened.count:
            self.grid.setCurrentIndex(self.model.index(0))

    def _compare(self, opened: Opened, project: "Project") -> None:
        """See which documents the dataset does not hold."""
        if self._just_built:
            self._just_built = False
            try:
                self.newcomers.settle(opened.documents, project.folder)
            except DeepZineError as error:
                self.notice.emit(str(error), "error")
        self.newcomers.compare_with(opened.documents, project.folder)
        self.newcomers.look(self._sources())

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
        self._just_built = completed
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
        newcomers = self.newcomers.count if opened is not None else 0
        why = "" if busy or opened is None else remark(trouble=self._trouble, newcomers=newcomers)
        self.panel.show_state(
            can_build=can_build,
            busy=busy,
            built=opened is not None,
            current=current,
            whole=not why,
        )
        self.remark.setText(why)
        self.remark.setVisible(bool(why))
        self._build_action.setEnabled(can_build and not busy)
        self.zoom_label.setVisible(opened is not None)
        self.middle.setCurrentIndex(0 if opened is None else 1)
        self.zoom.setVisible(opened is not None)
        self.panel.build.setVisible(opened is not None or busy)
        self.empty.say(
            *invitation(
                can_build=can_build, busy=busy, pages=self._pages_added, trouble=self._trouble
            )
        )
        self.summary.setText(self._summary())
        mark = count_text(opened.count, "pages") if opened else ""
        self.mark_changed.emit("●" if busy else mark)

    def _summary(self) -> str:
        if self._job is not None:
            return f"Building: {count_text(self._pages_added, 'pages')} done."
        if self._opened is None or self.project is None:
            return ""
        return summary(self._opened, self.project.dataset)

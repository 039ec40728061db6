"""The window: four benches, the notice line, the job bar, and the project they work on."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from deepzine_gui import places
from deepzine_gui.errors import DeepZineError
from deepzine_gui.ui import memory
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.farewell import Farewell
from deepzine_gui.ui.job_bar import JobBar
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.journal import log, sentence
from deepzine_gui.ui.menus import Menus, open_outside
from deepzine_gui.ui.notice_line import NoticeLine
from deepzine_gui.ui.text_field import holds_files
from deepzine_gui.ui.workbench import Workbench

if TYPE_CHECKING:
    from deepzine_gui.project import Project

FIRST_SIZE = QSize(1440, 900)

_STAY = "Stop the running jobs, or let them end, before opening another project."
_LEAVING = "Leaving the project"
_GONE = "The project's folder"
"""What sentences are about."""


class MainWindow(QMainWindow):
    """DeepZine's window.

    The project is opened, and the benches are made, only once the window has been painted.

    Args:
        folder: the project to open; None for the one opened last.
    """

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self._folder = folder
        self._has_begun = False
        self.project: Project | None = None
        self.workbench = Workbench()
        self.notices = NoticeLine(self.workbench)
        self.job_bar = JobBar()
        self._farewell = Farewell(self.job_bar, self)
        self.menus = Menus(self, self.workbench, self.job_bar, self._may_leave)
        self.setWindowTitle("DeepZine")
        self.setAcceptDrops(True)
        self.setMinimumSize(960, 560)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.workbench, 1)
        layout.addWidget(self.job_bar)
        self.setCentralWidget(body)
        self.workbench.made.connect(self._introduce)
        self._do_what_is_chosen()
        self.workbench.currentChanged.connect(self.job_bar.give_back)
        self.job_bar.asked.connect(self._turn_to_job)
        self.job_bar.ended.connect(self._report_end)
        self._farewell.over.connect(self.close)
        self.workbench.turn_to_name(memory.bench())
        if not memory.restore_window(self):
            self._take_first_size()

    @Slot(object)
    def open_project(self, folder: Path, *, create: bool = False) -> bool:
        """Open the project in `folder`; say why if it cannot be, and keep the present one."""
        from deepzine_gui.project import Project

        if not self._may_leave():
            return False
        try:
            project = Project.create(folder) if create else Project.open(folder)
        except (DeepZineError, OSError) as error:
            self.report(error)
            return False
        self.project = project
        self.notices.forget(_GONE)
        memory.add_recent_project(project.folder)
        self.setWindowTitle(f"DeepZine — {project.name}")
        self.workbench.open_project(project)
        return True

    @Slot()
    def open_samples(self) -> None:
        """Open a project whose documents are the sample documents DeepZine ships."""
        if self.open_project(places.projects_folder() / "samples", create=True):
            collect = self.workbench.bench("collect")
            collect.add_sources([places.samples()])
            self.workbench.refresh(changed_by=collect)

    @Slot(object)
    def report(self, error: BaseException, *, about: str = "") -> None:
        """The one door for errors: the traceback goes to the log, one sentence to the person.

        `about` names what failed, so that the sentence goes when that is tried again.
        """
        log.error("%s", sentence(error), exc_info=error)
        self.notices.say(sentence(error), "error", about)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Once the empty window can be seen, fill it."""
        super().paintEvent(event)
        if not self._has_begun:
            self._has_begun = True
            QTimer.singleShot(0, self, self._begin)

    def event(self, event: QEvent) -> bool:
        """Whoever comes back to the window may have moved the project meanwhile."""
        if event.type() == QEvent.Type.WindowActivate and self.project is not None:
            self._look_for_folder(self.project)
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let running jobs save first; close for good when they have ended."""
        if self.job_bar.jobs:
            event.ignore()
            if not self._farewell.under_way:
                self.workbench.setEnabled(False)
                self.notices.say("Saving before DeepZine closes…", "info")
                self._farewell.begin()
            return
        self.workbench.shut_down()
        memory.keep_window(self)
        memory.keep_bench(self.workbench.current_name)
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders may be dropped anywhere."""
        if holds_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Dropped files become own documents of the project."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.take_files(paths)

    @Slot(list)
    def take_files(self, paths: list[Path]) -> None:
        """Add own documents to the project, on the Collect bench; a project folder is opened."""
        if len(paths) == 1 and (paths[0] / "project.yaml").is_file():
            self.open_project(paths[0])
            return
        collect = self.workbench.bench("collect")
        self.workbench.turn_to(collect)
        collect.add_sources(paths)

    def _do_what_is_chosen(self) -> None:
        self.menus.project_named.connect(self._make_project)
        self.menus.project_chosen.connect(self.open_project)
        self.menus.samples_chosen.connect(self.open_samples)
        self.menus.documents_chosen.connect(self.take_files)
        self.menus.folder_asked.connect(self._show_folder)

    def _take_first_size(self) -> None:
        """The size the benches are drawn for, or the whole screen where that is smaller."""
        self.resize(FIRST_SIZE)
        room = self.screen().availableSize()
        if room.width() <= FIRST_SIZE.width() or room.height() <= FIRST_SIZE.height():
            self.setWindowState(Qt.WindowState.WindowMaximized)

    @Slot()
    def _begin(self) -> None:
        """Open the project asked for, else the last one, else a first one of the person's own."""
        if self.project is not None:
            return
        if self._folder is not None and self.open_project(self._folder):
            return
        recent = memory.recent_projects()
        last = next((path for path in recent if path.is_dir()), None)
        if last is None or not self.open_project(last):
            self.open_project(places.projects_folder() / "my-zine", create=True)
        if recent and not recent[0].is_dir() and self.project is not None:
            gone = f"The last project, {recent[0]}, is not there any more"
            self._say(f"{gone}: {self.project.name} was opened instead.", "warning")

    def _look_for_folder(self, project: "Project") -> None:
        self.notices.forget(_GONE)
        try:
            project.check_there()
        except DeepZineError as error:
            self.report(error, about=_GONE)

    def _may_leave(self) -> bool:
        """Whether no job works on the project; if one does, say so until it is read or over."""
        if self.job_bar.jobs:
            self.notices.say(_STAY, "error", _LEAVING)
        return not self.job_bar.jobs

    @Slot(object)
    def _make_project(self, folder: Path) -> None:
        self.open_project(folder, create=True)

    @Slot()
    def _show_folder(self) -> None:
        if self.project is not None:
            open_outside(self.project.folder)

    @Slot(object)
    def _introduce(self, bench: Bench) -> None:
        bench.job_started.connect(self._take_job)
        bench.notice.connect(self._say)
        bench.brought.connect(self._take_news)
        self.menus.adopt(bench)

    @Slot(str, str)
    def _say(self, text: str, severity: str, about: str = "") -> None:
        log.info("%s: %s", severity, text)
        self.notices.say(text, severity, about)

    @Slot(object)
    def _take_job(self, job: Job) -> None:
        self.notices.forget(job.about)
        job.failed.connect(self._report_failure)
        self.job_bar.add(job)

    @Slot(object)
    def _report_failure(self, error: BaseException) -> None:
        job = self.sender()
        self.report(error, about=job.about if isinstance(job, Job) else "")

    @Slot()
    def _take_news(self) -> None:
        bench = self.sender()
        if isinstance(bench, Bench):
            self.workbench.refresh(changed_by=bench)

    @Slot(object)
    def _turn_to_job(self, job: Job) -> None:
        bench = job.parent()
        if isinstance(bench, Bench):
            self.workbench.turn_to(bench)

    @Slot(object)
    def _report_end(self, job: Job) -> None:
        if not self.job_bar.jobs:
            self.notices.forget(_LEAVING)
        if job.finished_event is not None:
            self._say(job.finished_event.summary, "info", job.about)
        elif job.was_stopped and not self._farewell.under_way:
            left = "what was finished is kept" if job.keeps else "nothing was written"
            self._say(f"{job.name}: stopped, and {left}.", "info", job.about)
        if not self._farewell.under_way:
            bench = job.parent()
            self.workbench.refresh(changed_by=bench if isinstance(bench, Bench) else None)

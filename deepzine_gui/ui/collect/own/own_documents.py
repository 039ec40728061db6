"""Documents of one's own: kept where they are, or brought into the project."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFile, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deepzine_gui.child import in_child
from deepzine_gui.errors import DeepZineError
from deepzine_gui.pages.own import bring, is_archive
from deepzine_gui.progress import Event, Notice
from deepzine_gui.ui.collect.own.looking import holds_archives, holds_pages
from deepzine_gui.ui.collect.own.source_list import SourceList
from deepzine_gui.ui.document_dialog import ask_for_documents
from deepzine_gui.ui.empty_state import EmptyState
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.theme import GRID, make_primary, quieten, set_icon
from deepzine_gui.ui.wrapping import WrappingLine

if TYPE_CHECKING:
    from deepzine_gui.project import Project

_HINT = (
    "ZIP and CBZ, in folders too, are unpacked into the project; all else stays where it is, "
    "unless it is copied."
)
_EMPTY = (
    "Drop PDFs, pictures, folders, ZIP or CBZ anywhere on the window. Pictures that lie in one "
    "folder are the pages of one document."
)


class OwnDocuments(QWidget):
    """The project's own documents.

    Args:
        start_job: makes a job of a generator, as `Bench.start_job`.

    Signals:
        changed(): there are others now.
        next_asked(): the person is done here.
        keep_asked(): the project's choices are to be written.
        notice(str, str): one sentence for the person, and its severity.
    """

    changed = Signal()
    next_asked = Signal()
    keep_asked = Signal()
    notice = Signal(str, str)

    def __init__(self, start_job: Callable[..., Job], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start_job = start_job
        self._project: Project | None = None
        self._job: Job | None = None
        self._to_bring: list[Path] = []
        self._to_look_through: list[Path] = []
        self.list = SourceList()
        self.empty = EmptyState(_EMPTY, "")
        self.files = QPushButton("Add files…")
        set_icon(self.files, "add")
        self.folder = QPushButton("Add folder…")
        set_icon(self.folder, "folder")
        self.copying = QCheckBox("Copy into the project")
        self.copying.setToolTip("The project then holds all it needs, and can be moved as a whole")
        self.labelling = QCheckBox("Subfolders become labels")
        self.labelling.setToolTip(
            "When the dataset is built, own pages that have no label get the name of the "
            "subfolder they lie in"
        )
        self.remove = QPushButton("Remove")
        set_icon(self.remove, "trash")
        self.remove.setToolTip(
            "Take it off the list; a copy in the project goes to the trash, all else stays"
        )
        self.next = QPushButton("Go on to Dataset")
        make_primary(self.next)
        self.next.clicked.connect(self.next_asked)
        self._lay_out()
        self.files.clicked.connect(self.choose_files)
        self.folder.clicked.connect(self.choose_folder)
        self.labelling.toggled.connect(self._keep_labelling)
        self.remove.clicked.connect(self.remove_chosen)
        self.list.remove_asked.connect(self.remove_chosen)
        self.list.itemSelectionChanged.connect(self._show_selection)

    @property
    def count(self) -> int:
        """How many files and folders there are."""
        return self.list.rowCount()

    def open_project(self, project: "Project") -> None:
        """Show a project's own documents."""
        self._project = project
        with QSignalBlocker(self.labelling):
            self.labelling.setChecked(project.choices.subfolder_labels)
        self._show()

    def add(self, paths: Sequence[Path]) -> None:
        """Add what holds pages; say which do not."""
        for path in paths:
            if self.copying.isChecked() or is_archive(path):
                self._to_bring.append(path)
            else:
                self._keep_in_place(path.absolute())
        self.keep_asked.emit()
        self._bring()
        self._show()

    @Slot()
    def choose_files(self) -> None:
        """Ask for files."""
        paths = ask_for_documents(self)
        if paths:
            self.add(paths)

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(self, "Add a folder of documents")
        if name:
            self.add([Path(name)])

    @Slot()
    def remove_chosen(self) -> None:
        """Take what is selected off the list; copies in the project go to the trash."""
        if self._project is None:
            return
        chosen = self.list.chosen
        sources = self._project.choices.sources
        self._project.choices.sources = [path for path in sources if path not in chosen]
        for path in chosen:
            if path.parent == self._project.own and not QFile.moveToTrash(str(path)):
                self.notice.emit(
                    f"{path} could not be moved to the trash: delete it yourself.", "warning"
                )
        self.keep_asked.emit()
        self._show()

    def _keep_in_place(self, path: Path) -> None:
        if self._project is None:
            return
        try:
            has_pages = holds_pages(path)
            has_archives = path.is_dir() and holds_archives(path)
        except (DeepZineError, OSError) as error:
            self.notice.emit(str(error), "warning")
            return
        if not has_pages and not has_archives:
            self.notice.emit(f"{path.name} holds no PDF and no picture.", "warning")
        if path in self._project.choices.sources:
            return
        if has_pages:
            self._project.choices.sources.append(path)
        if has_archives:
            self._to_look_through.append(path)

    def _bring(self) -> None:
        """Bring what waits into the project; what comes meanwhile is brought afterwards."""
        if self._project is None or self._job is not None:
            return
        if not self._to_bring and not self._to_look_through:
            return
        paths, self._to_bring = self._to_bring, []
        folders, self._to_look_through = self._to_look_through, []
        job = self._start_job(
            in_child(bring, paths, self._project.own, unpacked_of=folders),
            name="Bring documents into the project",
        )
        self._job = job
        job.progressed.connect(self._take_event)
        job.ended.connect(self._end)
        job.start()

    @Slot(object)
    def _take_event(self, event: Event) -> None:
        if isinstance(event, Notice):
            self.notice.emit(event.text, event.severity)

    @Slot(bool)
    def _end(self, completed: bool) -> None:
        self._job = None
        if not completed:
            self._to_bring, self._to_look_through = [], []
        self._bring()
        self._show()

    @Slot(bool)
    def _keep_labelling(self, labelling: bool) -> None:
        if self._project is not None:
            self._project.choices.subfolder_labels = labelling
            self.keep_asked.emit()

    def _show(self) -> None:
        if self._project is None:
            return
        elsewhere = self._project.choices.sources
        copies = [path for path in self._project.sources() if path.parent == self._project.own]
        self.list.show_paths(copies, elsewhere)
        self._pages.setCurrentIndex(1 if self.count else 0)
        self.next.setVisible(self.count > 0)
        self._show_selection()
        self.changed.emit()

    @Slot()
    def _show_selection(self) -> None:
        self.remove.setVisible(self.count > 0)
        make_primary(self.files, not self.count)
        set_icon(self.files, "add", "ink" if self.count else "on_spot")
        self.remove.setEnabled(bool(self.list.chosen))

    def _lay_out(self) -> None:
        buttons = WrappingLine()
        for widget in (self.files, self.folder, self.copying, self.labelling):
            buttons.addWidget(widget)
        buttons.add_stretch()
        buttons.addWidget(self.remove)
        buttons.addWidget(self.next)
        hint = QLabel(_HINT)
        hint.setWordWrap(True)
        quieten(hint)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(buttons)
        layout.addWidget(hint)
        layout.addWidget(self._pages, 1)

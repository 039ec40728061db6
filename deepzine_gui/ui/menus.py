"""The menus: everything the window can do, with its shortcut."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal, SignalInstance, Slot
from PySide6.QtGui import QAction, QActionGroup, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QMenu

from deepzine_gui import places
from deepzine_gui.ui import memory
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.benches import PLACES
from deepzine_gui.ui.document_dialog import ask_for_documents
from deepzine_gui.ui.guide import GuideWindow
from deepzine_gui.ui.job_bar import JobBar
from deepzine_gui.ui.theme import Scheme, set_icon, theme
from deepzine_gui.ui.workbench import Workbench

_EDITS = (
    ("Undo", "undo", QKeySequence.StandardKey.Undo),
    ("Redo", "redo", "Ctrl+Shift+Z"),
    ("Cut", "cut", QKeySequence.StandardKey.Cut),
    ("Copy", "copy", QKeySequence.StandardKey.Copy),
    ("Paste", "paste", QKeySequence.StandardKey.Paste),
    ("Select all", "selectAll", QKeySequence.StandardKey.SelectAll),
)

_NOTHING_TO_PRESS = "What to do next"
"""In the Run menu, in place of what the button in the spot colour says."""


class Menus(QObject):
    """File, Edit, View, Run, Help of the main window.

    What the window itself has to do is asked of it by signals.

    Args:
        window: whose menu bar is filled.
        workbench: its benches.
        job_bar: its running jobs.
        may_leave: whether the project may be left now; says why if it may not.
    """

    project_named = Signal(object)
    """The folder, a `Path`, of a project to be made."""

    project_chosen = Signal(object)
    """The folder, a `Path`, of a project to be opened."""

    samples_chosen = Signal()
    """The sample project is to be opened."""

    documents_chosen = Signal(list)
    """The files, each a `Path`, to be added to the project."""

    folder_asked = Signal()
    """The project's folder is to be shown."""

    def __init__(
        self,
        window: QMainWindow,
        workbench: Workbench,
        job_bar: JobBar,
        may_leave: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._workbench, self._job_bar = window, workbench, job_bar
        self._may_leave = may_leave
        self._guide: GuideWindow | None = None
        self._file = window.menuBar().addMenu("&File")
        self._recent = QMenu("Open &recent", self._file)
        self._edit = window.menuBar().addMenu("&Edit")
        self._view = window.menuBar().addMenu("&View")
        self._run = window.menuBar().addMenu("&Run")
        self._help = window.menuBar().addMenu("&Help")
        self._fill_file()
        for text, method, keys in _EDITS:
            action = self._add(self._edit, text, self._edit_focused, keys=keys)
            action.setData(method)
            if method == "redo":
                action.setShortcuts([action.shortcut(), QKeySequence("Ctrl+Y")])
        self._fill_view()
        self._pause = self._add(
            self._run,
            "&Pause or go on",
            job_bar.pause_or_resume_all,
            keys="Ctrl+Shift+P",
            icon="pause",
        )
        self._stop = self._add(
            self._run, "S&top all jobs", job_bar.stop_all, keys="Ctrl+.", icon="stop"
        )
        self._fill_help()
        self._recent.aboutToShow.connect(self._show_recent)
        self._next = self._add(self._run, _NOTHING_TO_PRESS, self._press, keys="Ctrl+Return")
        self._tidy_soon = QTimer(self, singleShot=True, interval=0)
        self._tidy_soon.timeout.connect(self._tidy)
        self._run.aboutToShow.connect(self._show_commands)
        # not at once: what was chosen is triggered only after the menu has gone
        self._run.aboutToHide.connect(self._tidy_soon.start)
        self._tidy()

    def adopt(self, bench: Bench) -> None:
        """Let a bench's commands be reached by their shortcuts while it is in front."""
        for action in bench.commands():
            # of the whole window: the focus may be in the tab bar; hidden benches do not answer
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            bench.addAction(action)

    def _add(
        self,
        menu: QMenu,
        text: str,
        slot: Callable[..., object] | SignalInstance,
        *,
        keys: QKeySequence.StandardKey | str = "",
        icon: str = "",
    ) -> QAction:
        action = QAction(text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
        if icon:
            set_icon(action, icon)
        action.triggered.connect(slot)
        menu.addAction(action)
        return action

    def _fill_file(self) -> None:
        self._add(self._file, "&New project…", self._new, keys="Ctrl+N", icon="book")
        self._add(self._file, "&Open project…", self._open, keys="Ctrl+O", icon="open")
        self._file.addMenu(self._recent)
        self._add(self._file, "Open &sample project", self.samples_chosen)
        self._file.addSeparator()
        self._add(self._file, "Add own &documents…", self._add_files, keys="Ctrl+D", icon="add")
        self._add(self._file, "Show project &folder", self.folder_asked, icon="folder")
        self._file.addSeparator()
        self._add(self._file, "&Quit", self._window.close, keys="Ctrl+Q")

    def _fill_view(self) -> None:
        for number, place in enumerate(PLACES, start=1):
            action = self._add(self._view, place.title, self._turn, keys=f"Ctrl+{number}")
            action.setData(number - 1)
        self._view.addSeparator()
        group = QActionGroup(self)
        for scheme, text, icon in (("light", "&Light", "sun"), ("dark", "&Dark", "moon")):
            action = self._add(self._view, text, self._choose_scheme, icon=icon)
            action.setData(scheme)
            action.setCheckable(True)
            action.setChecked(memory.scheme() == scheme)
            group.addAction(action)

    def _fill_help(self) -> None:
        self._add(self._help, "&User guide", self._show_guide, keys="F1", icon="help")
        self._help.addSeparator()
        log = self._add(self._help, f"Log: {places.log_file()}", self._show_log, icon="log")
        log.setToolTip("Open the log file")
        self._help.addSeparator()
        self._add(self._help, "&About DeepZine", self._show_about)

    @Slot()
    def _new(self) -> None:
        if not self._may_leave():
            return
        places.projects_folder().mkdir(parents=True, exist_ok=True)
        chosen, _ = QFileDialog.getSaveFileName(
            self._window,
            "New project: name its folder",
            str(places.projects_folder() / "new-zine"),
            "Project folders (*)",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if chosen:
            self.project_named.emit(Path(chosen))

    @Slot()
    def _open(self) -> None:
        if not self._may_leave():
            return
        chosen = QFileDialog.getExistingDirectory(
            self._window, "Open a project folder", str(places.projects_folder())
        )
        if chosen:
            self.project_chosen.emit(Path(chosen))

    @Slot()
    def _add_files(self) -> None:
        chosen = ask_for_documents(self._window)
        if chosen:
            self.documents_chosen.emit(chosen)

    @Slot()
    def _show_recent(self) -> None:
        self._recent.clear()
        for folder in memory.recent_projects():
            self._add(self._recent, str(folder), self._open_recent).setData(str(folder))
        self._recent.setEnabled(True)

    @Slot()
    def _open_recent(self) -> None:
        self.project_chosen.emit(Path(self._sent()))

    @Slot()
    def _edit_focused(self) -> None:
        """Send an edit to the control in focus, or else to the bench, where that can do it."""
        bench = self._workbench.current_bench()
        method = getattr(QApplication.focusWidget(), self._sent(), None)
        method = method or getattr(bench, self._sent(), None)
        if method is not None:
            method()

    @Slot()
    def _turn(self) -> None:
        self._workbench.setCurrentIndex(int(self._sent()))

    @Slot()
    def _choose_scheme(self) -> None:
        scheme: Scheme = "dark" if self._sent() == "dark" else "light"
        memory.choose_scheme(scheme)
        theme.apply(scheme)

    @Slot()
    def _show_commands(self) -> None:
        self._tidy_soon.stop()
        bench = self._workbench.current_bench()
        button = bench.primary_button()
        pressed = button.text() if button is not None else _NOTHING_TO_PRESS
        # the first line does it already
        self._fill_run([command for command in bench.commands() if command.text() != pressed])
        self._next.setText(pressed)
        self._next.setEnabled(button is not None)
        for action in (self._pause, self._stop):
            action.setEnabled(bool(self._job_bar.jobs))

    @Slot()
    def _tidy(self) -> None:
        """Leave the bench's commands to the bench: in the menu they answer on every bench."""
        self._fill_run([])
        self._next.setText(_NOTHING_TO_PRESS)
        for action in (self._next, self._pause, self._stop):
            action.setEnabled(True)

    def _fill_run(self, commands: list[QAction]) -> None:
        self._run.clear()
        self._run.addAction(self._next)
        self._run.addSeparator()
        self._run.addActions(commands)
        self._run.addSeparator()
        self._run.addActions([self._pause, self._stop])

    @Slot()
    def _press(self) -> None:
        """Press the button of the present bench that says what to do next."""
        button = self._workbench.current_bench().primary_button()
        if button is not None:
            button.click()

    @Slot()
    def _show_guide(self) -> None:
        if self._guide is None:
            self._guide = GuideWindow(self._window)
        self._guide.show()
        self._guide.raise_()

    @Slot()
    def _show_about(self) -> None:
        # only now: it brings what the window does not need to be painted
        from deepzine_gui.ui.about import AboutWindow

        about = AboutWindow(self._window)
        about.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        about.open()

    @Slot()
    def _show_log(self) -> None:
        open_outside(places.log_file())

    def _sent(self) -> str:
        """What the action just triggered carries."""
        action = self.sender()
        return str(action.data()) if isinstance(action, QAction) else ""


def open_outside(path: Path) -> None:
    """Open a file or a folder with the person's own program for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

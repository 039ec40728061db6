"""What every bench of the workshop is: a widget that opens a project and starts jobs."""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from deepzine_gui.errors import DeepZineError
from deepzine_gui.ui.jobs import Job

if TYPE_CHECKING:
    from deepzine_gui.project import Project


class Bench(QWidget):
    """One tab of the window.

    Signals:
        job_started(Job): a job runs; the window shows it in the job bar, and reports its failure.
        notice(str, str): one sentence for the person; severity "info", "warning" or "error".
        mark_changed(str): the tab's small state mark ("412", "● 64 px", "✓").
        next_step(): the person is done here; the window turns to the next bench.
        previous_step(): something is missing that the bench before this one makes.
        brought(): a job at work has put something on the disk that other benches show.
    """

    job_started = Signal(object)
    notice = Signal(str, str)
    mark_changed = Signal(str)
    next_step = Signal()
    previous_step = Signal()
    brought = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project: Project | None = None

    def open_project(self, project: "Project") -> None:
        """Show `project`; called again when another one is opened (no job runs then)."""
        self.project = project

    def activated(self) -> None:
        """The person turned to this bench: show what other benches changed meanwhile."""

    def commands(self) -> list[QAction]:
        """Actions of this bench for the Run menu, their shortcuts included.

        One that does what a button does is called the same: the menu begins with what the primary
        button says, and leaves that action out.
        """
        return []

    def primary_button(self) -> QPushButton | None:
        """The button in the spot colour, if it can be pressed now."""
        for button in self.findChildren(QPushButton):
            if button.property("primary") and button.isVisible() and button.isEnabled():
                return button
        return None

    def add_sources(self, paths: list[Path]) -> None:
        """Take files or folders that were dropped on the window; Collect does."""

    def shut_down(self) -> None:
        """End what is not a `Job`: helper threads, children that answer requests. Must be quick."""

    def save_choices(self) -> None:
        """Write project.yaml; a failure is said, and what was chosen stays in the window."""
        if self.project is None:
            return
        try:
            self.project.save()
        except (DeepZineError, OSError) as error:
            self.notice.emit(str(error), "error")

    def start_job(self, generator: Generator[Any, Any, Any], *, name: str, about: str = "") -> Job:
        """Make a `Job` of `generator`, announce it, and return it **not yet started**.

        What the window has said of an earlier job about the same is taken back; a job is about its
        own name where nothing else is given.

        Connect its signals, then call ``start()``. The window deletes it after `ended`: drop your
        reference in the slot connected to `ended`.
        """
        job = Job(generator, name=name, parent=self)
        job.about = about or name
        self.job_started.emit(job)
        return job

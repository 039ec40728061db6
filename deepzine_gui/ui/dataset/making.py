"""The job that makes a project's dataset: a build of its documents, or an import."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from deepzine_gui import dataset
from deepzine_gui.child import in_child
from deepzine_gui.dataset import Labelling, PagesAdded, PageSettings, Rules, formats
from deepzine_gui.progress import Event, Notice
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.dataset.workers import WorkersMenu
from deepzine_gui.ui.jobs import Job

if TYPE_CHECKING:
    from deepzine_gui.project import Project


class Making(QObject):
    """One job at a time, in a process of its own.

    Signals:
        shard_made(Path): pages of the dataset to come can be looked at.
        left_out(str): what a build made no pages of, and why, in a sentence.
        told(str, str): what there is to know of an import, and how grave it is.
        ended(bool): the job is over; whether the dataset is there.

    Attributes:
        workers: how many processes a build takes, as a menu.
        imports: whether the job is an import, or the last one was.
    """

    shard_made = Signal(object)
    left_out = Signal(str)
    told = Signal(str, str)
    ended = Signal(bool)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._job: Job | None = None
        self.workers = WorkersMenu(bench)
        self.imports = False

    @property
    def is_running(self) -> bool:
        """Whether a dataset is being made."""
        return self._job is not None

    def build(
        self, project: "Project", settings: PageSettings, rules: Rules, *, append: bool
    ) -> None:
        """Make pages of all documents of the project; with `append`, add what is new of them."""
        generator = in_child(
            dataset.build,
            project.sources(),
            project.dataset,
            settings=settings,
            rules=rules,
            append=append,
            workers=self.workers.number(),
            labelling=_labelling_of(project),
        )
        self._start(self._bench.start_job(generator, name="Build the dataset"), imports=False)

    def take_over(self, source: Path, project: "Project") -> None:
        """Make the project's dataset of another program's."""
        generator = in_child(formats.import_pages, source, project.dataset)
        job = self._bench.start_job(generator, name=f"Import {source.name}", about="import")
        job.keeps = False
        self._start(job, imports=True)

    def _start(self, job: Job, *, imports: bool) -> None:
        self._job, self.imports = job, imports
        job.progressed.connect(self._take)
        job.ended.connect(self._end)
        job.start()

    @Slot(object)
    def _take(self, event: Event) -> None:
        if isinstance(event, PagesAdded):
            self.shard_made.emit(event.shard)
        elif isinstance(event, Notice) and self.imports:
            self.told.emit(event.text, event.severity)
        elif isinstance(event, Notice) and event.severity == "warning":
            self.left_out.emit(event.text)

    @Slot(bool)
    def _end(self, completed: bool) -> None:
        self._job = None
        self.ended.emit(completed)


def _labelling_of(project: "Project") -> Labelling | None:
    """Subfolders become labels, if that was chosen."""
    below = project.labelled_sources()
    return Labelling("folder", only_unlabelled=True, below=below) if below else None

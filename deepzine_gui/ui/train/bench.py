"""The Train bench: choose settings, start, and watch whether it goes well."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from deepzine_gui import training
from deepzine_gui.child import in_child
from deepzine_gui.errors import DeepZineError
from deepzine_gui.progress import Event, Notice, Progress
from deepzine_gui.training import CheckpointSaved
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.empty_state import EmptyState
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.memory import SplitterMemory
from deepzine_gui.ui.theme import GRID, font
from deepzine_gui.ui.train.controls import NEW, Controls
from deepzine_gui.ui.train.doctor import Doctor
from deepzine_gui.ui.train.measuring import Measuring, threads_beside_window
from deepzine_gui.ui.train.pages_at_hand import PagesAtHand
from deepzine_gui.ui.train.plots import Plots
from deepzine_gui.ui.train.record import RunRecord
from deepzine_gui.ui.train.samples import Samples
from deepzine_gui.ui.train.settings import Settings, saved_config
from deepzine_gui.ui.train.stage_line import StageLine
from deepzine_gui.ui.train.words import status
from deepzine_gui.ui.wrapping import WrappingLine

if TYPE_CHECKING:
    from deepzine_gui.project import Project

_KEEP_AFTER_MS = 500
"""Settings are written when the person has paused changing them."""

_WATCH_MS = 1000


class TrainBench(Bench):
    """Runs begin, go on and are looked at here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._running: RunRecord | None = None
        self._record: RunRecord | None = None
        self._pages = PagesAtHand()
        self.settings = Settings()
        self.measuring = Measuring(self, self.settings)
        self.controls = Controls()
        self.stage_line = StageLine()
        self.status = QLabel()
        self.status.setFont(font("normal", figures=True))
        self.status.setAccessibleName("Status")
        self.status.setWordWrap(True)
        self.samples = Samples()
        self.plots = Plots()
        self.doctor = Doctor()
        self.empty = EmptyState("", "")
        self._keep_soon = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._keep_soon.timeout.connect(self._keep_settings)
        self._watch = QTimer(self, interval=_WATCH_MS)
        self._watch.timeout.connect(self._wait_for_dataset)
        self._lay_out()
        self._connect()

    def open_project(self, project: "Project") -> None:
        """Show the project's current run as it was left."""
        super().open_project(project)
        self._pages = PagesAtHand()
        self._look_at_dataset()
        names = project.run_names()
        self._show_run(project.choices.run if project.choices.run in names else NEW)

    def activated(self) -> None:
        """A dataset may have been built meanwhile, or be on its way."""
        self._look_at_dataset()
        self._show_state()
        self._watch.start()

    @Slot()
    def _wait_for_dataset(self) -> None:
        """Look again while there are no pages and someone looks on."""
        if self._pages.resolution or not self.isVisible():
            self._watch.stop()
        else:
            self._look_at_dataset()
            self._show_state()

    def shut_down(self) -> None:
        """Keep settings changed a moment ago."""
        self.settings.commit()
        if self._keep_soon.isActive():
            self._keep_settings()

    def commands(self) -> list[QAction]:
        """Start or go on."""
        return [self._start_action]

    @Slot()
    def start(self) -> None:
        """Begin a new run, or let the one looked at go on."""
        self.settings.commit()
        if self.project is None or self._job is not None or not self._can_start():
            return
        record, resume = self._record, self._record is not None and self._record.can_resume
        if record is None:
            folder = self.project.runs / self.project.new_run_name()
            record = RunRecord(folder, self.settings.config)
        elif not resume:
            record = RunRecord(record.folder, record.config)
        record.last = None  # the speed of an earlier session tells nothing of this one
        self.project.choices.run = record.name
        self._keep_settings()
        generator = in_child(
            training.train,
            self.project.dataset,
            record.folder,
            config=None if resume else record.config,
            resume=resume,
            threads=threads_beside_window(),
            speeds=self.measuring.speeds_of(record.config),
        )
        self._running = record
        self._job = job = self.start_job(generator, name=f"Train {record.name}")
        job.progressed.connect(self._take_event)
        job.paused_changed.connect(self._show_state)
        job.ended.connect(self._end)
        self._look_at(record)
        job.start()

    def _lay_out(self) -> None:
        head = WrappingLine()
        head.add_greedy(self.settings)
        head.addWidget(self.controls)
        for widget in (self.settings, self.controls):
            head.setAlignment(widget, Qt.AlignmentFlag.AlignTop)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(2 * GRID)
        splitter.addWidget(self.samples)
        splitter.addWidget(self.plots)
        splitter.setSizes([560, 560])
        SplitterMemory(splitter, "train")
        bench = QWidget()
        column = QVBoxLayout(bench)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self.settings.folded)
        column.addWidget(self.stage_line)
        column.addWidget(self.status)
        column.addWidget(splitter, 1)
        column.addWidget(self.doctor)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(bench)
        self._stack.addWidget(self.empty)

    def _connect(self) -> None:
        self.empty.button.clicked.connect(self.previous_step)
        self.settings.changed.connect(self._take_settings)
        self.controls.run_chosen.connect(self._choose_run)
        self.controls.start_asked.connect(self.start)
        self.controls.pause_asked.connect(self._pause)
        self.controls.stop_asked.connect(self._stop)
        self.controls.explore_asked.connect(self._explore)
        self._start_action = QAction("Start or go on training", self)
        self._start_action.triggered.connect(self.start)

    @Slot()
    def _explore(self) -> None:
        """Turn to the model of the run looked at, whichever was explored before."""
        if self.project is not None and self._record is not None:
            self.project.choices.model = self.project.model_of_run(self._record.name)
            self.save_choices()
        self.next_step.emit()

    def _look_at_dataset(self) -> None:
        """Offer page sizes up to the dataset's; without one, only its runs can be looked at."""
        if self.project is None:
            return
        if self._pages.look(self.project.dataset) and self._pages.resolution:
            self.settings.limit_to(self._pages.resolution)
        self.empty.say(self._pages.why_not, "Go to Dataset")
        nothing = not self._pages.resolution and not self.project.run_names()
        self._stack.setCurrentIndex(1 if nothing else 0)

    @Slot(str)
    def _choose_run(self, name: str) -> None:
        if self.project is not None and name != NEW:
            self.project.choices.run = name
            self.save_choices()
        self._show_run(name)

    def _show_run(self, name: str) -> None:
        """Look at a run by its name, read back from its folder unless it is at work."""
        if self._running is not None and name == self._running.name:
            self._look_at(self._running)
            return
        record = None
        if self.project is not None and name != NEW:
            try:
                record = RunRecord.read(self.project.runs / name)
            except (DeepZineError, OSError) as error:
                self.notice.emit(str(error), "error")
        self._look_at(record)

    def _look_at(self, record: RunRecord | None) -> None:
        self._record = record
        if record is not None:
            self.settings.show_config(record.config, within_limit=False)
        elif self.project is not None:
            self.settings.show_config(saved_config(self.project.choices.training))
        self.settings.set_editable(record is None)
        self.samples.show_record(record)
        self.plots.show_record(record)
        self._list_runs()
        self._show_state()

    def _list_runs(self) -> None:
        if self.project is None:
            return
        names = self.project.run_names()
        if self._running is not None and self._running.name not in names:
            names.insert(0, self._running.name)
        self.controls.show_runs(names, NEW if self._record is None else self._record.name)

    @Slot()
    def _take_settings(self) -> None:
        self._keep_soon.start()
        self._show_state()

    @Slot()
    def _keep_settings(self) -> None:
        self._keep_soon.stop()
        if self.project is not None:
            if self._record is None:
                self.project.choices.training = self.settings.config.model_dump(mode="json")
            self.save_choices()

    @Slot(object)
    def _take_event(self, event: Event) -> None:
        record = self._running
        if record is None:
            return
        samples = len(record.samples)
        record.take(event)
        if record is self._record:
            if not isinstance(event, Progress):
                self.plots.refresh()
            if len(record.samples) != samples:
                self.samples.refresh()
            self._show_progress()
        if isinstance(event, CheckpointSaved):
            self.brought.emit()
        elif isinstance(event, Notice):
            self.notice.emit(event.text, event.severity)
        self._show_mark()

    @Slot(bool)
    def _end(self, completed: bool) -> None:
        record, self._running, self._job = self._running, None, None
        if record is not None and record is self._record:
            # a run that failed before its first step has left no folder, only its settings
            begun = (record.folder / "config.yaml").is_file()
            # the guard may have taken back what was watched
            self._show_run(record.name if begun else NEW)
        else:
            self._show_state()
        self.brought.emit()
        self.mark_changed.emit("✓" if completed else "")

    @Slot()
    def _pause(self) -> None:
        if self._job is None:
            return
        if self._job.is_paused:
            self._job.resume()
        else:
            self._job.pause()

    @Slot()
    def _stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self.controls.stop.setEnabled(False)
            self.status.setText("Saving a checkpoint…")

    def _can_start(self) -> bool:
        if not self._pages.resolution:
            return False
        return self._record is None or not self._record.is_complete

    @Slot()
    def _show_state(self) -> None:
        running, record = self._job is not None, self._record
        self.controls.show_state(
            new=record is None or not record.has_model,
            can_start=self._can_start(),
            running=running,
            paused=self._job is not None and self._job.is_paused,
            has_model=record is not None and record.has_model,
        )
        self._start_action.setText(self.controls.start.text())
        self._start_action.setEnabled(not running and self._can_start())
        self._show_progress()
        self._show_mark()

    def _show_progress(self) -> None:
        """Say where the run looked at stands."""
        record, running, paused = self._record, False, False
        if record is None:
            self.stage_line.show_plan(training.stages(self.settings.config), None)
            self.status.setText(f"Not begun. {self._pages.why_not}".strip())
        else:
            self.stage_line.show_plan(record.plan, record.kimg)
            running = record is self._running
            paused = self._job is not None and self._job.is_paused
            now = datetime.now()
            if self._job is None or not self._job.isInterruptionRequested():
                text = status(record, running=running, paused=paused, now=now)
                self.status.setText(text if running else text + self._pages.remark(record))
        self.doctor.judge(record, at_work=running and not paused)

    def _show_mark(self) -> None:
        if self._running is not None:
            self.mark_changed.emit(f"● {self._running.stage.resolution} px")

"""The queue of downloads on the Collect bench: shown, ordered, paused, retried, gone on with."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from deepzine_gui import archive
from deepzine_gui.archive import DocumentChanged, DocumentsWaiting, Item, Queue, Queued, Record
from deepzine_gui.child import in_child
from deepzine_gui.errors import DeepZineError
from deepzine_gui.progress import Event, Notice, Pace, Progress
from deepzine_gui.ui.collect.downloads.queue_bar import Going, QueueBar
from deepzine_gui.ui.collect.downloads.queue_model import QueueModel
from deepzine_gui.ui.collect.downloads.queue_rows import QueueRow, rows_of
from deepzine_gui.ui.collect.downloads.queue_table import QueueTable
from deepzine_gui.ui.collect.recorded import by_item, wanted_of
from deepzine_gui.ui.empty_state import EmptyState
from deepzine_gui.ui.jobs import Job
from deepzine_gui.ui.theme import GRID, quieten
from deepzine_gui.words import count_text, progress_text

StartJob = Callable[..., Job]

_EMPTY = "Nothing waits to be downloaded. What you choose under Found comes here."


class Downloads(QWidget):
    """Shows a project's `Queue` and works it off.

    Args:
        start_job: makes a job of a generator, as `Bench.start_job`.
        size_of: what is told elsewhere of the size of an item's documents, "" if nothing is.

    Signals:
        waits(list): identifiers of items that are going to be downloaded.
        changed(DocumentChanged): what became of an item.
        removed(list): identifiers of items that were taken out of the queue.
        state_changed(): it runs or rests, or other items wait.
        find_asked(): the person wants to choose items.
        next_asked(): the person is done here.
        notice(str, str): one sentence for the person, and its severity.
    """

    waits = Signal(list)
    changed = Signal(object)
    removed = Signal(list)
    state_changed = Signal()
    find_asked = Signal()
    next_asked = Signal()
    notice = Signal(str, str)

    def __init__(
        self,
        start_job: StartJob,
        parent: QWidget | None = None,
        *,
        size_of: Callable[[str], str] = lambda _: "",
    ) -> None:
        super().__init__(parent)
        self._start_job = start_job
        self._queue: Queue | None = None
        self._job: Job | None = None
        self._pace = Pace()
        self.bar = QueueBar()
        self.model = QueueModel(self, size_of=size_of)
        self.table = QueueTable(self.model)
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        quieten(self.reason)
        self.empty = EmptyState(_EMPTY, "Find documents")
        self._lay_out()
        self.bar.start_asked.connect(self.start)
        self.bar.pause_asked.connect(self._pause_or_go)
        self.bar.stop_asked.connect(self._stop)
        self.bar.next_asked.connect(self.next_asked)
        self.bar.retry_asked.connect(self._retry_all)
        self.bar.parallel_changed.connect(self._set_parallel)
        self.model.ordered.connect(self._keep_order)
        self.table.retry_asked.connect(self._retry)
        self.table.remove_asked.connect(self._remove)
        self.table.chosen_changed.connect(self._show_reason)
        self.empty.pressed.connect(self.find_asked)

    @property
    def is_busy(self) -> bool:
        """Whether the download runs, paused or not."""
        return self._job is not None

    @property
    def waiting(self) -> int:
        """How many items are not here yet and may still come."""
        return sum(row.is_unfinished for row in self.model.rows)

    def open_project(self, documents: Path, records: Sequence[Record]) -> None:
        """Show a project's queue; go on with it if it was under way when its window closed.

        Args:
            documents: the project's folder of documents.
            records: all that lie in it.
        """
        self._queue = Queue(documents)
        queued = self._read()
        recorded = by_item(records)
        rows = rows_of(queued.entries, recorded)
        finished = {
            row.item.identifier: wanted_of(recorded[row.item.identifier])
            for row in rows
            if row.state == "done" and not row.is_partly_here
        }
        if finished:
            self._edit(lambda queue: queue.settle(finished))
        self.model.show([row for row in rows if row.item.identifier not in finished])
        self.bar.show_parallel(queued.parallel)
        self._show_state()
        if queued.goes_on and self.waiting:
            self.notice.emit("The download goes on where it was.", "info")
            self.start()

    @Slot(list, object, object)
    def take(
        self,
        items: Sequence[Item],
        max_bytes: int | None = None,
        max_documents: int | None = None,
    ) -> None:
        """Put items into the queue, together at most so much, and work it off."""
        if self._queue is None or not items:
            return

        def put(queue: Queue) -> None:
            queue.put(items, max_bytes=max_bytes, max_documents=max_documents, goes_on=True)

        if self._edit(put):
            known = {row.item.identifier: row for row in self.model.rows}
            for item in items:
                row = known.get(item.identifier)
                if row is not None and not row.is_unfinished:
                    row.state, row.reason = "waiting", ""
            new = [QueueRow(item) for item in items if item.identifier not in known]
            self.model.show([*self.model.rows, *new])
            self._work_off()

    @Slot()
    def start(self) -> None:
        """Work the queue off, if something waits in it; a paused download goes on."""
        if self._job is None and self.waiting:
            self._edit(lambda queue: queue.set(goes_on=True))
        self._work_off()

    def _work_off(self) -> None:
        if self._queue is None:
            return
        if self._job is not None:
            if self._job.is_paused:
                self._pause_or_go()
            self._show_state()
            return
        if not self.waiting:
            return
        job = self._start_job(
            in_child(archive.download_queue, self._queue.folder), name="Download documents"
        )
        self._job = job
        self._pace = Pace()
        job.progressed.connect(self._take_event)
        job.paused_changed.connect(self._take_pause)
        job.ended.connect(self._end)
        self.bar.say("Starting…")
        self._show_state()
        job.start()

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.bar)
        column.addWidget(self.table, 1)
        column.addWidget(self.reason)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    @Slot(object)
    def _take_event(self, event: Event) -> None:
        if isinstance(event, DocumentsWaiting):
            self._let_wait(event.identifiers)
        elif isinstance(event, DocumentChanged):
            goes_on = event.state == "downloading"
            if goes_on and self.model.row_of(event.identifier) is None:
                # taken out meanwhile, of which the download hears a moment later
                return
            began = goes_on and self.model.begins(event.identifier)
            self.model.take(event)
            if began:
                self.table.follow(event.identifier)
            self.changed.emit(event)
            if not goes_on:
                self._show_state()
        elif isinstance(event, Progress):
            self._pace.add(event)
            if self._job is not None and not self._job.is_paused:
                self._say(event)
        elif isinstance(event, Notice):
            self.notice.emit(event.text, event.severity)

    def _let_wait(self, identifiers: Sequence[str]) -> None:
        # without those taken out meanwhile, of which the download hears a moment later
        self.waits.emit(self.model.wait(identifiers))

    def _say(self, event: Progress) -> None:
        if event.waits:
            self.model.hold()
            self.bar.say(f"{event.what[0].upper()}{event.what[1:]}…", is_trouble=True)
        else:
            self.bar.say(progress_text(event, self._pace))

    @Slot(bool)
    def _take_pause(self, paused: bool) -> None:
        self._pace = Pace()
        self.model.hold()
        self._edit(lambda queue: queue.set(goes_on=not paused))
        self._show_state()
        if paused:
            self.bar.say("Paused")

    @Slot(bool)
    def _end(self, completed: bool) -> None:
        job, self._job = self._job, None
        # when the window closes it is disabled, and the next one is to go on
        if completed or (job is not None and job.was_stopped and self.isEnabled()):
            self._edit(lambda queue: queue.set(goes_on=False))
        self.model.rest()
        self._show_state()

    @Slot()
    def _pause_or_go(self) -> None:
        if self._job is not None and self._job.is_paused:
            self._job.resume()
        elif self._job is not None:
            self._job.pause()

    @Slot()
    def _stop(self) -> None:
        if self._job is not None:
            self._job.stop()
            self.bar.say("Stopping…")
            self._show_state()

    @Slot()
    def _retry_all(self) -> None:
        self._retry([row.item.identifier for row in self.model.rows if row.has_failed])

    @Slot(list)
    def _retry(self, identifiers: list[str]) -> None:
        if self._edit(lambda queue: queue.retry(identifiers)):
            rows = [(name, self.model.row_of(name)) for name in identifiers]
            self._let_wait([name for name, row in rows if row is not None and row.can_be_retried])
            self.start()

    @Slot(list)
    def _remove(self, identifiers: list[str]) -> None:
        if self._edit(lambda queue: queue.remove(identifiers)):
            gone = set(identifiers)
            self.model.show([row for row in self.model.rows if row.item.identifier not in gone])
            self.removed.emit(identifiers)
            self._show_state()

    @Slot()
    def _keep_order(self) -> None:
        order = [row.item.identifier for row in self.model.rows]
        self._edit(lambda queue: queue.order(order))

    @Slot(int)
    def _set_parallel(self, parallel: int) -> None:
        self._edit(lambda queue: queue.set(parallel=parallel))

    def _read(self) -> Queued:
        try:
            return self._queue.read() if self._queue is not None else Queued()
        except DeepZineError as error:
            self.notice.emit(str(error), "error")
            return Queued()

    def _edit(self, change: Callable[[Queue], None]) -> bool:
        """Change the queue on the disk; say why if that cannot be."""
        if self._queue is None:
            return False
        try:
            change(self._queue)
        except (DeepZineError, OSError) as error:
            self.notice.emit(str(error), "error")
            return False
        return True

    @Slot()
    def _show_state(self) -> None:
        rows = self.model.rows
        failed = sum(row.has_failed for row in rows)
        self._pages.setCurrentIndex(1 if rows else 0)
        here = sum(row.state == "done" for row in rows)
        self.bar.show_state(self._going(), waiting=self.waiting, failed=failed, here=here)
        if self._job is None:
            skipped = sum(row.state == "skipped" for row in rows)
            self.bar.say(_at_rest(self.waiting, failed, skipped, here))
        self._show_reason()
        self.state_changed.emit()

    def _going(self) -> Going:
        if self._job is None:
            return "idle"
        if self._job.was_stopped:
            return "stopping"
        return "paused" if self._job.is_paused else "running"

    @Slot()
    def _show_reason(self) -> None:
        """Tell the whole reason of the one row that is selected."""
        chosen = self.table.chosen
        row = self.model.rows[chosen[0]] if len(chosen) == 1 else None
        self.reason.setText(row.explanation if row is not None else "")
        self.reason.setVisible(bool(self.reason.text()))


def _at_rest(waiting: int, failed: int, skipped: int, here: int) -> str:
    counts = ((here, "here"), (failed, "failed"), (skipped, "passed over"))
    parts = [f"{count:,} {word}" for count, word in counts if count]
    if waiting:
        parts.insert(0, f"{count_text(waiting, 'items')} to fetch")
    return " · ".join(parts)

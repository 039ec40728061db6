"""A job runs a generator on a thread, and ends it in every way a person may ask for."""

import os
import threading
from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from deepzine_gui.child import in_child
from deepzine_gui.errors import ChildError, DatasetError
from deepzine_gui.progress import Event, Finished, Progress
from deepzine_gui.ui.job_row import JobRow
from deepzine_gui.ui.jobs import Job


def counting(upto: int, seen: list[str]) -> Generator[Event, None, None]:
    try:
        for number in range(upto):
            yield Progress(number, upto, "pages")
        yield Finished("Counted.")
    finally:
        seen.append(f"tidied on {threading.current_thread() is threading.main_thread()}")


def endless(note: Path) -> Generator[Event, None, None]:
    try:
        while True:
            yield Progress(1, None, "pages")
    finally:
        note.write_text("tidied")


def never_answering() -> Generator[Event, None, None]:
    yield Progress(os.getpid(), None, "pages")
    threading.Event().wait()


def failing() -> Generator[Event, None, None]:
    yield Progress(0, None, "pages")
    raise DatasetError("The dataset is broken.")


class Watched:
    """A job and everything it emitted.

    `qtbot.waitSignal` would disconnect while the thread may still be emitting.
    """

    def __init__(self, qtbot: QtBot, generator: Generator[Event, None, None]) -> None:
        self._qtbot = qtbot
        self._parent = QObject()
        self.job = Job(generator, name="Test", parent=self._parent)
        self.events: list[Event] = []
        self.errors: list[Exception] = []
        self.ends: list[bool] = []
        self.job.progressed.connect(self.events.append)
        self.job.failed.connect(self.errors.append)
        self.job.ended.connect(self.ends.append)
        self.job.start()

    def wait_for_first(self) -> None:
        self._qtbot.waitUntil(lambda: bool(self.events))

    def wait_for_end(self) -> bool:
        self._qtbot.waitUntil(self.job.isFinished)
        self._qtbot.waitUntil(lambda: bool(self.ends))
        return self.ends[0]


def test_a_job_passes_events_on_and_tidies_up_on_its_own_thread(qtbot: QtBot) -> None:
    tidied: list[str] = []
    watched = Watched(qtbot, counting(5, tidied))
    assert watched.wait_for_end() is True
    assert isinstance(watched.events[0], Progress)
    assert watched.events[-1] == watched.job.finished_event == Finished("Counted.")
    assert tidied == ["tidied on False"]


def test_progress_is_thinned_out_but_its_end_shows(qtbot: QtBot) -> None:
    watched = Watched(qtbot, counting(20_000, []))
    assert watched.wait_for_end() is True
    assert len(watched.events) < 1000


def test_stop_closes_the_child_s_generator(qtbot: QtBot, tmp_path: Path) -> None:
    watched = Watched(qtbot, in_child(endless, tmp_path / "note"))
    watched.wait_for_first()
    watched.job.stop()
    assert watched.wait_for_end() is False
    assert (tmp_path / "note").read_text() == "tidied"


def test_a_paused_job_waits_and_can_still_be_stopped(qtbot: QtBot) -> None:
    tidied: list[str] = []
    watched = Watched(qtbot, counting(10**9, tidied))
    watched.wait_for_first()
    watched.job.pause()
    assert watched.job.is_paused
    assert not watched.job.wait(50)
    watched.job.stop()
    assert watched.wait_for_end() is False
    assert tidied


def finishing(go_on: threading.Event) -> Generator[Event, None, None]:
    yield Progress(9, 9, "pages", finishes=True)
    go_on.wait()
    yield Event()
    yield Finished("Written.")


def test_a_job_that_only_finishes_is_not_stopped(qtbot: QtBot) -> None:
    go_on = threading.Event()
    watched = Watched(qtbot, finishing(go_on))
    watched.wait_for_first()
    watched.job.stop()
    go_on.set()
    assert watched.wait_for_end() is True
    assert watched.job.finished_event == Finished("Written.")


def test_an_error_arrives_and_then_the_end(qtbot: QtBot) -> None:
    watched = Watched(qtbot, failing())
    assert watched.wait_for_end() is False
    assert [str(error) for error in watched.errors] == ["The dataset is broken."]


def test_kill_ends_a_child_that_does_not_answer(qtbot: QtBot) -> None:
    watched = Watched(qtbot, in_child(never_answering))
    watched.wait_for_first()
    watched.job.kill()
    assert watched.wait_for_end() is False
    # none at all where the job was about to close it when it died
    assert all(isinstance(error, ChildError) for error in watched.errors)


def test_a_row_tells_what_its_job_waits_for(qtbot: QtBot) -> None:
    owner = QObject()
    job = Job(counting(1, []), name="Download", parent=owner)
    row = JobRow(job)
    qtbot.addWidget(row)
    label = next(label for label in row.findChildren(QLabel) if label.text() == "Starting…")
    told = "no connection, waiting for it"
    job.progressed.emit(Progress(2_000_000, 8_000_000, "bytes", told, waits=True))
    assert label.text() == "2.0 MB of 8.0 MB · no connection, waiting for it"
    job.progressed.emit(Progress(2_000_000, 8_000_000, "bytes"))
    assert label.text() == "2.0 MB of 8.0 MB"

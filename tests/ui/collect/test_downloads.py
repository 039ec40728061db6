"""The queue in the window: running, paused, failed, ordered, retried, gone on with."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from deepzine_gui.archive import DocumentChanged, Item, Queue, read_records
from deepzine_gui.archive.connection import conversation, manners
from deepzine_gui.archive.identity import hosts
from deepzine_gui.archive.queue.queue import only_download
from deepzine_gui.progress import Progress
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.collect.downloads import Downloads, downloads
from deepzine_gui.ui.collect.downloads.queue_model import SIZE
from deepzine_gui.ui.jobs import Job
from deepzine_gui.words import size_text
from tests.archive.reading import LARGE, items
from tests.fakes.archive_server import ArchiveServer, Fault, describe
from tests.fakes.small_pdf import small_pdf
from tests.ui.hosting import here, hosted

CLICK = Qt.MouseButton.LeftButton


class Stand(Bench):
    """A bench that is nothing but the queue."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = Downloads(self.start_job)
        self.said: list[str] = []
        self.queue.notice.connect(self._hear)
        self.job_started.connect(self._watch)
        QVBoxLayout(self).addWidget(self.queue)

    def _watch(self, job: Job) -> None:
        job.failed.connect(self._hear_error)

    def _hear_error(self, error: Exception) -> None:
        self.said.append(str(error))

    def _hear(self, text: str, severity: str) -> None:
        self.said.append(text)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "in_child", here)
    monkeypatch.setattr(manners, "METADATA_INTERVAL_S", 0.0)
    monkeypatch.setattr(conversation, "RETRY_DELAYS_S", (0.01,))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveServer]:
    with ArchiveServer() as archive:
        for name in ("one", "two", "three"):
            archive.add(name, LARGE)
        monkeypatch.setenv(hosts.HOST_VARIABLE, archive.host)
        yield archive


@pytest.fixture
def queue(qtbot: QtBot, folder: Path) -> Iterator[Downloads]:
    stand = Stand()
    with hosted(stand):
        stand.queue.open_project(folder, [])
        yield stand.queue
    qtbot.waitUntil(lambda: not stand.queue.is_busy)


def states(queue: Downloads) -> dict[str, str]:
    return {row.item.identifier: row.state for row in queue.model.rows}


def order(queue: Downloads) -> list[str]:
    return [row.item.identifier for row in queue.model.rows]


def press(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled())
    qtbot.mouseClick(button, CLICK)


def rest(qtbot: QtBot, queue: Downloads) -> None:
    qtbot.waitUntil(lambda: not queue.is_busy)


def until_stalled(qtbot: QtBot, server: ArchiveServer) -> None:
    qtbot.waitUntil(server.stalled.is_set)


def test_what_is_taken_arrives(
    qtbot: QtBot, queue: Downloads, server: ArchiveServer, folder: Path
) -> None:
    heard: list[DocumentChanged] = []
    queue.changed.connect(heard.append)
    assert queue.empty.isVisible()
    queue.take(items("one", "two"))
    assert queue.is_busy
    assert queue.bar.stop.isVisible()
    assert Queue(folder).read().goes_on
    rest(qtbot, queue)
    assert states(queue) == {"one": "done", "two": "done"}
    assert [row.text for row in queue.model.rows] == ["Here", "Here"]
    assert {event.identifier for event in heard if event.state == "done"} == {"one", "two"}
    assert queue.bar.status.text() == "2 here"
    assert not queue.bar.main.isVisible()
    with qtbot.waitSignal(queue.next_asked):
        press(qtbot, queue.bar.next)
    assert not Queue(folder).read().goes_on
    queue.open_project(folder, read_records(folder))
    assert queue.empty.isVisible()
    assert Queue(folder).read().entries == ()


def test_the_reason_of_what_failed_can_be_read_and_it_can_be_retried(
    qtbot: QtBot, queue: Downloads, server: ArchiveServer, folder: Path
) -> None:
    server.spoil("/download/two", Fault(status=404))
    queue.take(items("one", "two"))
    rest(qtbot, queue)
    assert states(queue) == {"one": "done", "two": "failed"}
    queue.table.selectRow(1)
    assert queue.reason.text() == "two.pdf is no longer in the archive (404)."
    assert queue.reason.isVisible()
    queue.open_project(folder, read_records(folder))
    assert states(queue) == {"two": "failed"}
    assert not queue.is_busy
    press(qtbot, queue.bar.retry)
    rest(qtbot, queue)
    assert states(queue) == {"two": "done"}
    assert not queue.bar.retry.isVisible()


def test_what_is_passed_over_for_its_limit_is_left_alone_by_retry_failed(
    qtbot: QtBot, queue: Downloads, server: ArchiveServer, folder: Path
) -> None:
    server.spoil("/download/one", Fault(status=404))
    queue.take(items("one", "two"), len(LARGE))
    rest(qtbot, queue)
    assert states(queue) == {"one": "failed", "two": "skipped"}
    assert queue.bar.status.text() == "1 failed · 1 passed over"
    assert queue.bar.retry.text() == "Retry failed"
    press(qtbot, queue.bar.retry)
    rest(qtbot, queue)
    assert states(queue) == {"one": "done", "two": "skipped"}
    assert not queue.bar.retry.isVisible()
    queue.open_project(folder, read_records(folder))
    assert states(queue) == {"two": "skipped"}
    queue.table.selectRow(0)
    assert queue.reason.text().startswith("Passed over: with its ")
    assert queue.reason.text().endswith("Try again (with a right click) takes it all the same.")
    queue.table.retry_asked.emit(["two"])
    rest(qtbot, queue)
    assert states(queue) == {"two": "done"}


def test_what_a_limit_of_documents_keeps_away_may_be_taken_all_the_same(
    qtbot: QtBot, queue: Downloads, server: ArchiveServer, folder: Path
) -> None:
    item = server.items["one"]
    item.contents["more.pdf"] = small_pdf(1)
    told = {**describe("more.pdf", item.contents["more.pdf"]), "source": "original"}
    item.answer["files"].append({**told, "format": "Text PDF"})
    queue.take(items("one", "two"), None, 1)
    rest(qtbot, queue)
    assert states(queue) == {"one": "done", "two": "skipped"}
    assert queue.bar.status.text() == "1 here · 1 passed over"
    queue.open_project(folder, read_records(folder))
    assert states(queue) == {"one": "done", "two": "skipped"}
    assert not queue.is_busy
    queue.table.selectRow(0)
    assert queue.reason.text() == (
        "1 of its 2 documents are taken: the limit of documents is reached. "
        "Try again (with a right click) takes the others as well."
    )
    queue.table.retry_asked.emit(["one"])
    rest(qtbot, queue)
    assert [row.text for row in queue.model.rows] == [
        "Here", "Passed over: the limit of 1 document is reached.",
    ]  # fmt: skip
    assert len(list((folder / "one").rglob("*.pdf"))) == 2
    queue.open_project(folder, read_records(folder))
    assert states(queue) == {"two": "skipped"}


def test_pause_and_go_on(
    qtbot: QtBot, queue: Downloads, server: ArchiveServer, folder: Path
) -> None:
    server.spoil("/download/one", Fault(stall_after=300_000))
    queue.take(items("one"))
    qtbot.waitUntil(lambda: bool(queue.model.rows[0].share))
    press(qtbot, queue.bar.main)
    assert queue.bar.status.text() == "Paused"
    assert queue.bar.main.text() == "Go on"
    assert queue.bar.main.property("primary")
    assert not Queue(folder).read().goes_on
    press(qtbot, queue.bar.main)
    assert Queue(folder).read().goes_on
    server.over.set()
    rest(qtbot, queue)
    assert states(queue) == {"one": "done"}


def test_stopped_by_the_person_it_waits_for_the_person(
    qtbot: QtBot, queue: Downloads, server: ArchiveServer, folder: Path
) -> None:
    server.spoil("/download/one", Fault(stall_after=300_000))
    queue.take(items("one"))
    until_stalled(qtbot, server)
    press(qtbot, queue.bar.stop)
    rest(qtbot, queue)
    assert states(queue) == {"one": "begun"}
    assert queue.bar.status.text() == "1 item to fetch"
    queue.open_project(folder, read_records(folder))
    assert not queue.is_busy
    press(qtbot, queue.bar.main)
    rest(qtbot, queue)
    assert states(queue) == {"one": "done"}
    assert server.asked("/download")[-1].headers["Range"] == "bytes=300000-"


def test_closed_amid_a_download_the_next_window_goes_on(
    qtbot: QtBot, queue: Downloads, server: ArchiveServer, folder: Path
) -> None:
    server.spoil("/download/one", Fault(stall_after=300_000))
    queue.take(items("one"))
    until_stalled(qtbot, server)
    stand = queue.parent()
    assert isinstance(stand, Stand)
    stand.setEnabled(False)  # as the window does while it closes
    queue._stop()
    rest(qtbot, queue)
    stand.setEnabled(True)
    queue.open_project(folder, read_records(folder))
    assert queue.is_busy
    assert stand.said == ["The download goes on where it was."]
    rest(qtbot, queue)
    assert states(queue) == {"one": "done"}


def test_rows_are_dragged_into_order(queue: Downloads, folder: Path) -> None:
    Queue(folder).put(items("a", "b", "c", "d"))
    queue.open_project(folder, [])
    model, move = queue.model, Qt.DropAction.MoveAction
    dragged = model.mimeData([model.index(2, 0), model.index(3, 0)])
    model.dropMimeData(dragged, move, 0, 0, QModelIndex())
    assert order(queue) == ["c", "d", "a", "b"]
    dragged = model.mimeData([model.index(0, 0)])
    model.dropMimeData(dragged, move, -1, -1, QModelIndex())
    assert order(queue) == ["d", "a", "b", "c"]
    model.dropMimeData(model.mimeData([model.index(3, 0)]), move, -1, -1, model.index(1, 0))
    assert order(queue) == ["d", "c", "a", "b"]
    assert [entry.item.identifier for entry in Queue(folder).read().entries] == order(queue)


def test_sizes_are_told_as_sure_as_they_are(
    qtbot: QtBot, queue: Downloads, server: ArchiveServer, folder: Path
) -> None:
    def sizes() -> list[str]:
        return [queue.model.index(place, SIZE).data() for place in range(queue.model.rowCount())]

    server.spoil("/download/two", Fault(status=404))
    bound, weighed = Item("one", "One", size_bytes=40 * 10**6), Item("two", "Two")
    weighed = dataclasses.replace(weighed, size_bytes=3 * 10**6, is_weighed=True)
    Queue(folder).put([bound, weighed, Item("three", "Three")])
    queue.open_project(folder, [])
    assert sizes() == ["≤ 40 MB", "3.0 MB", ""]
    queue.start()
    rest(qtbot, queue)
    exact = size_text(len(LARGE))
    assert sizes() == [exact, exact, exact]
    queue.open_project(folder, read_records(folder))
    assert (order(queue), sizes()) == (["two"], [exact])


def test_what_is_taken_out_is_told_and_what_still_comes_of_it_is_not(
    qtbot: QtBot, queue: Downloads, folder: Path
) -> None:
    Queue(folder).put(items("a", "b"))
    queue.open_project(folder, [])
    queue.table.selectRow(0)
    with qtbot.waitSignal(queue.removed) as removed:
        qtbot.keyClick(queue.table, Qt.Key.Key_Delete)
    assert removed.args == [["a"]]
    with qtbot.assertNotEmitted(queue.changed):
        queue._take_event(DocumentChanged("a", "downloading", 1, 2))
    with qtbot.waitSignal(queue.changed):
        queue._take_event(DocumentChanged("b", "downloading", 1, 2))


def test_keys_move_and_remove(qtbot: QtBot, queue: Downloads, folder: Path) -> None:
    Queue(folder).put(items("a", "b", "c"))
    queue.open_project(folder, [])
    queue.table.selectRow(2)
    qtbot.keyClick(queue.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order(queue) == ["a", "c", "b"]
    assert queue.table.chosen_names == ["c"]
    qtbot.keyClick(queue.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert order(queue) == ["a", "b", "c"]
    qtbot.keyClick(queue.table, Qt.Key.Key_Delete)
    assert order(queue) == ["a", "b"]
    assert [entry.item.identifier for entry in Queue(folder).read().entries] == ["a", "b"]


def test_how_many_at_once_is_kept(queue: Downloads, folder: Path) -> None:
    queue.bar.parallel.setValue(3)
    assert Queue(folder).read().parallel == 3
    queue.bar.show_parallel(1)
    queue.open_project(folder, [])
    assert queue.bar.parallel.value() == 3


def test_a_lost_connection_is_said_where_it_is_looked_for(
    qtbot: QtBot, queue: Downloads, server: ArchiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manners, "OFFLINE_DELAYS_S", (0.05,))
    server.go_down()
    queue.take(items("one"))
    qtbot.waitUntil(lambda: queue.bar.status.text() == "No connection, waiting for it…")
    assert queue.bar.status.property("warning")
    (row,) = queue.model.rows
    row.pace.add(Progress(1, 10, "bytes"))
    assert row._pace is not None
    # no speed is shown of what does not come
    qtbot.waitUntil(lambda: row._pace is None)
    server.come_back()
    rest(qtbot, queue)
    assert states(queue) == {"one": "done"}
    assert not queue.bar.status.property("warning")


def test_a_second_window_is_told(
    qtbot: QtBot, queue: Downloads, server: ArchiveServer, folder: Path
) -> None:
    stand = queue.parent()
    assert isinstance(stand, Stand)
    with only_download(folder):
        queue.take(items("one"))
        qtbot.waitUntil(lambda: not queue.is_busy)
    assert "Another DeepZine is downloading into" in stand.said[0]
    assert states(queue) == {"one": "waiting"}
    press(qtbot, queue.bar.main)
    rest(qtbot, queue)
    assert states(queue) == {"one": "done"}


def test_a_damaged_queue_is_said_and_left_alone(queue: Downloads, folder: Path) -> None:
    file = Queue(folder).file
    file.write_text("{", encoding="utf-8")
    queue.take(items("one"))
    stand = queue.parent()
    assert isinstance(stand, Stand)
    assert "cannot be read: mend it" in stand.said[0]
    assert not queue.is_busy
    assert file.read_text("utf-8") == "{"

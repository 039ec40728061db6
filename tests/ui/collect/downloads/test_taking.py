"""What is put into the queue arrives, and what does not says why."""

import dataclasses
from pathlib import Path

from pytestqt.qtbot import QtBot

from deepzine_gui.archive import DocumentChanged, Item, Queue, read_records
from deepzine_gui.archive.queue.queue import only_download
from deepzine_gui.ui.collect.downloads import Downloads
from deepzine_gui.ui.collect.downloads.queue_model import SIZE
from deepzine_gui.words import size_text
from tests.archive.reading import LARGE, items
from tests.fakes.archive_server import ArchiveServer, Fault
from tests.ui.collect.downloads.stand import Stand, order, press, rest, states


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

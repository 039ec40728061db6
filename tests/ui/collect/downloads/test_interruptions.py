"""A download paused, stopped, closed or cut off goes on where it was."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from deepzine_gui.archive import Queue, read_records
from deepzine_gui.archive.connection import manners
from deepzine_gui.progress import Progress
from deepzine_gui.ui.collect.downloads import Downloads
from tests.archive.reading import items
from tests.fakes.archive_server import ArchiveServer, Fault
from tests.ui.collect.downloads.stand import Stand, press, rest, states, until_here


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
    until_here(qtbot, folder, 300_000)
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
    until_here(qtbot, folder, 300_000)
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

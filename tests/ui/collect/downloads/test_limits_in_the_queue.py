"""What a limit keeps away is told, and taken when the person asks for it."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from deepzine_gui.archive import read_records
from deepzine_gui.ui.collect.downloads import Downloads
from tests.archive.reading import LARGE, items
from tests.fakes.archive_server import ArchiveServer, Fault, describe
from tests.fakes.small_pdf import small_pdf
from tests.ui.collect.downloads.stand import press, rest, states


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
    assert queue.reason.text().startswith("Passed over: its ")
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
        "1 of its 2 documents is taken: the limit of documents is reached. "
        "Try again (with a right click) takes the others as well."
    )
    queue.table.retry_asked.emit(["one"])
    rest(qtbot, queue)
    assert [row.text for row in queue.model.rows] == [
        "Here", "Passed over: the limit of documents is reached.",
    ]  # fmt: skip
    assert len(list((folder / "one").rglob("*.pdf"))) == 2
    queue.open_project(folder, read_records(folder))
    assert states(queue) == {"two": "skipped"}

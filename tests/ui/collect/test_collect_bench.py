"""Searching, ticking and downloading on the Collect bench, from the loopback archive."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from deepzine_gui.archive import Item, ItemsFound, Queue, Record
from deepzine_gui.archive.queue.records import write_record
from deepzine_gui.project import Project
from deepzine_gui.ui.collect import CollectBench
from deepzine_gui.ui.main_window import MainWindow
from tests.fakes.archive_server import ArchiveServer


def search(qtbot: QtBot, bench: CollectBench, text: str) -> None:
    bench.scout.search_bar.field.setText(text)
    qtbot.keyClick(bench.scout.search_bar.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not bench.scout.is_searching)


def download(qtbot: QtBot, bench: CollectBench) -> None:
    qtbot.mouseClick(bench.scout.take_bar.download, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not bench.downloads.is_busy)


def states(bench: CollectBench) -> dict[str, str]:
    listing = bench.scout.model.listing
    return {name: listing.state(row).name for row, name in enumerate(listing.identifiers)}


def test_search_tick_download_and_reopen(
    qtbot: QtBot, window: MainWindow, bench: CollectBench, archive: ArchiveServer
) -> None:
    scout = bench.scout
    search(qtbot, bench, "zines")
    assert scout.model.rowCount() == 3
    scout.take_bar.count.setValue(2)
    assert scout.take_bar.download.text() == "Download 2"
    download(qtbot, bench)
    assert list(states(bench).values()) == ["done", "done", ""]
    assert window.workbench.tabText(0) == "Collect  2"
    assert window.project is not None
    assert len(list(window.project.documents.rglob("*.pdf"))) == 2
    assert scout.take_bar.next.property("primary")
    assert scout.take_bar.cost.text() == "2 documents ticked, all here."

    bench.open_project(Project.open(window.project.folder))
    assert states(bench) == {"zine-0": "done", "zine-1": "done"}
    assert scout.search_bar.field.text() == "zines"
    assert scout.summary.text().startswith("In this project: 2 items · ")
    bench.commands()[0].trigger()
    assert scout.search_bar.field.selectedText() == "zines"
    search(qtbot, bench, "zines")
    assert scout.summary.text().startswith("3 items · ")


def test_what_is_taken_out_of_the_queue_is_new_where_it_was_found(
    bench: CollectBench, window: MainWindow
) -> None:
    assert window.project is not None
    documents = window.project.documents
    refused = "The archive does not give a.pdf to everyone (403)."
    records = {
        "a": Record("a", "A", state="restricted", reason=refused),
        "b": Record("b", "B", state="failed", reason="b.pdf is no longer in the archive (404)."),
        "c": Record("c", "C", file="c.pdf", size_bytes=9, state="done"),
    }
    found = tuple(Item(name, name, size_bytes=10) for name in records)
    Queue(documents).put(found)
    for name, record in records.items():
        write_record(documents / name, record)
    bench.open_project(window.project)
    bench.scout.begin_search("x")
    bench.scout.take_found(ItemsFound(found, 3))
    bench.scout.end_search(completed=True, was_stopped=False)
    assert states(bench) == {"a": "restricted", "b": "failed", "c": "done"}
    bench.downloads.table.selectAll()
    bench.downloads.table.remove_asked.emit(["a", "b", "c"])
    assert states(bench) == {"a": "", "b": "", "c": "done"}
    assert bench.scout.documents_here == 1
    assert bench.downloads.model.rowCount() == 0


def test_the_smallest_window_has_room_for_all_that_leads_on(
    qtbot: QtBot, window: MainWindow, bench: CollectBench
) -> None:
    window.resize(window.minimumSize())
    # as while a job runs
    window.job_bar.setFixedHeight(40)
    window.job_bar.show()
    ideas = bench.scout.ideas
    qtbot.waitUntil(lambda: ideas.verticalScrollBar().maximum() > 0)
    button = bench.scout.search_bar.button
    assert button.visibleRegion().boundingRect() == button.rect()
    bench.scout.begin_search("x")
    bench.scout.take_found(ItemsFound((Item("a", "A", size_bytes=10),), 1))
    bench.scout.end_search(completed=True, was_stopped=False)
    button = bench.scout.take_bar.download
    qtbot.waitUntil(lambda: button.visibleRegion().boundingRect() == button.rect())
    assert bench.visibleRegion().boundingRect() == bench.rect()
    assert bench.scout.table.height() > 100


def test_what_is_here_is_known_when_it_is_found_again(
    qtbot: QtBot, bench: CollectBench, archive: ArchiveServer
) -> None:
    search(qtbot, bench, "zines")
    bench.scout.take_bar.count.setValue(1)
    download(qtbot, bench)
    search(qtbot, bench, "zines")
    assert list(states(bench).values()) == ["done", "", ""]
    assert bench.scout.cost is not None
    assert bench.scout.cost.documents == 0
    bench.scout.take_bar.count.setValue(2)
    assert bench.scout.cost.documents == 1
    assert "1 more already here" in bench.scout.take_bar.cost.text()

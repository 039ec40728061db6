"""Collecting in the window: found, narrowed, chosen, fetched with a fault in it, retried."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from deepzine_gui.archive import Queue, read_records
from deepzine_gui.project import Project
from deepzine_gui.ui.collect import CollectBench
from deepzine_gui.ui.collect.bench import DOWNLOADS
from tests.fakes.archive_server import ArchiveServer, Fault
from tests.fakes.small_pdf import small_pdf
from tests.journeys.window import Visitor

FIRST_YEAR, LAST_YEAR = 1903, 1906
NAMES = [f"zine-{year}" for year in range(FIRST_YEAR, LAST_YEAR + 1)]
BROKEN = NAMES[1]
PADDING_BYTES = 400_000


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveServer]:
    """A dozen zines of as many years; one is withheld at first, and another comes to a halt."""
    with ArchiveServer() as server:
        server.add_collection("zines")
        for year in map(str, range(1900, 1912)):
            content, name = document_of(year), f"zine-{year}"
            server.add(name, content, title=f"Zine of {year}", year=year, item_size=len(content))
        server.spoil(f"/download/{BROKEN}/", Fault(status=404))
        server.spoil("/download/", Fault(stall_after=PADDING_BYTES // 2))
        monkeypatch.setenv("DEEPZINE_ARCHIVE_HOST", server.host)
        yield server


def document_of(year: str) -> bytes:
    return small_pdf(salt=int(year), padding_bytes=PADDING_BYTES)


def test_found_chosen_and_fetched_with_a_fault_in_it(
    qtbot: QtBot, folder: Path, library: ArchiveServer
) -> None:
    project = Project.create(folder)
    visitor = Visitor(qtbot, project)
    bench = visitor.collect
    find(visitor, bench)
    choose(visitor, bench)
    pause_and_go_on(visitor, bench)
    library.over.set()
    visitor.wait_for_jobs()
    see_why_one_failed_and_retry(visitor, bench)
    visitor.wait_for_jobs()
    assert {record.identifier: record.md5 for record in read_records(project.documents)} == {
        name: hashlib.md5(document_of(name[-4:])).hexdigest() for name in NAMES
    }
    visitor.close()
    reopened = Visitor(qtbot, Project.open(folder))
    assert reopened.collect.downloads.empty.isVisibleTo(reopened.collect.downloads)
    assert reopened.collect.scout.documents_here == len(NAMES)
    reopened.close()


def find(visitor: Visitor, bench: CollectBench) -> None:
    scout = bench.scout
    visitor.bot.keyClicks(scout.search_bar.field, "zines")
    visitor.bot.keyClick(scout.search_bar.field, Qt.Key.Key_Return)
    visitor.wait(lambda: scout.model.rowCount() == 12 and not scout.is_searching)
    visitor.wait_for_jobs()
    visitor.bot.keyClicks(scout.filters.first_year, str(FIRST_YEAR))
    visitor.bot.keyClicks(scout.filters.last_year, str(LAST_YEAR))
    visitor.wait(lambda: scout.model.rowCount() == len(NAMES))


def choose(visitor: Visitor, bench: CollectBench) -> None:
    take_bar = bench.scout.take_bar
    take_bar.count.setValue(len(NAMES))
    visitor.wait(lambda: take_bar.download.text() == f"Download {len(NAMES)}")
    visitor.click(take_bar.download)
    visitor.wait(lambda: bench.downloads.is_busy)


def pause_and_go_on(visitor: Visitor, bench: CollectBench) -> None:
    downloads = bench.downloads
    visitor.click(bench.switches.button(DOWNLOADS))
    visitor.wait(lambda: any(row.share for row in downloads.model.rows))
    visitor.click(downloads.bar.main)
    assert downloads.bar.status.text() == "Paused"
    assert not Queue(visitor.project.documents).read().goes_on
    visitor.click(downloads.bar.main)


def see_why_one_failed_and_retry(visitor: Visitor, bench: CollectBench) -> None:
    downloads = bench.downloads
    states = {row.item.identifier: row.state for row in downloads.model.rows}
    assert states == {**dict.fromkeys(NAMES, "done"), BROKEN: "failed"}
    downloads.table.selectRow(list(states).index(BROKEN))
    assert downloads.reason.text() == f"{BROKEN}.pdf is no longer in the archive (404)."
    visitor.click(downloads.bar.retry)
    visitor.wait(lambda: downloads.bar.status.text() == f"{len(NAMES)} here")

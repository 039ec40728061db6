"""Searching, ticking and downloading on the Collect bench, from the loopback archive."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from deepzine_gui.archive import Item, ItemsFound
from deepzine_gui.pages.documents import kind_in_folder
from deepzine_gui.pages.values import Kind
from deepzine_gui.project import Project
from deepzine_gui.ui.collect import CollectBench, own_sources
from deepzine_gui.ui.main_window import MainWindow
from tests.fakes.archive_server import ArchiveServer
from tests.fakes.small_pdf import small_pdf


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ArchiveServer]:
    with ArchiveServer() as server:
        server.add_collection("zines")
        for number in range(3):
            document = tmp_path / f"zine-{number}.pdf"
            document.write_bytes(small_pdf(salt=number))
            server.add(f"zine-{number}", document, collection="zines", title=f"Zine {number}")
        monkeypatch.setenv("DEEPZINE_ARCHIVE_HOST", server.host)
        yield server


@pytest.fixture
def bench(window: MainWindow) -> CollectBench:
    bench = window.workbench.bench("collect")
    assert isinstance(bench, CollectBench)
    return bench


def search(qtbot: QtBot, bench: CollectBench, name: str) -> None:
    bench.search_bar.field.setText(name)
    qtbot.keyClick(bench.search_bar.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bench._search_job is None, timeout=30_000)


def download(qtbot: QtBot, bench: CollectBench) -> None:
    qtbot.mouseClick(bench.take_bar.download, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bench._download_job is None, timeout=30_000)


def test_search_tick_download_and_reopen(
    qtbot: QtBot, window: MainWindow, bench: CollectBench, archive: ArchiveServer
) -> None:
    search(qtbot, bench, "zines")
    assert len(bench.model.rows) == 3
    bench.take_bar._count.setValue(2)
    assert sum(row.ticked for row in bench.model.rows) == 2
    download(qtbot, bench)
    assert [row.state for row in bench.model.rows] == ["done", "done", ""]
    assert window.workbench.tabText(0) == "Collect  2"
    assert window.project is not None
    assert len(list(window.project.documents.rglob("*.pdf"))) == 2
    assert bench.take_bar.next.property("primary")

    bench.open_project(Project.open(window.project.folder))
    assert sorted(row.item.title for row in bench.model.rows) == ["Zine 0", "Zine 1"]
    assert bench.search_bar.field.text() == "zines"


def test_a_name_that_does_not_exist_is_said(
    qtbot: QtBot, window: MainWindow, bench: CollectBench, archive: ArchiveServer
) -> None:
    search(qtbot, bench, "no-such-thing")
    assert "no-such-thing" in window.notices.text
    assert bench.empty.isVisible()


def test_own_sources_are_kept_and_removed(bench: CollectBench, tmp_path: Path) -> None:
    picture = tmp_path / "own.png"
    picture.write_bytes(b"a picture by its name")
    bench.add_sources([picture, picture])
    assert bench.project is not None
    assert bench.project.choices.sources == [picture]
    assert bench.take_bar.isHidden()
    assert bench.empty.button.text() == "Go on to Dataset"
    bench.own.removed.emit([picture])
    assert Project.open(bench.project.folder).choices.sources == []


def test_further_results_leave_ticks_made_by_hand(bench: CollectBench) -> None:
    def found(*numbers: int) -> ItemsFound:
        return ItemsFound(tuple(Item(f"zine-{n}", f"Zine {n}") for n in numbers), 6)

    def ticked() -> list[str]:
        return [row.item.identifier for row in bench.model.rows if row.ticked]

    bench.take_bar._count.setValue(3)
    bench._take_event(found(0, 1))
    check = Qt.ItemDataRole.CheckStateRole
    bench.model.setData(bench.model.index(0, 0), Qt.CheckState.Unchecked.value, check)
    bench._take_event(found(2, 3, 4, 5))
    assert ticked() == ["zine-1", "zine-2", "zine-3"]
    bench.take_bar._count.setValue(2)
    assert ticked() == ["zine-0", "zine-1"]


def test_a_folder_is_looked_into_only_to_its_first_document(
    bench: CollectBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = tmp_path / "full" / "within"
    full.mkdir(parents=True)
    for number in range(50):
        (full / f"{number}.pdf").touch()
    looked: list[Path] = []

    def look(path: Path) -> Kind | None:
        looked.append(path)
        return kind_in_folder(path)

    monkeypatch.setattr(own_sources, "kind_in_folder", look)
    bench.add_sources([tmp_path / "full"])
    assert len(looked) == 1
    assert bench.project is not None
    assert bench.project.choices.sources == [tmp_path / "full"]


def test_a_folder_that_is_long_without_documents_is_taken_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").touch()
    (tmp_path / ".hidden.pdf").touch()
    assert not own_sources.holds_pages(tmp_path)
    monkeypatch.setattr(own_sources, "_LOOK_S", 0.0)
    assert own_sources.holds_pages(tmp_path)


def test_what_holds_no_pages_is_named(
    window: MainWindow, bench: CollectBench, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    bench.add_sources([tmp_path / "notes"])
    assert window.notices.text == "notes holds no PDF and no picture."
    bench.add_sources([tmp_path / "gone.pdf"])
    assert bench.project is not None
    assert bench.project.choices.sources == []


def test_a_search_that_failed_does_not_say_that_nothing_was_found(
    qtbot: QtBot, bench: CollectBench, archive: ArchiveServer
) -> None:
    search(qtbot, bench, "zines")
    assert bench.summary.text().startswith("3 items")
    bench.take_bar._count.setValue(1)
    download(qtbot, bench)
    search(qtbot, bench, "no-such-thing")
    assert [row.item.title for row in bench.model.rows] == ["Zine 0"]
    assert bench.summary.text().startswith("1 item")

"""Own documents on the Collect bench: kept where they are, copied, unpacked, removed."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QFile, QMimeData, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from deepzine_gui.pages import documents
from deepzine_gui.pages.documents import is_document
from deepzine_gui.project import Project
from deepzine_gui.ui.collect import CollectBench
from deepzine_gui.ui.collect.bench import FOUND, OWN
from deepzine_gui.ui.collect.own import looking, own_documents
from deepzine_gui.ui.main_window import MainWindow
from tests.fakes.small_pdf import small_pdf
from tests.ui.hosting import here

PNG = b"\x89PNG\r\n\x1a\n as far as the first bytes tell"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "own.png"
    path.write_bytes(PNG)
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "zines.cbz"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("sub/1.png", PNG)
        opened.writestr("../evil.png", PNG)
    return path


def names(bench: CollectBench) -> list[tuple[str, str]]:
    cells = bench.own.list.model()
    rows = range(bench.own.count)
    return [(cells.index(row, 0).data(), cells.index(row, 1).data()) for row in rows]


def bring(qtbot: QtBot, bench: CollectBench, *paths: Path) -> None:
    bench.add_sources(list(paths))
    qtbot.waitUntil(lambda: bench.own._job is None)


def test_files_stay_where_they_are(bench: CollectBench, picture: Path) -> None:
    bench.add_sources([picture, picture])
    assert bench.project is not None
    assert bench.project.choices.sources == [picture]
    assert names(bench) == [("own.png", str(picture.parent))]
    assert bench.switches.button(OWN).text() == "Own documents  1"
    assert bench.switches.button(OWN).isChecked()
    assert bench.primary_button() is bench.own.next
    bench.own.list.selectAll()
    bench.own.remove_chosen()
    assert Project.open(bench.project.folder).choices.sources == []
    assert bench.own.empty.isVisible()
    assert picture.exists()


def drop(target: QWidget, data: QMimeData) -> bool:
    """Drag data onto a widget and let go, through Qt; whether anybody takes it."""
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place, copying = target.rect().center(), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(place, copying, data, left, none)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        return False
    dropped = QDropEvent(place.toPointF(), copying, data, left, none)
    QApplication.sendEvent(target, dropped)
    return dropped.isAccepted()


@pytest.mark.parametrize(
    "onto",
    [
        lambda bench: bench.scout,
        lambda bench: bench.scout.search_bar.field,
        lambda bench: bench.downloads.table.viewport(),
        lambda bench: bench.own.list.viewport(),
    ],
    ids=("bench", "field", "queue", "list"),
)
def test_files_may_be_dropped_anywhere(
    bench: CollectBench, picture: Path, onto: Callable[[CollectBench], QWidget]
) -> None:
    bench.switches.turn_to(FOUND)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture))])
    data.setText(str(picture))
    assert drop(onto(bench), data)
    assert names(bench) == [("own.png", str(picture.parent))]
    assert bench.scout.search_bar.field.text() == ""


def test_an_address_may_be_dropped_on_the_search_line(bench: CollectBench) -> None:
    address = "https://archive.org/details/zines"
    data = QMimeData()
    data.setUrls([QUrl(address)])
    data.setText(address)
    assert drop(bench.scout.search_bar.field, data)
    assert bench.scout.search_bar.field.text() == address
    assert bench.own.count == 0


def test_copies_come_into_the_project_and_leave_by_the_trash(
    qtbot: QtBot, bench: CollectBench, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.own.copying.setChecked(True)
    bring(qtbot, bench, picture)
    assert bench.project is not None
    copy = bench.project.own / "own.png"
    assert copy.read_bytes() == PNG
    assert names(bench) == [("own.png", "this project")]
    assert bench.project.sources() == [copy]
    thrown: list[str] = []

    def throw(name: str) -> bool:
        thrown.append(name)
        Path(name).unlink()
        return True

    monkeypatch.setattr(QFile, "moveToTrash", throw)
    bench.own.list.selectAll()
    qtbot.keyClick(bench.own.list, Qt.Key.Key_Delete)
    assert thrown == [str(copy)]
    assert names(bench) == []
    assert picture.exists()


def test_what_cannot_go_to_the_trash_stays(
    qtbot: QtBot,
    window: MainWindow,
    bench: CollectBench,
    picture: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFile, "moveToTrash", lambda name: False)
    bench.own.copying.setChecked(True)
    bring(qtbot, bench, picture)
    bench.own.list.selectAll()
    bench.own.remove_chosen()
    assert "could not be moved to the trash: delete it yourself." in window.notices.text
    assert names(bench) == [("own.png", "this project")]


def test_archives_are_unpacked_and_what_is_left_out_is_said(
    qtbot: QtBot, window: MainWindow, bench: CollectBench, archive: Path, picture: Path
) -> None:
    said: list[str] = []
    bench.notice.connect(lambda text, severity: said.append(text))
    bring(qtbot, bench, archive, picture)
    assert bench.project is not None
    assert names(bench) == [("zines", "this project"), ("own.png", str(picture.parent))]
    assert [path.name for path in bench.project.own.rglob("*.png")] == ["1.png"]
    assert said == [
        "Left out of zines.cbz: ../evil.png (its name leads out of the archive's folder)."
    ]


def test_archives_in_a_folder_that_stays_are_unpacked(
    qtbot: QtBot, window: MainWindow, bench: CollectBench, archive: Path, picture: Path
) -> None:
    only_archives = archive.parent / "older"
    only_archives.mkdir()
    (only_archives / "a.zip").write_bytes(archive.read_bytes())
    bring(qtbot, bench, archive.parent)
    assert bench.project is not None
    folder = archive.parent.name
    assert names(bench) == [(folder, "this project"), (folder, str(archive.parent.parent))]
    found = sorted(path.relative_to(bench.project.own) for path in bench.project.own.rglob("1.png"))
    assert found == [Path(folder, "older/a/sub/1.png"), Path(folder, "zines/sub/1.png")]
    bring(qtbot, bench, archive.parent)
    assert bench.own.count == 2
    bring(qtbot, bench, only_archives)
    assert names(bench)[0] == ("older", "this project")
    assert bench.project.choices.sources == [archive.parent]


def test_subfolders_become_labels_if_that_is_wanted(bench: CollectBench, picture: Path) -> None:
    bench.add_sources([picture.parent])
    assert bench.project is not None
    assert not bench.own.labelling.isChecked()
    assert bench.project.labelled_sources() == []
    bench.own.labelling.click()
    reopened = Project.open(bench.project.folder)
    assert reopened.labelled_sources() == [picture.parent]
    bench.open_project(reopened)
    assert bench.own.labelling.isChecked()
    (reopened.documents / "one").mkdir(parents=True)
    assert reopened.sources() == [reopened.documents, picture.parent]
    assert reopened.labelled_sources() == [picture.parent]


def test_what_comes_while_others_are_brought_waits_its_turn(
    qtbot: QtBot, bench: CollectBench, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_documents, "in_child", here)
    bench.add_sources([archive])
    bench.add_sources([archive])
    qtbot.waitUntil(lambda: bench.own._job is None and bench.own.count == 2)
    assert [name for name, _ in names(bench)] == ["zines", "zines (2)"]


def test_a_source_that_has_gone_says_so(bench: CollectBench, picture: Path) -> None:
    bench.add_sources([picture])
    picture.unlink()
    assert bench.project is not None
    bench.own.open_project(bench.project)
    assert names(bench) == [("own.png", "not there any more: moved or deleted")]


def test_a_folder_is_looked_into_only_to_its_first_document(
    bench: CollectBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = tmp_path / "full" / "within"
    full.mkdir(parents=True)
    for number in range(50):
        (full / f"{number}.pdf").touch()
    looked: list[Path] = []

    def look(path: Path) -> bool:
        looked.append(path)
        return is_document(path)

    monkeypatch.setattr(looking, "is_document", look)
    bench.add_sources([tmp_path / "full"])
    assert len(looked) == 1
    assert bench.project is not None
    assert bench.project.choices.sources == [tmp_path / "full"]


def test_a_folder_that_is_long_without_documents_is_taken_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").touch()
    (tmp_path / ".hidden.pdf").touch()
    assert not looking.holds_pages(tmp_path)
    monkeypatch.setattr(looking, "_LOOK_S", 0.0)
    assert looking.holds_pages(tmp_path)


def test_what_holds_no_pages_is_named(
    window: MainWindow, bench: CollectBench, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    bench.add_sources([tmp_path / "notes"])
    assert window.notices.text == "notes holds no PDF and no picture."
    bench.add_sources([tmp_path / "gone.pdf"])
    assert bench.project is not None
    assert bench.project.choices.sources == []


def test_the_projects_sources_are_all_there_is(bench: CollectBench, picture: Path) -> None:
    project = bench.project
    assert project is not None
    assert project.sources() == []
    for path in (project.documents / "one" / "one.pdf", project.own / "b.pdf"):
        path.parent.mkdir(parents=True)
        path.write_bytes(small_pdf())
    for name in ("a.part.pdf", "folder.part", ".hidden"):
        (project.own / name).touch()
    project.choices.sources = [picture]
    assert project.sources() == [project.documents, project.own / "b.pdf", picture]
    found = documents.find_documents(project.sources())
    assert [document.name for document in found] == ["one/one.pdf", "b.pdf", "own.png"]

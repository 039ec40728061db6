"""The menus: what is chosen there is done."""

import threading
from collections.abc import Generator
from importlib import metadata
from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

import deepzine_gui
from deepzine_gui import places
from deepzine_gui.child import in_child
from deepzine_gui.errors import ChildError
from deepzine_gui.project import Project
from deepzine_gui.ui.about import AboutWindow
from deepzine_gui.ui.collect import CollectBench
from deepzine_gui.ui.dataset import DatasetBench
from deepzine_gui.ui.main_window import MainWindow
from tests.child_jobs import pid_then_wait
from tests.patience import PATIENCE_S


def choose(window: MainWindow, text: str) -> None:
    """Choose the one entry of any menu with this text."""
    (action,) = (a for a in window.menus.findChildren(QAction) if a.text().replace("&", "") == text)
    action.trigger()


def test_a_new_project_is_made_where_its_folder_is_named(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    named = folder / "other"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(named), ""))
    choose(window, "New project…")
    assert window.project is not None
    assert window.project.folder == named
    assert (named / "project.yaml").is_file()


def test_no_other_project_is_asked_for_while_a_job_runs(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: asked.append("new"))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: asked.append("open"))
    project = window.project
    bench = window.workbench.bench("dataset")
    job = bench.start_job(in_child(pid_then_wait), name="Work")
    job.start()
    for text in ("New project…", "Open project…", "Open sample project"):
        window.notices.next()
        choose(window, text)
        assert "Stop the running jobs" in window.notices.text
    assert window.project is project
    assert asked == []
    # it stays until it is read, or is not true any more
    assert not window.notices._timer.isActive()
    job.stop()
    qtbot.waitUntil(lambda: not window.job_bar.jobs)
    assert "Stop the running jobs" not in window.notices.text


def test_about_tells_the_version_and_the_licence_and_what_computes(window: MainWindow) -> None:
    choose(window, "About DeepZine")
    (about,) = window.findChildren(AboutWindow)
    assert about.isVisible()
    assert about.name.text() == f"DeepZine {deepzine_gui.__version__}"
    assert "AGPL-3.0-or-later" in about.licence.text()
    assert f"PyTorch {metadata.version('torch')}" in about.made_with.text()
    about.reject()


def test_about_is_there_before_the_devices_are_known(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()

    def cards() -> Generator[tuple[str, ...], None, None]:
        yield ()
        assert let_go.wait(PATIENCE_S)
        yield ("Card A", "Card B")

    monkeypatch.setattr("deepzine_gui.ui.about.in_child", lambda _: cards())
    choose(window, "About DeepZine")
    (about,) = window.findChildren(AboutWindow)
    assert about.isVisible()
    assert "looking for a graphics card" in about.computes_on.text()
    let_go.set()
    qtbot.waitUntil(lambda: "Card A, Card B" in about.computes_on.text())
    about.reject()


def test_about_names_what_this_machine_has(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "About DeepZine")
    (about,) = window.findChildren(AboutWindow)
    qtbot.waitUntil(lambda: "no graphics card" in about.computes_on.text())
    assert about.computes_on.text().count("core") == 1
    about.reject()


def test_about_says_why_the_devices_are_not_known(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Generator[None, None, None]:
        yield
        raise ChildError("The process ended.")

    monkeypatch.setattr("deepzine_gui.ui.about.in_child", lambda _: broken())
    choose(window, "About DeepZine")
    (about,) = window.findChildren(AboutWindow)
    qtbot.waitUntil(lambda: about.computes_on.text() == "The process ended.")
    about.reject()


def test_a_dialog_that_is_left_changes_nothing(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = window.project
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: ([], ""))
    for text in ("New project…", "Open project…", "Add own documents…"):
        choose(window, text)
    assert window.project is project


def test_a_project_is_opened_from_its_folder_and_again_from_the_recent_ones(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    assert window.project is not None
    first, second = window.project.folder, Project.create(folder / "second").folder
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(second))
    choose(window, "Open project…")
    assert window.project.folder == second
    window.menus._recent.aboutToShow.emit()
    choose(window, str(first))
    assert window.project.folder == first


def test_the_sample_project_holds_the_sample_documents(window: MainWindow) -> None:
    choose(window, "Open sample project")
    assert window.project is not None
    assert window.project.folder == places.projects_folder() / "samples"
    assert window.project.sources() == [places.samples()]


def test_samples_opened_from_the_dataset_bench_are_offered_there(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.workbench.turn_to_name("dataset")
    choose(window, "Open sample project")
    bench = window.workbench.current_bench()
    assert isinstance(bench, DatasetBench)
    qtbot.waitUntil(lambda: bench.parts.panel.preview.documents.count() > 0)


def test_own_documents_chosen_are_added(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    page = folder / "page.png"
    page.write_bytes(b"")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: ([str(page)], ""))
    choose(window, "Add own documents…")
    assert window.project is not None
    assert window.project.sources() == [page]


def test_both_ways_to_own_documents_ask_for_all_that_holds_pages(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(_parent: QWidget, _title: str, _folder: str, kinds: str, **_: object) -> object:
        asked.append(kinds)
        return [], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", ask)
    choose(window, "Add own documents…")
    collect = window.workbench.bench("collect")
    assert isinstance(collect, CollectBench)
    collect.own.files.click()
    menu, bench = asked
    assert menu == bench
    for end in ("pdf", "png", "tiff", "jp2", "gif", "zip", "cbz"):
        assert f"*.{end}" in menu


def test_the_folder_of_the_project_and_the_log_are_shown(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    assert window.project is not None
    choose(window, "Show project folder")
    choose(window, f"Log: {places.log_file()}")
    assert opened == [str(window.project.folder), str(places.log_file())]


def test_jobs_can_be_paused_and_stopped_by_the_menu_only_while_there_are_any(
    window: MainWindow,
) -> None:
    (run,) = (menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&Run")
    run.aboutToShow.emit()
    *_, pause, stop = run.actions()
    assert not pause.isEnabled()
    assert not stop.isEnabled()
    window.menus._tidy_soon.timeout.emit()
    assert pause.isEnabled()
    assert stop.isEnabled()

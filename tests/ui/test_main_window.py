"""The window: opens fast, speaks through one door, remembers, and closes without loss."""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deepzine_gui import places
from deepzine_gui.child import in_child
from deepzine_gui.errors import DatasetError
from deepzine_gui.progress import Event, Progress
from deepzine_gui.project import Project
from deepzine_gui.ui import memory, workbench
from deepzine_gui.ui.main_window import MainWindow
from tests.programs import run_program


def saving_slowly(note: Path) -> Generator[Event, None, None]:
    try:
        while True:
            yield Progress(1, 10, "pages")
    finally:
        note.write_text("saved")


def iter_nothing() -> Generator[Event, None, None]:
    yield Progress(1, 1, "pages")


def failing() -> Generator[Event, None, None]:
    yield Progress(1, 10, "pages")
    raise DatasetError("The dataset is broken.")


def test_the_window_is_painted_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    heavy = ("torch", "pyqtgraph", "h5py", "pydantic", "numpy", "PIL", "pypdfium2", "yaml")
    heavy += ("deepzine_gui.project", "deepzine_gui.child", "deepzine_gui.ui.collect")
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QEvent, QObject\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from deepzine_gui.ui import application\n"
        "from deepzine_gui.ui.theme import dress\n"
        "class Watch(QObject):\n"
        "    def eventFilter(self, watched, event):\n"
        "        if event.type() == QEvent.Type.Paint:\n"
        f"            print([name for name in {heavy} if name in sys.modules], flush=True)\n"
        "            app.removeEventFilter(self)\n"
        "        return False\n"
        "app = QApplication([]); dress(app, 'light')\n"
        f"window = application.MainWindow(Path({str(tmp_path)!r})); window.show()\n"
        "watch = Watch(); app.installEventFilter(watch)\n"
        "while window.project is None: app.processEvents()\n"
        "window.close()\n"
    )
    Project.create(tmp_path)
    done = run_program([sys.executable, "-c", code], check=True)
    assert done.stdout.split("\n")[0] == "[]", done.stdout + done.stderr


def test_the_project_is_opened_and_remembered(window: MainWindow, project: Project) -> None:
    assert window.windowTitle() == f"DeepZine — {project.name}"
    assert memory.recent_projects() == [project.folder]


def test_a_missing_project_is_said_and_the_last_one_opened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    assert not window.open_project(tmp_path / "nowhere")
    assert "nowhere" in window.notices.text
    assert window.project is not None


def test_an_unexpected_error_points_to_the_log(window: MainWindow) -> None:
    window.report(ValueError("odd"))
    assert "ValueError: odd" in window.notices.text
    assert "log" in window.notices.text
    window.report(DatasetError("The dataset is broken."))
    assert window.notices.text == "The dataset is broken."


def test_jobs_show_in_the_bar_and_a_click_turns_to_their_bench(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    bench = window.workbench.bench("dataset")
    job = bench.start_job(in_child(saving_slowly, tmp_path / "note"), name="Save slowly")
    job.start()
    assert window.job_bar.isVisible()
    window.job_bar.asked.emit(job)
    assert window.workbench.current_bench() is bench
    qtbot.waitUntil(lambda: window.job_bar.height() > 20)
    room = window.job_bar.height()
    window.job_bar.stop_all()
    qtbot.waitUntil(lambda: not window.job_bar.jobs)
    assert (tmp_path / "note").read_text() == "saved"
    # a job ends at any moment: what is about to be pressed stays where it is
    assert window.job_bar.height() == room
    window.workbench.turn_to_name("collect")
    assert window.job_bar.isHidden()


def test_closing_amid_a_job_saves_first(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    bench = window.workbench.bench("dataset")
    job = bench.start_job(in_child(saving_slowly, tmp_path / "note"), name="Save slowly")
    events: list[Event] = []
    job.progressed.connect(events.append)
    job.start()
    qtbot.waitUntil(lambda: bool(events))
    window.close()
    assert window.isVisible()
    assert "Saving" in window.notices.text
    qtbot.waitUntil(window.isHidden)
    assert (tmp_path / "note").read_text() == "saved"


def test_another_project_waits_for_the_jobs(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    bench = window.workbench.bench("dataset")
    bench.start_job(in_child(saving_slowly, tmp_path / "note"), name="Save slowly").start()
    assert not window.open_project(tmp_path / "other", create=True)
    assert "Stop the running jobs" in window.notices.text
    assert not (tmp_path / "other").exists()


def test_a_project_moved_away_is_missed_and_not_begun_anew(
    window: MainWindow, tmp_path: Path
) -> None:
    assert window.project is not None
    folder = window.project.folder
    folder.rename(tmp_path / "moved")
    window.workbench.bench("collect").save_choices()
    assert not folder.exists()
    window.notices.next()
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    assert f"{folder} is not there any more" in window.notices.text
    assert window.open_project(tmp_path / "moved")
    assert "not there any more" not in window.notices.text


def test_files_dropped_anywhere_become_own_documents(window: MainWindow, tmp_path: Path) -> None:
    picture = tmp_path / "page one.png"
    picture.write_bytes(b"a picture by its name")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture))])
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    assert window.project is not None
    assert Project.open(window.project.folder).choices.sources == [picture]
    assert window.workbench.currentIndex() == 0


@pytest.mark.parametrize("bench", ["collect", "dataset", "train", "explore"])
def test_the_window_fits_a_small_laptop_and_holds_every_bench_there(
    window: MainWindow, bench: str
) -> None:
    # 1440 x 900 at 150 %, without the desktop's panel and the title
    small = QSize(960, 560)
    assert window.minimumSize().boundedTo(small) == window.minimumSize()
    window.workbench.turn_to_name(bench)
    least = window.workbench.minimumSizeHint()
    room = small.height() - window.menuBar().sizeHint().height()
    assert least.height() <= room
    assert least.width() <= window.minimumWidth()


def test_the_scheme_changes_at_once_and_is_remembered(window: MainWindow) -> None:
    from deepzine_gui.ui.theme import COLOURS, theme

    view = next(menu for menu in window.menuBar().actions() if menu.text() == "&View").menu()
    dark = next(action for action in view.actions() if action.data() == "dark")
    dark.trigger()
    assert window.palette().window().color().name() == COLOURS["dark"]["paper"]
    assert memory.scheme() == "dark"
    theme.apply("light")


def test_the_bench_in_front_is_in_front_again(window: MainWindow, project: Project) -> None:
    window.workbench.setCurrentIndex(1)
    window.close()
    again = MainWindow(project.folder)
    assert again.workbench.current_name == "dataset"
    again.deleteLater()


def test_the_state_lies_in_the_state_folder(window: MainWindow) -> None:
    window.close()
    assert (places.state_folder() / "window.ini").is_file()


def test_the_run_menu_leaves_the_benches_their_commands(qtbot: QtBot, window: MainWindow) -> None:
    run = next(menu for menu in window.menuBar().actions() if menu.text() == "&Run").menu()
    search = window.workbench.bench("collect").commands()[0]
    run.aboutToShow.emit()
    assert search in run.actions()
    run.aboutToHide.emit()
    assert search in run.actions()  # still there to be triggered
    qtbot.waitUntil(lambda: search not in run.actions())
    keys = [action.shortcut().toString() for action in run.actions() if not action.isSeparator()]
    assert keys == ["Ctrl+Return", "Ctrl+Shift+P", "Ctrl+."]


def test_both_usual_keys_redo(window: MainWindow) -> None:
    edit = next(menu for menu in window.menuBar().actions() if menu.text() == "&Edit").menu()
    redo = next(action for action in edit.actions() if action.text() == "Redo")
    assert [keys.toString() for keys in redo.shortcuts()] == ["Ctrl+Shift+Z", "Ctrl+Y"]


def test_the_end_of_a_job_is_seen_on_the_bench_in_front(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    for name in ("collect", "dataset"):
        bench = window.workbench.bench(name)
        monkeypatch.setattr(bench, "activated", lambda name=name: looked.append(name))
    window.workbench.bench("dataset").start_job(iter_nothing(), name="Build").start()
    qtbot.waitUntil(lambda: not window.job_bar.jobs)
    assert looked == ["collect"]
    window.workbench.bench("dataset").brought.emit()
    assert looked == ["collect", "collect"]
    window.workbench.bench("collect").brought.emit()
    assert looked == ["collect", "collect"]


@pytest.mark.parametrize(
    ("keeps", "told"), [(True, "what was finished is kept"), (False, "nothing was written")]
)
def test_what_is_left_of_a_stopped_job_is_told(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, keeps: bool, told: str
) -> None:
    job = window.workbench.bench("dataset").start_job(
        saving_slowly(tmp_path / "note"), name="Export"
    )
    job.keeps = keeps
    job.start()
    job.stop()
    qtbot.waitUntil(lambda: not window.job_bar.jobs)
    assert window.notices.text == f"Export: stopped, and {told}."


def test_an_error_of_a_job_goes_when_it_is_started_again(qtbot: QtBot, window: MainWindow) -> None:
    bench = window.workbench.bench("dataset")
    bench.start_job(failing(), name="Build").start()
    qtbot.waitUntil(lambda: "broken" in window.notices.text)
    qtbot.waitUntil(lambda: not window.job_bar.jobs)
    bench.start_job(iter_nothing(), name="Build").start()
    assert window.notices.text == ""
    qtbot.waitUntil(lambda: not window.job_bar.jobs)


def test_a_last_project_that_is_gone_is_said(
    qtbot: QtBot, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "PLACES", workbench.PLACES[:1])
    memory.add_recent_project(project.folder)
    memory.add_recent_project(tmp_path / "gone zine")
    window = MainWindow()
    window.show()
    qtbot.waitUntil(lambda: window.project is not None)
    assert "gone zine" in window.notices.text
    assert window.project is not None
    assert window.project.folder == project.folder
    window.close()
    window.deleteLater()

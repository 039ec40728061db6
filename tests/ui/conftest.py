"""A window with the Collect and Dataset benches, on a project of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deepzine_gui.project import Project
from deepzine_gui.ui import farewell, workbench
from deepzine_gui.ui.collect.own import looking as own_looking
from deepzine_gui.ui.dataset.settings import looking
from deepzine_gui.ui.main_window import MainWindow
from deepzine_gui.ui.theme import dress
from tests.patience import PATIENCE_MS, PATIENCE_S


@pytest.fixture(autouse=True)
def patient_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder, no page and no last work is given up because the machine is busy."""
    monkeypatch.setattr(own_looking, "_LOOK_S", PATIENCE_S)
    monkeypatch.setattr(looking, "LONGEST_MS", PATIENCE_MS)
    monkeypatch.setattr(farewell, "GRACE_MS", PATIENCE_MS)


@pytest.fixture(scope="session")
def qapp(qapp_args: list[str]) -> QApplication:
    # numbers are typed and read with a point, wherever the person who runs the tests lives
    QLocale.setDefault(QLocale.c())
    app = QApplication.instance() or QApplication(qapp_args)
    assert isinstance(app, QApplication)
    dress(app, "light")
    return app


@pytest.fixture
def project(folder: Path) -> Project:
    return Project.create(folder)


@pytest.fixture
def window(qtbot: QtBot, project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    two = tuple(place for place in workbench.PLACES if place.name in ("collect", "dataset"))
    monkeypatch.setattr(workbench, "PLACES", two)
    window = MainWindow(project.folder)
    window.show()
    qtbot.waitUntil(lambda: len(window.workbench.benches) == len(two))
    yield window
    window.close()
    qtbot.waitUntil(window.isHidden)
    window.deleteLater()

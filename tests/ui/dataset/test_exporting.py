"""Kept pages leave the window in the formats of other programs."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from deepzine_gui.project import Project
from deepzine_gui.ui.dataset import DatasetBench, exporting
from tests.ui.dataset.tables import dataset_file
from tests.ui.hosting import here, hosted


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a dataset of twelve pages, and no document."""
    monkeypatch.setattr(exporting, "in_child", here)
    project = Project.create(tmp_path / "zine")
    dataset_file(project.dataset)
    return project


def opened(qtbot: QtBot, bench: DatasetBench, project: Project) -> None:
    bench.open_project(project)
    qtbot.waitUntil(lambda: bench.marking.is_open)


def test_pages_are_exported_with_the_marks_given_a_moment_before(
    qtbot: QtBot, project: Project
) -> None:
    bench = DatasetBench()
    with hosted(bench):
        opened(qtbot, bench, project)
        kept = np.flatnonzero(bench.viewing.table.kept)
        bench.marking.label(kept[:2], "map")
        bench.marking.set_aside(kept[3:])
        assert not bench.marking.is_saved
        bench.exporting.export("folder", project.exports / "pages")
        qtbot.waitUntil((project.exports / "pages").exists)
        qtbot.waitUntil(bench.exporting.menu.isEnabled)
    pictures = (project.exports / "pages").rglob("*.png")
    assert sorted(path.parent.name for path in pictures) == ["map", "map", "pages"]


def test_a_name_without_its_end_gets_it(
    qtbot: QtBot, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = project.exports / "numbers"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(out), ""))
    bench = DatasetBench()
    with hosted(bench):
        opened(qtbot, bench, project)
        (action,) = (one for one in bench.exporting.menu.actions() if one.data() == "stylegan")
        action.trigger()
        qtbot.waitUntil(out.with_suffix(".zip").exists)
        qtbot.waitUntil(bench.exporting.menu.isEnabled)
        kept = int(bench.viewing.table.kept.sum())
    with zipfile.ZipFile(out.with_suffix(".zip")) as archive:
        assert len([name for name in archive.namelist() if name.endswith(".png")]) == kept
        assert "labels" in json.loads(archive.read("dataset.json"))


def test_nothing_is_offered_where_nothing_is_kept(qtbot: QtBot, project: Project) -> None:
    bench = DatasetBench()
    with hosted(bench):
        opened(qtbot, bench, project)
        assert bench.exporting.menu.isEnabled()
        bench.marking.set_aside(np.arange(12))
        assert not bench.exporting.menu.isEnabled()

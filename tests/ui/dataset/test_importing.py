"""Another program's dataset becomes the project's, and never without being asked for."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from deepzine_gui.child import in_child
from deepzine_gui.dataset import open_dataset
from deepzine_gui.dataset.formats import import_pages
from deepzine_gui.project import Project
from deepzine_gui.ui.dataset import DatasetBench, making
from deepzine_gui.ui.dataset.newcomers import FILE_NAME, told_in
from deepzine_gui.ui.dataset.story import Story
from deepzine_gui.ui.jobs import Job
from tests.dataset.formats.foreign import content, noise, write_idx, write_style_zip
from tests.ui.dataset.tables import dataset_file
from tests.ui.hosting import here, hosted


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(making, "in_child", here)
    return Project.create(tmp_path / "zine")


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """Twenty handwritten digits, so to speak, with their labels."""
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.arange(20, dtype=np.uint8) % 10)
    return write_idx(tmp_path / "train-images-idx3-ubyte", noise(20, 28)[:, 0])


def chosen_file(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(path), ""))


def choose(bench: DatasetBench, kind: str) -> None:
    (action,) = (one for one in bench.importing.menu.actions() if kind in one.text())
    action.trigger()


def answer(bench: DatasetBench, words: str) -> None:
    question = bench.importing.question
    assert question is not None
    (button,) = (one for one in question.buttons() if words in one.text())
    assert isinstance(button, QAbstractButton)
    button.click()
    assert bench.importing.question is None


def failures(bench: DatasetBench) -> list[str]:
    told: list[str] = []

    def listen(job: Job) -> None:
        job.failed.connect(lambda error: told.append(str(error)))

    bench.job_started.connect(listen)
    return told


def test_digits_become_the_pages_of_an_empty_project(
    qtbot: QtBot, project: Project, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "in_child", in_child)
    chosen_file(monkeypatch, digits)
    project.choices.pages = {"resolution": 64}
    bench = DatasetBench()
    with hosted(bench):
        bench.open_project(project)
        choose(bench, "file")
        assert bench.importing.question is None
        assert not bench.importing.menu.isEnabled()
        assert "another program's pages" in bench.parts.empty._sentence.text()
        # nothing is said of other pages: how many there are of the documents, and how they are made
        assert bench.parts.panel.isHidden()
        qtbot.waitUntil(lambda: bench.marking.is_open)
        assert not bench.parts.panel.isHidden()
        table = bench.viewing.table
        assert table.kept.all()
        assert [table.label_of(page) for page in range(20)] == [
            str(page % 10) for page in range(20)
        ]
        story = bench.parts.inspector.findChild(Story)
        assert isinstance(story, Story)
        # how wide they were, and whether typeset or scanned, the other program does not tell
        assert story.toPlainText().splitlines()[-1] == "imported"
        assert bench.parts.panel.value().resolution == 32
        assert not bench.parts.panel.build.isEnabled()
        assert bench.parts.panel.next.property("primary")
        assert bench.importing.menu.isEnabled()
        assert Project.open(project.folder).choices.pages == {}


def test_an_empty_bench_offers_to_import(
    qtbot: QtBot, project: Project, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen_file(monkeypatch, digits)
    bench = DatasetBench()
    with hosted(bench):
        bench.open_project(project)
        other = bench.parts.empty.other
        assert other.isVisible()
        (words,) = other.findChildren(QLabel)
        (button,) = other.findChildren(QPushButton)
        assert "IDX" in words.text()
        assert button.text() == "Import pages"
        assert button.menu() is bench.importing.menu
        choose(bench, "file")
        assert other.isHidden(), "something is being imported"
        qtbot.waitUntil(lambda: bench.marking.is_open)


def test_a_dataset_is_replaced_only_by_one_who_says_so(
    qtbot: QtBot, project: Project, digits: Path
) -> None:
    dataset_file(project.dataset)
    before = project.dataset.read_bytes()
    (project.folder / FILE_NAME).write_text('{"documents": {}, "told": ["Broken."]}')
    bench = DatasetBench()
    with hosted(bench):
        bench.open_project(project)
        assert not bench.importing.menu.isEnabled(), "it is being opened"
        qtbot.waitUntil(lambda: bench.marking.is_open)
        bench.importing.ask_to_import(digits)
        assert bench.importing.question is not None
        assert "12 pages" in bench.importing.question.text()
        assert digits.name in bench.importing.question.informativeText()
        answer(bench, "Cancel")
        assert not bench.making.is_running
        assert project.dataset.read_bytes() == before
        assert bench.marking.is_open
        bench.importing.ask_to_import(digits)
        answer(bench, "Replace")
        assert bench.making.is_running
        qtbot.waitUntil(lambda: bench.marking.is_open)
        assert bench.viewing.table.count == 20
        assert bench.parts.left_out.isHidden()
    assert told_in(project.folder) == []
    with open_dataset(project.dataset) as dataset:
        assert dataset.count == 20


def test_what_is_no_dataset_is_said_and_leaves_the_present_one(
    qtbot: QtBot, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset_file(project.dataset)
    before = project.dataset.read_bytes()
    text, pictures = tmp_path / "notes.zip", tmp_path / "pictures"
    text.write_text("no ZIP")
    pictures.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(pictures))
    bench = DatasetBench()
    with hosted(bench):
        told = failures(bench)
        bench.open_project(project)
        qtbot.waitUntil(lambda: bench.marking.is_open)
        chosen_file(monkeypatch, text)
        for kind in ("file", "older"):
            choose(bench, kind)
            answer(bench, "Replace")
            qtbot.waitUntil(lambda: bench.marking.is_open)
    assert project.dataset.read_bytes() == before
    assert str(text) in told[0]
    assert "choose the HDF5 of the first DeepZine" in told[0]
    assert str(pictures) in told[1]
    assert "add a folder of pictures as own documents" in told[1]


def test_stop_leaves_what_was_there(
    qtbot: QtBot, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset_file(project.dataset)
    before = project.dataset.read_bytes()
    source = write_style_zip(tmp_path / "style.zip", noise(50, 16, 3), None)
    jobs: list[Job] = []

    def stopped(_: object, *given: Any) -> Generator[Any]:
        for event in import_pages(*given):
            jobs[0].stop()
            yield event

    monkeypatch.setattr(making, "in_child", stopped)
    bench = DatasetBench()
    with hosted(bench):
        bench.job_started.connect(jobs.append)
        bench.open_project(project)
        qtbot.waitUntil(lambda: bench.marking.is_open)
        bench.importing.ask_to_import(source)
        assert not jobs, "nothing begins before the answer"
        answer(bench, "Replace")
        assert not jobs[0].keeps
        qtbot.waitUntil(lambda: bench.marking.is_open)
        assert bench.viewing.table.count == 12
    assert project.dataset.read_bytes() == before
    assert list(project.folder.glob("*part*")) == []


def test_what_is_amiss_with_an_import_is_said(
    qtbot: QtBot, project: Project, tmp_path: Path
) -> None:
    pages = [*noise(3, 16, 3), noise(1, 8, 3)[0]]
    source = write_style_zip(tmp_path / "style.zip", pages, None)
    bench = DatasetBench()
    with hosted(bench):
        said: list[tuple[str, str]] = []
        bench.notice.connect(lambda text, severity: said.append((text, severity)))
        bench.open_project(project)
        bench.importing.ask_to_import(source)
        qtbot.waitUntil(lambda: bench.marking.is_open)
        assert bench.parts.left_out.isHidden()
    ((text, severity),) = said
    assert severity == "warning"
    assert "1 of 4 pages" in text
    assert len(content(project.dataset)[0]) == 3


def test_a_file_that_is_no_dataset_is_kept_aside(
    qtbot: QtBot, project: Project, digits: Path
) -> None:
    project.dataset.write_text("mine")
    bench = DatasetBench()
    with hosted(bench):
        bench.open_project(project)
        qtbot.waitUntil(lambda: bench.importing.menu.isEnabled())
        bench.importing.ask_to_import(digits)
        answer(bench, "Replace")
        qtbot.waitUntil(lambda: bench.marking.is_open)
    assert (project.folder / "dataset-damaged.h5").read_text() == "mine"

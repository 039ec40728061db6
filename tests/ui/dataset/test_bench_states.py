"""What the bench says of a dataset that is being opened, of what was left out, and of no pages."""

import shutil
import threading
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from deepzine_gui import dataset
from deepzine_gui.dataset import NO_RULES, DocumentRow, Provenance
from deepzine_gui.dataset.storage.reader import Dataset
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.project import Project
from deepzine_gui.ui.dataset import DatasetBench, page_reader
from deepzine_gui.ui.dataset import making as module
from tests.dataset.building import SMALL, write_pdf
from tests.patience import PATIENCE_S
from tests.ui.hosting import here, hosted


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a document of three pages."""
    project = Project.create(tmp_path / "zine")
    project.choices.sources = [write_pdf(tmp_path / "in/a.pdf", 3, step=30).parent]
    project.choices.pages = SMALL.model_dump()
    project.choices.rules = NO_RULES.model_dump()
    return project


@pytest.fixture
def built(project: Project) -> Project:
    """The same with its dataset."""
    list(
        dataset.build(
            project.choices.sources, project.dataset, settings=SMALL, rules=NO_RULES, workers=1
        )
    )
    return project


def opened(qtbot: QtBot, bench: DatasetBench, project: Project) -> None:
    bench.open_project(project)
    bench.activated()
    qtbot.waitUntil(lambda: bench.marking.is_open and bench.newcomers._look is None)


def test_while_a_dataset_opens_it_is_not_said_to_be_unbuilt(
    qtbot: QtBot, built: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_open = threading.Event()

    def slowly(path: Path) -> Dataset:
        may_open.wait(PATIENCE_S)
        return dataset.open_dataset(path)

    monkeypatch.setattr(page_reader, "open_dataset", slowly)
    bench = DatasetBench()
    with hosted(bench):
        bench.open_project(built)
        assert bench.parts.empty._sentence.text() == "Opening the dataset…"
        assert bench.parts.empty.button.isHidden()
        assert not bench.parts.panel.build.isEnabled()
        assert not bench.parts.panel.build.property("primary")
        bench.build()
        assert not bench.making.is_running
        may_open.set()
        qtbot.waitUntil(lambda: bench.marking.is_open)
        assert bench.parts.panel.build.isEnabled()


def test_how_far_a_build_is_only_its_job_tells(
    qtbot: QtBot, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "in_child", here)
    bench = DatasetBench()
    with hosted(bench):
        bench.open_project(project)
        bench.build()
        assert bench.parts.empty.sentence == "Turning documents into pages…"
        assert bench.parts.statistics.summary.text() == "Building…"
        qtbot.waitUntil(lambda: bench.marking.is_open)


def test_a_dataset_without_a_kept_page_does_not_lead_on(qtbot: QtBot, built: Project) -> None:
    bench = DatasetBench()
    with hosted(bench):
        opened(qtbot, bench, built)
        assert bench.parts.panel.next.property("primary")
        bench.marking.set_aside(np.arange(3))
        assert bench.parts.remark.text() == "All pages are set aside: bring some back."
        assert not bench.parts.panel.next.property("primary")
        bench.undo()
        assert bench.parts.remark.isHidden()
        assert bench.parts.panel.next.property("primary")


def test_what_was_left_out_is_still_told_after_a_start_and_asked_for_once_it_is_mended(
    qtbot: QtBot, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "in_child", here)
    (source,) = project.choices.sources
    broken = source / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 and then nothing")
    bench = DatasetBench()
    with hosted(bench):
        bench.open_project(project)
        bench.build()
        qtbot.waitUntil(lambda: bench.marking.is_open)
        (told,) = bench.parts.left_out.told
        assert str(broken) in told
    again = DatasetBench()
    with hosted(again):
        opened(qtbot, again, project)
        assert again.parts.left_out.told == (told,)
        assert again.parts.left_out.isVisible()
        assert again.parts.remark.isHidden()
        write_pdf(broken, 2)
        again.activated()
        qtbot.waitUntil(again.parts.remark.isVisible)
        assert again.parts.remark.text().startswith("1 document is not in this dataset yet")


def test_a_link_that_leads_nowhere_hides_no_newcomer(
    qtbot: QtBot, built: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "in_child", here)
    (source,) = built.choices.sources
    (source / "gone.pdf").symlink_to("nowhere")
    write_pdf(source / "b.pdf", 2)
    bench = DatasetBench()
    with hosted(bench):
        opened(qtbot, bench, built)
        assert bench.parts.remark.text().startswith("2 documents are not in this dataset yet")
        bench.build()
        qtbot.waitUntil(lambda: not bench.making.is_running and bench.marking.is_open)
        qtbot.waitUntil(lambda: bench.newcomers._look is None)
        assert bench.parts.remark.isHidden(), "it cannot be read, as was said"


def test_a_damaged_page_hides_no_other_and_the_next_build_mends_it(
    qtbot: QtBot, built: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "in_child", here)
    with h5py.File(built.dataset) as file:
        place = file["images"].id.get_chunk_info(1).byte_offset
    content = bytearray(built.dataset.read_bytes())
    content[place + 5] ^= 1
    built.dataset.write_bytes(content)
    bench = DatasetBench()
    with hosted(bench):
        opened(qtbot, bench, built)
        parts = bench.parts
        parts.statistics.fold.setChecked(True)
        qtbot.waitUntil(lambda: parts.thumbnails.get(2, 64, 1.0) is not None)
        assert parts.thumbnails.get(0, 64, 1.0) is not None
        assert parts.thumbnails.get(1, 64, 1.0) is None
        qtbot.waitUntil(lambda: parts.statistics.mean.image is not None)
        qtbot.waitUntil(parts.remark.isVisible)
        assert "(page 2 cannot be read): build the dataset again." in parts.remark.text()
        bench.build()
        qtbot.waitUntil(lambda: not bench.making.is_running and bench.marking.is_open)
        qtbot.waitUntil(lambda: parts.thumbnails.get(1, 64, 1.0) is not None)
        assert parts.remark.isHidden()


def test_a_dataset_of_the_command_line_is_not_to_be_built_otherwise(
    qtbot: QtBot, built: Project
) -> None:
    built.choices.pages = {}
    bench = DatasetBench()
    with hosted(bench):
        opened(qtbot, bench, built)
        assert bench.parts.panel.value() == SMALL
        assert bench.primary_button() is bench.parts.panel.next


def test_a_build_adds_to_what_was_imported(
    qtbot: QtBot, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "in_child", here)
    with Writer(project.dataset, SMALL, NO_RULES) as writer:
        writer.add_document(DocumentRow("digits", path="/elsewhere/digits.zip"))
        writer.add(np.zeros((1, 16, 16), np.uint8), Provenance("digits", 1))
        writer.finish()
    bench = DatasetBench()
    with hosted(bench):
        opened(qtbot, bench, project)
        qtbot.waitUntil(bench.parts.remark.isVisible)
        assert bench.parts.remark.text().endswith("build again to add what is new.")
        bench.build()
        qtbot.waitUntil(lambda: not bench.making.is_running and bench.marking.is_open)
        assert [one.name for one in bench.viewing.table.documents] == ["digits", "a.pdf"]


def test_a_document_whose_build_was_stopped_asks_for_the_rest(qtbot: QtBot, built: Project) -> None:
    with h5py.File(built.dataset, "r+") as file:
        file["documents/pages"][...] = [5]
        del file["documents/checksum"]
    bench = DatasetBench()
    with hosted(bench):
        opened(qtbot, bench, built)
        qtbot.waitUntil(bench.parts.remark.isVisible)
        assert bench.parts.remark.text() == (
            "1 document is not wholly in this dataset yet: build again to add what is new."
        )
        assert bench.parts.panel.build.property("primary")


def test_names_left_out_by_an_older_version_are_no_newcomers(qtbot: QtBot, built: Project) -> None:
    (source,) = built.choices.sources
    Image.new("L", (20, 20)).save(source / "odd.png")
    (built.folder / "left-out.json").write_text('["in"]')
    bench = DatasetBench()
    with hosted(bench):
        opened(qtbot, bench, built)
        assert bench.parts.remark.isHidden()


def test_subfolders_of_own_documents_become_labels_if_that_was_chosen(
    qtbot: QtBot, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "in_child", here)
    (source,) = project.choices.sources
    (source / "maps").mkdir()
    shutil.move(source / "a.pdf", source / "maps" / "a.pdf")
    project.choices.subfolder_labels = True
    bench = DatasetBench()
    with hosted(bench):
        bench.open_project(project)
        bench.build()
        qtbot.waitUntil(lambda: not bench.making.is_running and bench.marking.is_open)
    with dataset.open_dataset(project.dataset) as built:
        assert set(built.columns().label.tolist()) == {"maps"}

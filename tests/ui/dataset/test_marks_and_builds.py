"""Pages cannot be marked while they move: a build runs, and its shards are not in file order."""

import shutil
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from deepzine_gui.dataset import DocumentRow, PagesAdded, PageSettings, Provenance
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.progress import Event
from deepzine_gui.project import Project
from deepzine_gui.ui.dataset import DatasetBench
from deepzine_gui.ui.dataset import making as module
from tests.patience import PATIENCE_S
from tests.ui.dataset.tables import table_of
from tests.ui.hosting import hosted

PAGES = 6
BEFORE = 4


def dataset_of(path: Path, *documents: str) -> Path:
    """A dataset of `PAGES` pages of each document, whose grey tells which page it is."""
    with Writer(path, PageSettings(resolution=16), None) as writer:
        for document in documents:
            writer.add_document(DocumentRow(document))
            for page in range(1, PAGES + 1):
                row = Provenance(document, page, fingerprint=page, ink=0.5, brightness=0.5)
                writer.add(np.full((1, 16, 16), 10 * page, np.uint8), row)
        writer.finish()
    return path


class Build:
    """Stands in for a build: shards come in another order than in the file at its end."""

    def __init__(self, folder: Path) -> None:
        self.shards = [dataset_of(folder / f"{name}.h5", name) for name in ("b.pdf", "a.pdf")]
        self.result = dataset_of(folder / "result.h5", "a.pdf", "b.pdf")
        self.may_begin, self.may_end = threading.Event(), threading.Event()

    def __call__(self, build: object, sources: object, out: Path, **_: Any) -> Generator[Event]:
        self.may_begin.wait(PATIENCE_S)
        for shard in self.shards:
            yield PagesAdded(shard.stem, PAGES, shard, 1, PAGES)
        self.may_end.wait(PATIENCE_S)
        shutil.copy(self.result, out)


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    build = Build(tmp_path)
    monkeypatch.setattr(module, "in_child", build)
    return build


def set_aside_in(bench: DatasetBench) -> list[tuple[str, int]]:
    """Document and number of each page set aside, as the window has them."""
    table = bench.viewing.table
    aside = np.flatnonzero(~table.kept)
    return [(table.documents[table.document[row]].name, int(table.page[row])) for row in aside]


def test_marks_are_refused_while_pages_move_and_land_on_the_right_page_after(
    qtbot: QtBot, build: Build, tmp_path: Path
) -> None:
    bench = DatasetBench()
    said: list[str] = []
    bench.notice.connect(lambda sentence, _: said.append(sentence))
    project = Project.create(tmp_path / "zine")
    (tmp_path / "page.png").write_bytes(b"")
    project.choices.sources = [tmp_path / "page.png"]
    dataset_of(project.dataset, "b.pdf")
    with hosted(bench):
        bench.open_project(project)
        qtbot.waitUntil(lambda: bench.marking.is_open)
        bench.marking.set_aside(np.array([0]))
        bench.build()
        assert not bench.marking.is_open
        bench.parts.grid.choose(PAGES - 1)
        build.may_begin.set()
        qtbot.waitUntil(lambda: bench.viewing.table.count == 2 * PAGES)
        bench.parts.grid.choose(BEFORE)
        for act in (bench.page_commands.toggle.trigger, bench.page_commands.label.trigger):
            said.clear()
            act()
            assert said == ["Pages can be set aside and labelled once the dataset is built."]
        bench.undo()
        assert set_aside_in(bench) == []
        assert not bench.parts.label_line.isVisible()
        build.may_end.set()
        qtbot.waitUntil(lambda: bench.marking.is_open)
        assert bench.parts.grid.selected.tolist() == [PAGES + BEFORE] == [bench.parts.grid.current]
        bench.page_commands.toggle.trigger()
        assert set_aside_in(bench) == [("b.pdf", BEFORE + 1)]
        bench.undo()
        assert set_aside_in(bench) == []


@pytest.mark.parametrize("chooses_another", [False, True])
def test_the_page_looked_at_is_shown_again_after_the_build_unless_another_was_chosen(
    qtbot: QtBot, build: Build, tmp_path: Path, chooses_another: bool
) -> None:
    bench = DatasetBench()
    project = Project.create(tmp_path / "zine")
    (tmp_path / "page.png").write_bytes(b"")
    project.choices.sources = [tmp_path / "page.png"]
    dataset_of(project.dataset, "a.pdf")
    build.shards = build.shards[:1]
    with hosted(bench):
        bench.open_project(project)
        qtbot.waitUntil(lambda: bench.marking.is_open)
        bench.parts.grid.choose(2)
        bench.build()
        build.may_begin.set()
        # it lies in no shard of the build
        qtbot.waitUntil(lambda: bench.viewing.table.documents[0].name == "b.pdf")
        assert bench.parts.grid.current == 0
        if chooses_another:
            bench.parts.grid.choose(1)
        build.may_end.set()
        qtbot.waitUntil(lambda: bench.marking.is_open)
        assert bench.parts.grid.current == (PAGES + 1 if chooses_another else 2)


def test_pages_are_found_in_another_order_and_those_that_are_gone_are_not(tmp_path: Path) -> None:
    before = table_of(dataset_of(tmp_path / "before.h5", "b.pdf", "a.pdf"))
    after = table_of(dataset_of(tmp_path / "after.h5", "c.pdf", "b.pdf"))
    found = before.found_in(after, np.array([2, 4, PAGES + 2]))
    assert found.tolist() == [PAGES + 2, PAGES + 4]

import ctypes
from pathlib import Path

import numpy as np
import pytest

from deepzine_gui.dataset import Rules
from deepzine_gui.dataset.building import shards
from deepzine_gui.dataset.building.spans import Span
from deepzine_gui.dataset.building.tasks import Added, Rendered, Task
from deepzine_gui.dataset.judging.measures import measure
from deepzine_gui.dataset.storage.shard import open_shard
from deepzine_gui.dataset.values import DocumentRow
from deepzine_gui.pages import Document, Page, PageSettings, render_pages
from tests.dataset.building import SMALL, write_pdf
from tests.pages.pdfs import box, pdf


@pytest.mark.parametrize("together_bytes", [1, 3 * 16 * 16, 2**22])
def test_pages_that_wait_for_each_other_are_all_written_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together_bytes: int
) -> None:
    monkeypatch.setattr(shards, "_TOGETHER_BYTES", together_bytes)
    contents = [box(0, 0, 1 + number % 90, 150) for number in range(150)]
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf(contents, lost=[3, 150]))
    document, settings = Document(path, "pdf", path.name), PageSettings(resolution=16)
    row = DocumentRow(path.name, pages=150)
    task = Task(document, settings, Rules(), row, tmp_path, Span(1, 150))
    (added,) = [one for one in shards.work_on(task, ctypes.c_int()) if isinstance(one, Added)]
    assert added.span == task.span
    assert (added.pages, [page.page for page in added.missing]) == (148, [3, 150])
    made = [page for page in render_pages(document, settings) if isinstance(page, Page)]
    opened = open_shard(tmp_path / added.shard)
    rows = opened.rows()
    assert [row.page for row in rows] == [page.number for page in made]
    for index, page in enumerate(made):
        assert np.array_equal(opened.pixels(index), page.pixels)
        assert rows[index].ink == pytest.approx(measure(page.pixels).ink)
        assert rows[index].fingerprint == measure(page.pixels).fingerprint
    opened.close()


def test_the_worker_of_a_killed_build_is_not_in_the_way_of_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "_REPORT_S", 0.0)
    path = write_pdf(tmp_path / "a.pdf", 9)
    row = DocumentRow(path.name, "key", pages=9)
    parts = tmp_path / "parts"
    task = Task(Document(path, "pdf", path.name), SMALL, Rules(), row, parts, Span(1, 9))
    left, next_one = (shards.work_on(task, ctypes.c_int()) for _ in range(2))
    # both are amid the same pages, until the first hears that its build is gone
    assert isinstance(next(left), Rendered)
    assert isinstance(next(next_one), Rendered)
    left.close()
    (added,) = [one for one in next_one if isinstance(one, Added)]
    assert added.pages == 9
    assert [shard.name for shard in parts.iterdir()] == [added.shard]

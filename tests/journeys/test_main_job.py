"""The main job clicked through in the window: from an archive's collection to a film."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from deepzine_gui.dataset import open_dataset
from deepzine_gui.project import Project
from deepzine_gui.training import read_metrics
from tests.export.decoding import decode
from tests.fakes.archive_server import ArchiveServer
from tests.journeys.conftest import PAGES
from tests.journeys.window import Visitor, small_project


def test_from_a_collection_to_a_film(qtbot: QtBot, folder: Path, archive: ArchiveServer) -> None:
    project = small_project(folder)
    visitor = Visitor(qtbot, project)
    collect(visitor)
    build(visitor)
    train(visitor)
    explore(visitor)
    film(visitor)
    visitor.close()
    reopen(Visitor(qtbot, Project.open(folder)))


def collect(visitor: Visitor) -> None:
    bench = visitor.collect
    visitor.bot.keyClicks(bench.scout.search_bar.field, "zines")
    visitor.bot.keyClick(bench.scout.search_bar.field, Qt.Key.Key_Return)
    visitor.wait(lambda: bench.scout.model.rowCount() == 3)
    visitor.wait_for_jobs()
    visitor.click(bench.scout.take_bar.download)
    visitor.wait_for_jobs()
    assert len(list(visitor.project.documents.glob("*/*.pdf"))) == 3


def build(visitor: Visitor) -> None:
    bench = visitor.dataset
    visitor.click(bench.parts.empty.button)
    visitor.wait_for_jobs()
    visitor.wait(lambda: bench.viewing.table.count == 3 * PAGES)
    with open_dataset(visitor.project.dataset) as opened:
        assert (opened.count, opened.resolution) == (3 * PAGES, 16)
        assert opened.provenance(0).source.startswith("http")


def train(visitor: Visitor) -> None:
    bench = visitor.train
    visitor.click(bench.controls.start)
    visitor.wait(lambda: bool(visitor.window.job_bar.jobs))
    visitor.wait_for_jobs()
    (run,) = visitor.project.run_names()
    lines = read_metrics(visitor.project.runs / run)
    assert {line["resolution"] for line in lines if line["kind"] == "stage"} == {4, 8}
    assert "complete" in visitor.window.notices.text


def explore(visitor: Visitor) -> None:
    bench = visitor.explore
    view, sliders = bench.shown.view, bench.shown.sliders
    visitor.wait(lambda: view.image is not None and len(sliders.rows) > 0)
    before = view.image
    assert before is not None
    assert before.size().toTuple() == (8, 8)
    sliders.rows[0].slider.setFocus()
    visitor.bot.keyClick(sliders.rows[0].slider, Qt.Key.Key_End)
    visitor.wait(lambda: pixels(view.image) != pixels(before))


def pixels(image: QImage | None) -> bytes:
    return b"" if image is None else bytes(image.constBits())


def film(visitor: Visitor) -> None:
    bench = visitor.explore
    before = len(bench.wander.keyframes)
    keep_another_page(visitor)
    keyframes = bench.wander.keyframes
    assert len(keyframes) == before + 1
    visitor.click(bench.shown.path_bar.film)
    visitor.wait(lambda: bench.filming.dialog is not None and bench.filming.dialog.isVisible())
    dialog = bench.filming.dialog
    assert dialog is not None
    dialog.form.set_value(dialog.settings.model_copy(update={"frames": 5, "size": 64}))
    visitor.click(dialog.export)
    visitor.wait(lambda: bool(visitor.window.job_bar.jobs))
    visitor.wait_for_jobs()
    frames, _ = decode(visitor.project.exports / "film-1.mp4")
    pairs = len(keyframes) - 1
    assert frames.shape == (pairs * 5 + 1, 64, 64, 3)
    steps = np.abs(np.diff(frames.astype(int), axis=0)).mean(axis=(1, 2, 3))
    assert steps.min() > 1, "a frame that is like the one before it"


def keep_another_page(visitor: Visitor) -> None:
    """Keep a random page as a keyframe that lies well away from the last one."""
    bench = visitor.explore
    last = bench.wander.keyframes[-1]
    cosine = 1.0
    while not -0.9 < cosine < 0.5:
        visitor.click(bench.shown.new_page)
        assert bench.wander.place is not None
        cosine = float(last @ bench.wander.place.latent) / len(last)
    visitor.click(bench.shown.keyframes.add)


def reopen(visitor: Visitor) -> None:
    assert visitor.window.workbench.current_name == "explore"
    assert visitor.collect.scout.model.rowCount() == 3
    dataset = visitor.dataset
    visitor.wait(lambda: dataset.viewing.table.count == 3 * PAGES)
    train_bench = visitor.train
    assert train_bench.controls.runs.currentText() == "run-1"
    settings = train_bench.settings
    assert settings.config.final_kimg == 0.08
    assert not any(box.isEnabled() for box in (settings.presets, settings.few, *settings.advanced))
    assert train_bench.samples.scrubber.maximum() > 0
    explore_bench = visitor.explore
    visitor.wait(lambda: explore_bench.shown.view.image is not None)
    assert len(explore_bench.wander.keyframes) == 5
    visitor.close()

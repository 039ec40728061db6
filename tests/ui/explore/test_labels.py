"""A conditional model is played with one label at a time."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.networks import Labels
from deepzine_gui.project import Project
from deepzine_gui.ui.explore import ExploreBench
from deepzine_gui.ui.explore.tiles import Tiles
from tests.latent.tiny import save_tiny_model
from tests.ui.explore.conftest import TwoModels
from tests.ui.explore.looking import opened, pixels

NAMES = ("", "maps", "text")


@pytest.fixture(scope="session")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "labelled.safetensors"
    return save_tiny_model(path, resolution=16, labels=Labels(NAMES, (5, 1, 9)))


def last_of(tiles: Tiles) -> QImage | None:
    image = tiles.item(tiles.count() - 1).data(Qt.ItemDataRole.UserRole)
    return image if isinstance(image, QImage) else None


def choose(bench: ExploreBench, row: int) -> None:
    box = bench.shown.picker.labels
    box.setCurrentIndex(row)
    box.activated.emit(row)


def shows(bench: ExploreBench, model: Path, label: str) -> bool:
    """Whether page, wall and keyframes are those of a label."""
    wander, layout = bench.wander, bench.shown
    assert wander.place is not None
    latents = np.stack([wander.place.latent, wander._wall[-1], wander.keyframes[-1]])
    sampler = Sampler(model, threads=1)
    truth = sampler.images(latents, labels=sampler.labels(3, seed=0, only=label))[..., 0]
    seen = (layout.view.image, last_of(layout.wall), last_of(layout.keyframes.tiles))
    return all(
        image is not None and np.abs(pixels(image) - page.astype(int)).max() <= 1
        for image, page in zip(seen, truth, strict=True)
    )


def test_only_a_model_that_knows_labels_offers_them(
    qtbot: QtBot, bench: ExploreBench, project: Project, two_models: TwoModels, labelled: Path
) -> None:
    opened(qtbot, bench, project, two_models.first)
    box = bench.shown.picker.labels
    assert not box.isVisible()
    bench.open_model(labelled)
    assert box.isVisible()
    words = [box.itemText(row) for row in range(box.count())]
    assert words == ["commonest", "no label", "maps", "text"]
    choose(bench, 2)
    assert bench.wander.desk.label == "maps"
    bench.open_model(two_models.second)
    assert not box.isVisible()
    assert bench.wander.desk.label is None
    qtbot.waitUntil(lambda: bench.shown.view.image is not None)


def test_all_pages_are_of_the_label_chosen(
    qtbot: QtBot, bench: ExploreBench, project: Project, labelled: Path
) -> None:
    opened(qtbot, bench, project, labelled)
    qtbot.waitUntil(lambda: shows(bench, labelled, "text"))
    choose(bench, 1)
    qtbot.waitUntil(lambda: shows(bench, labelled, ""))
    choose(bench, 2)
    qtbot.waitUntil(lambda: shows(bench, labelled, "maps"))
    bench.wander.new_page()
    bench.wander.new_wall()
    bench.wander.keep_page()
    qtbot.waitUntil(lambda: shows(bench, labelled, "maps"))
    choose(bench, 0)
    qtbot.waitUntil(lambda: shows(bench, labelled, "text"))


def test_the_label_is_kept_and_is_that_of_the_film(
    qtbot: QtBot, bench: ExploreBench, project: Project, labelled: Path
) -> None:
    opened(qtbot, bench, project, labelled)
    choose(bench, 2)
    bench.ask_film()
    assert bench.filming.dialog is not None
    assert bench.filming.dialog.settings.label == "maps"
    assert "label: maps" in bench.filming.dialog.sum.text()
    bench.filming.dialog.reject()
    bench.shut_down()

    again = ExploreBench()
    qtbot.addWidget(again)
    again.open_project(Project.open(project.folder))
    again.activated()
    assert again.wander.desk.label == "maps"
    assert again.shown.picker.labels.currentText() == "maps"
    qtbot.waitUntil(lambda: again.shown.view.image is not None)
    again.shut_down()

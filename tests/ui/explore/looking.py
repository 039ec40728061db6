"""What the explorer shows, and what it should."""

import itertools
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.project import Project
from deepzine_gui.ui.explore import ExploreBench
from deepzine_gui.ui.explore.tiles import Tiles


def pixels(image: QImage | None) -> NDArray[Any]:
    assert image is not None
    size = image.width()
    rows = itertools.product(range(size), range(size))
    return np.array([image.pixelColor(x, y).red() for y, x in rows]).reshape(size, size)


def shown(bench: ExploreBench) -> NDArray[Any]:
    return pixels(bench.shown.view.image)


def truth(model: Path, bench: ExploreBench) -> NDArray[np.uint8]:
    """The page of the place, made here without the bench's process and thread."""
    assert bench.wander.place is not None
    page = Sampler(model, threads=1).images(bench.wander.place.latent[np.newaxis])
    return page[0, :, :, 0]


def opened(qtbot: QtBot, bench: ExploreBench, project: Project, model: Path) -> ExploreBench:
    project.choices.model = str(model)
    project.save()
    bench.open_project(project)
    bench.activated()
    qtbot.waitUntil(lambda: bench.shown.view.image is not None)
    return bench


def has_pages(tiles: Tiles) -> bool:
    return any(tiles.item(row).data(Qt.ItemDataRole.UserRole) for row in range(tiles.count()))


def save_checkpoint(run: Path, kimg: int, model: Path) -> Path:
    folder = run / "checkpoints" / f"{kimg:06}.000"
    folder.mkdir(parents=True)
    (run / "config.yaml").write_text("")
    shutil.copy(model, folder / "model.safetensors")
    return folder / "model.safetensors"

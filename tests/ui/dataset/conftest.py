"""The bench of a project with a folder of pictures, and with its dataset built."""

import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from deepzine_gui import dataset
from deepzine_gui.dataset import NO_RULES
from deepzine_gui.ui.dataset import DatasetBench
from deepzine_gui.ui.main_window import MainWindow
from tests.ui.dataset.pictures import PAGES, PLAIN, picture, wait_for_dataset


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pictures."""
    folder = tmp_path_factory.mktemp("all") / "pictures"
    folder.mkdir()
    for number in range(PAGES):
        picture(number).save(folder / f"{number:02}.png")
    return folder


@pytest.fixture(scope="session")
def dataset_of_pictures(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Path:
    """What building from `pictures` gives."""
    out = tmp_path_factory.mktemp("built") / "dataset.h5"
    list(dataset.build([pictures], out, settings=PLAIN, rules=NO_RULES, workers=1))
    return out


@pytest.fixture
def bench(window: MainWindow, pictures: Path) -> DatasetBench:
    """The bench of a project with one folder of pictures."""
    window.workbench.bench("collect").add_sources([pictures])
    window.workbench.setCurrentIndex(1)
    bench = window.workbench.bench("dataset")
    assert isinstance(bench, DatasetBench)
    bench.parts.panel.set_rules(NO_RULES)
    return bench


@pytest.fixture
def built(
    qtbot: QtBot, window: MainWindow, bench: DatasetBench, dataset_of_pictures: Path
) -> DatasetBench:
    """The bench with its dataset built before, the keys going to the grid."""
    assert bench.project is not None
    shutil.copy(dataset_of_pictures, bench.project.dataset)
    bench.parts.panel.set_value(PLAIN)
    bench.parts.panel.settings_changed.emit()
    bench.activated()
    wait_for_dataset(qtbot, bench)
    window.activateWindow()
    bench.parts.grid.setFocus()
    qtbot.waitUntil(bench.parts.grid.hasFocus)
    return bench

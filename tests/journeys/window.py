"""A person at the window: clicks, waits for what the click brings, looks."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from deepzine_gui.project import Project
from deepzine_gui.training import preset
from deepzine_gui.ui.collect import CollectBench
from deepzine_gui.ui.dataset import DatasetBench
from deepzine_gui.ui.explore import ExploreBench
from deepzine_gui.ui.main_window import MainWindow
from deepzine_gui.ui.train import TrainBench


def small_project(folder: Path) -> Project:
    """A new project whose settings make every job short: 16 px pages, training from 4 to 8 px."""
    project = Project.create(folder)
    project.choices.pages = {"resolution": 16}
    config = preset(
        "cpu-demo", resolution=8, fmap_base=32, fmap_max=8, latent_size=8, minibatch=4,
        fade_kimg=0.04, stable_kimg=0.04, final_kimg=0.08, sample_kimg=0.02,
    )  # fmt: skip
    project.choices.training = config.model_dump(mode="json")
    project.save()
    return project


class Visitor:
    """Drives one window and knows its benches by name."""

    def __init__(self, qtbot: QtBot, project: Project) -> None:
        self.bot = qtbot
        self.project = project
        self.window = MainWindow(project.folder)
        self.window.show()
        self.wait(lambda: len(self.window.workbench.benches) == 4)

    @property
    def collect(self) -> CollectBench:
        """The Collect bench, in front."""
        return self._turn_to("collect")  # type: ignore[return-value]

    @property
    def dataset(self) -> DatasetBench:
        """The Dataset bench, in front."""
        return self._turn_to("dataset")  # type: ignore[return-value]

    @property
    def train(self) -> TrainBench:
        """The Train bench, in front."""
        return self._turn_to("train")  # type: ignore[return-value]

    @property
    def explore(self) -> ExploreBench:
        """The Explore bench, in front."""
        return self._turn_to("explore")  # type: ignore[return-value]

    def _turn_to(self, name: str) -> object:
        bench = self.window.workbench.bench(name)
        self.window.workbench.turn_to(bench)
        return bench

    def click(self, button: QAbstractButton) -> None:
        """Press a button that must be there to be pressed."""
        self.wait(button.isVisible)
        self.wait(button.isEnabled)
        self.bot.mouseClick(button, Qt.MouseButton.LeftButton)

    def wait(self, until: Callable[[], bool]) -> None:
        """Let the window work until something is so."""
        self.bot.waitUntil(until)

    def wait_for_jobs(self) -> None:
        """Let every running job come to its end."""
        self.wait(lambda: not self.window.job_bar.jobs)

    def close(self) -> None:
        """Close the window and wait until it has gone."""
        self.window.close()
        self.wait(self.window.isHidden)
        self.window.deleteLater()

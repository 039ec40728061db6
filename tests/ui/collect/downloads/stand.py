"""A bench that is nothing but the queue, and how its tests read and press it."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.collect.downloads import Downloads
from deepzine_gui.ui.jobs import Job


class Stand(Bench):
    """A bench that is nothing but the queue."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = Downloads(self.start_job)
        self.said: list[str] = []
        self.queue.notice.connect(self._hear)
        self.job_started.connect(self._watch)
        QVBoxLayout(self).addWidget(self.queue)

    def _watch(self, job: Job) -> None:
        job.failed.connect(self._hear_error)

    def _hear_error(self, error: Exception) -> None:
        self.said.append(str(error))

    def _hear(self, text: str, severity: str) -> None:
        self.said.append(text)


def states(queue: Downloads) -> dict[str, str]:
    return {row.item.identifier: row.state for row in queue.model.rows}


def order(queue: Downloads) -> list[str]:
    return [row.item.identifier for row in queue.model.rows]


def press(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def rest(qtbot: QtBot, queue: Downloads) -> None:
    qtbot.waitUntil(lambda: not queue.is_busy)


def until_here(qtbot: QtBot, folder: Path, size_bytes: int) -> None:
    """Wait until so many bytes of the only file on its way are on the disk."""
    qtbot.waitUntil(lambda: [p.stat().st_size for p in folder.rglob("*.part")] == [size_bytes])

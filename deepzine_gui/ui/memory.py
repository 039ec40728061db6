"""What the window remembers: its place, its splitters, recent projects, the scheme."""

import json
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Slot
from PySide6.QtWidgets import QMainWindow, QSplitter

from deepzine_gui import places
from deepzine_gui.ui.theme import Scheme, system_scheme

RECENT_LIMIT = 8


def _settings() -> QSettings:
    return QSettings(str(places.state_folder() / "window.ini"), QSettings.Format.IniFormat)


def scheme() -> Scheme:
    """The scheme chosen, or the desktop's."""
    chosen = _settings().value("scheme")
    if chosen == "dark":
        return "dark"
    return "light" if chosen == "light" else system_scheme()


def choose_scheme(chosen: Scheme) -> None:
    """Remember a scheme."""
    _settings().setValue("scheme", chosen)


def recent_projects() -> list[Path]:
    """Folders of the projects opened last, the newest first."""
    try:
        return [Path(text) for text in json.loads(str(_settings().value("recent", "[]")))]
    except (ValueError, TypeError):
        return []


def add_recent_project(folder: Path) -> None:
    """Put a project at the head of the recent ones."""
    others = [old for old in recent_projects() if old != folder]
    kept = [str(path) for path in [folder, *others][:RECENT_LIMIT]]
    _settings().setValue("recent", json.dumps(kept))


def workers() -> int:
    """How many processes render when the window builds; 0 where none was chosen."""
    try:
        return max(0, int(str(_settings().value("workers", 0))))
    except ValueError:
        return 0


def choose_workers(number: int) -> None:
    """Remember how many processes are to render, 0 for as many as suit the machine."""
    _settings().setValue("workers", number)


def restore_window(window: QMainWindow) -> bool:
    """Put the window where it was; False at the first start."""
    geometry = _settings().value("geometry")
    return isinstance(geometry, QByteArray) and window.restoreGeometry(geometry)


def keep_window(window: QMainWindow) -> None:
    """Remember where the window is."""
    _settings().setValue("geometry", window.saveGeometry())


def bench() -> str:
    """The name of the bench that was in front; "" at the first start."""
    return str(_settings().value("bench", ""))


def keep_bench(name: str) -> None:
    """Remember the bench in front."""
    _settings().setValue("bench", name)


class SplitterMemory(QObject):
    """Restores a splitter's sizes and remembers them whenever the person moves it.

    Args:
        splitter: with all its widgets in it already; it owns this object.
        name: its name in the settings ("collect").
    """

    def __init__(self, splitter: QSplitter, name: str) -> None:
        super().__init__(splitter)
        self._splitter = splitter
        self._key = f"splitters/{name}"
        sizes = _settings().value(self._key)
        if isinstance(sizes, QByteArray):
            splitter.restoreState(sizes)
        splitter.splitterMoved.connect(self._keep)

    @Slot()
    def _keep(self) -> None:
        _settings().setValue(self._key, self._splitter.saveState())

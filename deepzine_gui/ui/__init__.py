"""The window: four benches that ask the engine and never compute."""

from pathlib import Path


def open_window(project: Path | None = None) -> int:
    """Open the window on a project folder (None: the one opened last) and return the exit code.

    A `project` that is missing or damaged is said in the window, which then opens the last one.
    """
    from deepzine_gui.ui.application import run

    return run(project)

"""What must be true before the window can open."""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from deepzine_gui.cli.parser import nearest_command
from deepzine_gui.errors import DeepZineError, ProjectError
from deepzine_gui.project import Project


def project_of(arguments: argparse.Namespace) -> Path | None:
    """The project folder named on the command line, or None when none was.

    Raises:
        ProjectError: there is no project in it, or it is damaged.
    """
    if arguments.project is None:
        return None
    folder = Path(arguments.project)
    if not folder.exists():
        near = nearest_command(arguments.project)
        hint = (
            f"did you mean the command deepzine {near}?"
            if near
            else "check its name; deepzine alone opens the window, where File ▸ New project… "
            "makes one."
        )
        raise ProjectError(f"There is no project named {arguments.project}: {hint}")
    return Project.open(folder).folder


def require_display() -> None:
    """Make sure that a window can be shown.

    Raises:
        DeepZineError: Linux without a display.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise DeepZineError(
            "There is no display to open the window on: "
            "deepzine demo DIR does the main job without one."
        )


@contextlib.contextmanager
def clear_import_errors() -> Iterator[None]:
    """Turn a missing system library, met while Qt is imported, into one sentence.

    Raises:
        DeepZineError: a shared library that the window needs is not installed.
    """
    try:
        yield
    except ImportError as error:
        library = str(error).partition(":")[0]
        if ".so" not in library:
            raise
        raise DeepZineError(
            f"The system library {library} that the window needs is missing: "
            "run make setup, or install it with the system's package manager."
        ) from error

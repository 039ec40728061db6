"""A short look at whether a file or folder holds pages, and a folder archives of such."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from deepzine_gui.errors import DocumentError
from deepzine_gui.pages import find_documents
from deepzine_gui.pages.documents import is_document
from deepzine_gui.pages.own import is_archive

_LOOK_S = 0.2
"""The window may wait so long for a look into a folder."""


def holds_pages(source: Path) -> bool:
    """Whether a source holds a document: only the first is looked for, and not for long.

    A folder that shows none within a moment counts as one that does; building tells in the end.

    Raises:
        DocumentError: it is missing, cannot be read, or is neither PDF, picture nor folder.
    """
    if not source.is_dir():
        return bool(find_documents([source]))
    return _holds(source, is_document)


def holds_archives(folder: Path) -> bool:
    """Whether a folder holds a ZIP or CBZ, looked for likewise.

    Raises:
        DocumentError: it cannot be read.
    """
    return _holds(folder, is_archive)


def _holds(source: Path, is_wanted: Callable[[Path], bool]) -> bool:
    ends = time.monotonic() + _LOOK_S
    # links are followed, as in building: the clock ends a ring of them
    for folder, folders, names in os.walk(source, onerror=_refuse, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if is_wanted(Path(folder, name)) or time.monotonic() > ends:
                return True
        if time.monotonic() > ends:
            return True
    return False


def _refuse(error: OSError) -> None:
    raise DocumentError(f"The folder {error.filename} cannot be read: {error.strerror}.") from error

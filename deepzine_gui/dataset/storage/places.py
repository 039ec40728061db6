"""Where documents lie, as a dataset file says it: below its own folder if they are there.

So a project can be moved or copied as a whole, and its dataset still knows its documents.
"""

import os
from pathlib import Path


def text_of(path: Path) -> str:
    """Return a path as text that any file can hold: a name may be no text at all."""
    return os.fsencode(path).decode("utf-8", "replace")


def told_from(path: str, folder: Path) -> str:
    """Return an absolute path as a file in `folder` has it."""
    place = Path(path)
    return place.relative_to(folder).as_posix() if place.is_relative_to(folder) else path


def found_from(path: str, folder: Path) -> str:
    """Return the absolute path that a file in `folder` means; "" stays as it is."""
    return str(folder / path) if path else ""

"""Say in one sentence why a place cannot be written."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from deepzine_gui.errors import ExportError
from deepzine_gui.files import storage_errors

_PROBE_BYTES = 1_000_000


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn every refusal of the file system into one sentence about `path`.

    Raises:
        StorageError: the disk is full or the place read-only.
        ExportError: any other reason.
    """
    try:
        with storage_errors(path):
            yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ExportError(
            f"{path} cannot be written ({reason}): choose another place or name."
        ) from error


def want_suffix(path: Path, suffix: str, what: str) -> None:
    """Raise ExportError unless `path` is a name for a file of this kind."""
    if path.suffix.lower() != suffix:
        raise ExportError(f"{what} is a {suffix} file: {path.name} must end in {suffix}.")
    if path.is_dir():
        raise ExportError(f"{path} is a folder: choose another name for the file.")


def probe(part: Path) -> None:
    """Write a little more to `part`, so that a full disk says so itself, with its own error.

    For writers in another process, which tell only that they failed.
    """
    with part.open("ab", buffering=0) as file:
        file.write(bytes(_PROBE_BYTES))

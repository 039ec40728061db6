"""Names of files to write, and disks that are full."""

from pathlib import Path

from deepzine_gui.errors import ExportError

_PROBE_BYTES = 1_000_000


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

"""The pictures of covers seen before, kept on the disk."""

import contextlib
import os
from pathlib import Path

from deepzine_gui import places
from deepzine_gui.errors import StorageError
from deepzine_gui.files import whole_file

LIMIT_BYTES = 50_000_000
"""All covers together; those seen longest ago go first."""

_SUFFIX = ".img"


class Covers:
    """Covers by their item, in a folder of the cache; a folder that cannot be used keeps none."""

    def __init__(self, folder: Path | None = None, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = places.cache_folder() / "covers" if folder is None else folder
        self._limit_bytes = limit_bytes

    def get(self, identifier: str) -> bytes | None:
        """The cover, empty if the item has none; None if it was never fetched."""
        path = self._path(identifier)
        try:
            cover = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return cover

    def put(self, identifier: str, cover: bytes) -> None:
        """Keep a cover."""
        with (
            contextlib.suppress(StorageError, OSError),
            whole_file(self._path(identifier), flushed=False) as part,
        ):
            part.write_bytes(cover)
        with contextlib.suppress(OSError):
            self._shrink()

    def _path(self, identifier: str) -> Path:
        return self._folder / f"{identifier}{_SUFFIX}"

    def _shrink(self) -> None:
        found = [(path, path.stat()) for path in self._folder.glob(f"*{_SUFFIX}")]
        excess = sum(stat.st_size for _, stat in found) - self._limit_bytes
        for path, stat in sorted(found, key=lambda pair: pair[1].st_mtime):
            if excess <= 0:
                return
            path.unlink(missing_ok=True)
            excess -= stat.st_size

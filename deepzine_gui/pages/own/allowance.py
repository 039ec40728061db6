"""How much an archive may become: a bomb shall fill no disk."""

import shutil
from pathlib import Path

from deepzine_gui.errors import DiskFullError, DocumentError
from deepzine_gui.words import size_text

MOST_GROWTH = 100
"""Pages are packed as they are: an archive that grows beyond this is none of pages ..."""

GROWTH_COUNTS_FROM_BYTES = 200_000_000
"""... unless it stays this small."""

MOST_FILES = 200_000

SPARE_BYTES = 500_000_000
"""So much of the disk is left to everything else."""


class Allowance:
    """Counts what comes out of an archive, of the archives in it as well.

    Args:
        name: of the archive, for sentences.
        packed_bytes: its size.
        place: where it is unpacked.
    """

    def __init__(self, name: str, packed_bytes: int, place: Path) -> None:
        self._name = name
        self._most = max(packed_bytes * MOST_GROWTH, GROWTH_COUNTS_FROM_BYTES)
        self._room = shutil.disk_usage(place).free - SPARE_BYTES
        self._bytes = 0
        self._files = 0

    def announce(self, more_bytes: int, more_files: int) -> None:
        """Refuse what is too much by an archive's own words, before any of it is unpacked.

        Raises:
            DocumentError: it grows like no archive of pages.
            DiskFullError: the disk has no room for it.
        """
        self._look(self._bytes + more_bytes, self._files + more_files)

    def take(self, more_bytes: int) -> None:
        """Count bytes that have come out, whatever was announced; raises as `announce`."""
        self._bytes += more_bytes
        self._look(self._bytes, self._files)

    def take_file(self) -> None:
        """Count a file; raises as `announce`."""
        self._files += 1
        self._look(self._bytes, self._files)

    def _look(self, total_bytes: int, total_files: int) -> None:
        if total_bytes > self._most or total_files > MOST_FILES:
            raise DocumentError(
                f"{self._name} is not unpacked: it would become far larger than an archive of "
                "pages ever does."
            )
        if total_bytes > self._room:
            raise DiskFullError(
                f"The disk has no room to unpack {self._name}: it would take "
                f"{size_text(total_bytes)} or more, and {size_text(max(0, self._room))} are left "
                "for it."
            )

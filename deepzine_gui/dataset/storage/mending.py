"""Mend rows of a table in which one byte is damaged, by their checksums."""

import contextlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

from deepzine_gui.dataset.storage import crc, journal
from deepzine_gui.dataset.storage.layout import (
    CHECKSUM,
    CHECKSUM_DTYPE,
    PAGES,
    ROW,
    ROW_CHECKSUM,
    row_checksums,
)
from deepzine_gui.dataset.storage.opening import Opened, open_as_it_is, open_file


def mend(path: Path) -> int:
    """Mend the rows of a dataset that have one damaged byte, in place; return how many.

    A row with more damage is left as it is, but for one in a hundred thousand, which is mended
    wrongly: 36,000 of the four thousand million checksums are those of one damaged byte.

    Raises:
        DatasetError: the file is missing, or damaged elsewhere so that it cannot be opened.
        StorageError: it cannot be written.
    """
    with contextlib.closing(open_file(path)) as opened:
        if not len(opened.damaged_rows()):
            return 0
    with journal.held(path), contextlib.closing(open_as_it_is(path)) as opened:
        pieces = list(_sound_bytes(opened))
        # a page's own checksum is no part of its row
        column = opened.file[PAGES][CHECKSUM]
        fixed = [(column.id.get_offset(), column.nbytes)]
        if pieces:
            journal.overwrite(path, pieces, fixed=fixed)
    return len(pieces)


def _sound_bytes(opened: Opened) -> Iterator[tuple[int, bytes]]:
    """Yield, for each row that can be mended, the offset of its damaged byte and what it was."""
    rows, sums, table = opened.packed_rows(), opened.row_checksums(), opened.file[PAGES]
    for place in opened.damaged_rows().tolist():
        own = rows[place : place + 1]
        found = _known().get(int(sums[place] ^ row_checksums(own)[0]))
        if found is None:
            continue
        is_told = np.frombuffer(own.tobytes() + sums[place : place + 1].tobytes(), np.uint8)
        name, first, size = next(one for one in _COLUMNS if found.byte < one[1] + one[2])
        offset = table[name].id.get_offset() + place * size + found.byte - first
        yield offset, bytes([int(is_told[found.byte]) ^ found.change])


_COLUMNS = (
    *((name, field[1], field[0].itemsize) for name, field in (ROW.fields or {}).items()),
    (ROW_CHECKSUM, ROW.itemsize, CHECKSUM_DTYPE.itemsize),
)
"""Each column's name, and where its bytes begin in a row and how many these are."""


@cache
def _known() -> dict[int, crc.Damage]:
    """Return each damage to one byte of any row or its checksum, by what it changes in that."""
    return dict(crc.damages(ROW.itemsize))

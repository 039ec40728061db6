"""What a dataset file tells once, of all its pages, and the checksums of that.

These lie in one column, in the order of `TOLD`; files from before there were any lack it.
"""

import contextlib
from collections.abc import Callable
from typing import Any, Literal, get_args

import h5py
import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage.crc import mended
from deepzine_gui.dataset.storage.hdf5 import read_column
from deepzine_gui.dataset.storage.layout import (
    CHECKSUM_DTYPE,
    MISSING,
    MISSING_COLUMNS,
    REFUSED,
    REFUSED_COLUMNS,
    RULES,
    RULES_DTYPE,
    TOLD_CHECKSUMS,
)
from deepzine_gui.pages import PageSettings

Told = Literal["page settings", "rules", "missing pages", "refused documents"]
TOLD: tuple[Told, ...] = get_args(Told)

_UNREADABLE = KeyError, TypeError, ValueError, OSError, RuntimeError


def told_settings(file: h5py.File) -> PageSettings:
    """Return how the pages were made; one damaged byte is mended.

    Raises:
        ValueError: they are damaged.
        KeyError, TypeError, OSError, RuntimeError: likewise.
    """
    sound = _sound(file, "page settings", _settings(file))
    if sound is None:
        raise ValueError("the page settings are damaged")
    return PageSettings.model_validate_json(sound)


def told_rules(file: h5py.File) -> Rules:
    """Return the rules the pages were last judged by; see `told_settings`.

    Rules that are written as a DeepZine writes them are believed without their checksum: one that
    knows of none may have changed them.
    """
    text = _rules(file)
    sound = _sound(file, "rules", text)
    rules = Rules.model_validate_json((text if sound is None else sound).rstrip(b"\0"))
    if sound is None and packed_rules(rules) != text:
        raise ValueError("the rules are damaged")
    return rules


def packed_rules(rules: Rules) -> bytes:
    """Return rules as they lie in a file."""
    return rules.model_dump_json().encode().ljust(RULES_DTYPE.itemsize, b"\0")


def told_checksums(file: h5py.File) -> NDArray[np.uint32]:
    """Return the CRC-32 of each of what a file tells, in the order of `TOLD`, as uint32 (4,).

    Raises:
        KeyError, TypeError, ValueError, OSError, RuntimeError: it is not there, or damaged.
    """
    return np.array([_checksum(file, name) for name in TOLD], CHECKSUM_DTYPE)


def damaged_told(file: h5py.File) -> tuple[Told, ...]:
    """Return what does not lie in a file as it was written; none is known of an older one.

    What cannot be read is damaged; all is, where the checksums cannot be read.
    """
    if TOLD_CHECKSUMS not in file:
        return ()
    written = _written(file)
    if written is None:
        return TOLD
    return tuple(
        name
        for name, one in zip(TOLD, written.tolist(), strict=True)
        if not _is_as(file, name, one)
    )


def rules_checksum(file: h5py.File, packed: bytes) -> tuple[int, bytes] | None:
    """Return what the checksum of other rules is, and its offset.

    None in an older file, and where the checksums cannot be read.
    """
    if TOLD_CHECKSUMS not in file or _written(file) is None:
        return None
    offset = file[TOLD_CHECKSUMS].id.get_offset() + TOLD.index("rules") * CHECKSUM_DTYPE.itemsize
    return offset, np.array(isal_zlib.crc32(packed), CHECKSUM_DTYPE).tobytes()


def _sound(file: h5py.File, name: Told, text: bytes) -> bytes | None:
    """Return what was written where `text` lies; None if it cannot be told any more.

    Where there is no checksum it is believed to be `text`.
    """
    written = _written(file) if TOLD_CHECKSUMS in file else None
    return text if written is None else mended(text, int(written[TOLD.index(name)]))


def _written(file: h5py.File) -> NDArray[np.uint32] | None:
    """Return the checksums as they lie in the file; None if they cannot be read."""
    with contextlib.suppress(*_UNREADABLE):
        sums: NDArray[np.uint32] = read_column(file, TOLD_CHECKSUMS, CHECKSUM_DTYPE)
        return sums if len(sums) == len(TOLD) else None
    return None


def _is_as(file: h5py.File, name: Told, written: int) -> bool:
    """Whether what is told has this checksum."""
    with contextlib.suppress(*_UNREADABLE):
        return _checksum(file, name) == written
    return False


def _checksum(file: h5py.File, name: Told) -> int:
    checksum: int = isal_zlib.crc32(_CONTENTS[name](file))
    return checksum


def _settings(file: h5py.File) -> bytes:
    text: str = file.attrs["settings"]
    return text.encode("utf-8", "surrogateescape")


def _rules(file: h5py.File) -> bytes:
    text: bytes = file[RULES][()]
    return text.ljust(RULES_DTYPE.itemsize, b"\0")


def _table(group: h5py.Group, columns: dict[str, Any]) -> bytes:
    values = [read_column(group, name, dtype).tolist() for name, dtype in columns.items()]
    return repr(values).encode()


_CONTENTS: dict[Told, Callable[[h5py.File], bytes]] = {
    "page settings": _settings,
    "rules": _rules,
    "missing pages": lambda file: _table(file[MISSING], MISSING_COLUMNS),
    "refused documents": lambda file: _table(file[REFUSED], REFUSED_COLUMNS),
}

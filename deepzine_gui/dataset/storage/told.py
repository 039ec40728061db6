"""What a dataset file tells once, of all its pages, and the checksums of that.

These lie in one column, in the order of `TOLD`; files from before there were any lack it.
"""

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


def told_settings(file: h5py.File) -> PageSettings:
    """Return how the pages were made; one damaged byte is mended.

    Raises:
        ValueError: they are damaged.
        KeyError, TypeError, OSError, RuntimeError: likewise.
    """
    return PageSettings.model_validate_json(_sound(file, "page settings", _settings(file)))


def told_rules(file: h5py.File) -> Rules:
    """Return the rules the pages were last judged by; see `told_settings`."""
    text = _sound(file, "rules", _rules(file))
    return Rules.model_validate_json(text.rstrip(b"\0"))


def packed_rules(rules: Rules) -> bytes:
    """Return rules as they lie in a file."""
    return rules.model_dump_json().encode().ljust(RULES_DTYPE.itemsize, b"\0")


def told_checksums(file: h5py.File) -> NDArray[np.uint32]:
    """Return the CRC-32 of each of what a file tells, in the order of `TOLD`, as uint32 (4,).

    Raises:
        KeyError, TypeError, ValueError, OSError, RuntimeError: it is not there, or damaged.
    """
    contents = (
        _settings(file),
        _rules(file),
        _table(file[MISSING], MISSING_COLUMNS),
        _table(file[REFUSED], REFUSED_COLUMNS),
    )
    return np.array([isal_zlib.crc32(content) for content in contents], CHECKSUM_DTYPE)


def damaged_told(file: h5py.File) -> tuple[Told, ...]:
    """Return what does not lie in a file as it was written; none is known of an older one."""
    if TOLD_CHECKSUMS not in file:
        return ()
    pairs = zip(TOLD, told_checksums(file), _written(file), strict=True)
    return tuple(name for name, found, written in pairs if found != written)


def rules_checksum(file: h5py.File, packed: bytes) -> tuple[int, bytes] | None:
    """Return what the checksum of other rules is, and its offset; None in an older file."""
    if TOLD_CHECKSUMS not in file:
        return None
    offset = file[TOLD_CHECKSUMS].id.get_offset() + TOLD.index("rules") * CHECKSUM_DTYPE.itemsize
    return offset, np.array(isal_zlib.crc32(packed), CHECKSUM_DTYPE).tobytes()


def _sound(file: h5py.File, name: Told, text: bytes) -> bytes:
    if TOLD_CHECKSUMS not in file:
        return text
    sound = mended(text, int(_written(file)[TOLD.index(name)]))
    if sound is None:
        raise ValueError(f"the {name} are damaged")
    return sound


def _written(file: h5py.File) -> NDArray[np.uint32]:
    return read_column(file, TOLD_CHECKSUMS, CHECKSUM_DTYPE)


def _settings(file: h5py.File) -> bytes:
    text: str = file.attrs["settings"]
    return text.encode("utf-8", "surrogateescape")


def _rules(file: h5py.File) -> bytes:
    text: bytes = file[RULES][()]
    return text.ljust(RULES_DTYPE.itemsize, b"\0")


def _table(group: h5py.Group, columns: dict[str, Any]) -> bytes:
    values = [read_column(group, name, dtype).tolist() for name, dtype in columns.items()]
    return repr(values).encode()

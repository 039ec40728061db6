"""Write and read columns of an HDF5 file, and say in the system's terms when writing fails.

h5py's own ways take three times as long, and a dataset of few pages has as many columns as any.
"""

import contextlib
import errno
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
from h5py import h5a, h5d, h5p, h5s, h5t
from numpy.typing import NDArray

from deepzine_gui.errors import StorageError

_TEXT = h5py.string_dtype()


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Give HDF5's failures their meaning: when it closes a file it forgets the system's number.

    Raises:
        StorageError: the file cannot be written.
        OSError: with errno ENOSPC when the disk is full, for `whole_file` to put into words.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        if getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error):
            raise OSError(errno.ENOSPC, str(error)) from error
        raise StorageError(f"{path} could not be written: {error}.") from error


def write_attributes(file: h5py.File, **values: str | int) -> None:
    """Write texts and numbers as attributes of a file, as ``attrs.update`` would."""
    for name, value in values.items():
        dtype = _TEXT if isinstance(value, str) else np.dtype(np.int64)
        types = _types(dtype)
        attribute = h5a.create(file.id, name.encode(), types.stored, h5s.create(h5s.SCALAR))
        attribute.write(np.array(value, dtype), types.read)


def write_column(
    group: h5py.Group, name: str, values: NDArray[Any] | Sequence[Any], dtype: np.dtype[Any]
) -> None:
    """Write values, (N,) or one, as a new dataset in one piece, as ``create_dataset`` would."""
    data = np.asarray(values, dtype, order="C")
    space = h5s.create_simple(data.shape) if data.ndim else h5s.create(h5s.SCALAR)
    types = _types(dtype)
    column = h5d.create(group.id, name.encode(), types.stored, space, _plain())
    column.write(h5s.ALL, h5s.ALL, data, types.read if dtype.hasobject else types.stored)


def column_shape(group: h5py.Group, name: str) -> tuple[int, ...]:
    """Return the shape of a dataset; raises as `read_column`."""
    shape: tuple[int, ...] = h5d.open(group.id, name.encode()).shape
    return shape


def read_column(
    group: h5py.Group, name: str, dtype: np.dtype[Any], start: int = 0, stop: int | None = None
) -> NDArray[Any]:
    """Return a dataset of one dimension from `start` to `stop`; texts as objects (bytes).

    Raises:
        KeyError, TypeError, ValueError, OSError, RuntimeError: it is not there, or damaged.
    """
    column = h5d.open(group.id, name.encode())
    (count,) = column.shape
    length = max(0, (count if stop is None else min(stop, count)) - start)
    values = np.empty(length, dtype)
    here, there = h5s.ALL, h5s.ALL
    if length < count:
        here, there = h5s.create_simple((length,)), column.get_space()
        there.select_hyperslab((start,), (length,))
    if length:
        column.read(here, there, values, _types(dtype).read)
    return values


class _Types(NamedTuple):
    """What HDF5 calls a NumPy type: as it is stored, and as it is read into memory."""

    stored: h5t.TypeID
    read: h5t.TypeID
    dtype: np.dtype[Any]


_known: dict[int, _Types] = {}
"""By the identity of NumPy's types, which are equal though one is an enumeration or a text."""


def _types(dtype: np.dtype[Any]) -> _Types:
    """Return what HDF5 calls a type; to make that takes as long as writing a column."""
    types = _known.get(id(dtype))
    if types is None:
        types = _Types(h5t.py_create(dtype, logical=True), h5t.py_create(dtype), dtype)
        _known[id(dtype)] = types
    return types


@cache
def _plain() -> h5p.PropDCID:
    """Return what keeps the time out of a file, so that the same pages give the same bytes."""
    settings = h5p.create(h5p.DATASET_CREATE)
    settings.set_obj_track_times(False)
    return settings

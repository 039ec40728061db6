"""Write and read columns of an HDF5 file, and say in the system's terms when writing fails.

h5py's own ways take three times as long, and a document of few pages has as many columns as any.
"""

import contextlib
import errno
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t
from numpy.typing import NDArray

from deepzine_gui.errors import StorageError


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


def write_column(
    group: h5py.Group, name: str, values: NDArray[Any] | Sequence[Any], dtype: np.dtype[Any]
) -> None:
    """Write values, (N,) or one, as a new dataset in one piece, as ``create_dataset`` would."""
    data = np.asarray(values, dtype, order="C")
    space = h5s.create_simple(data.shape) if data.ndim else h5s.create(h5s.SCALAR)
    stored = h5t.py_create(dtype, logical=True)
    held = h5t.py_create(dtype) if dtype.hasobject else stored
    column = h5d.create(group.id, name.encode(), stored, space, _plain())
    column.write(h5s.ALL, h5s.ALL, data, held)


def column_shape(group: h5py.Group, name: str) -> tuple[int, ...]:
    """Return the shape of a dataset; raises as `read_column`."""
    shape: tuple[int, ...] = h5d.open(group.id, name.encode()).shape
    return shape


def read_column(
    group: h5py.Group, name: str, start: int = 0, stop: int | None = None
) -> NDArray[Any]:
    """Return a dataset of one dimension from `start` to `stop`; texts as objects (bytes).

    Raises:
        KeyError, TypeError, ValueError, OSError, RuntimeError: it is not there, or damaged.
    """
    column = h5d.open(group.id, name.encode())
    (count,) = column.shape
    length = max(0, (count if stop is None else min(stop, count)) - start)
    values = np.empty(length, column.dtype)
    if length:
        part = column.get_space()
        part.select_hyperslab((start,), (length,))
        column.read(h5s.create_simple((length,)), part, values)
    return values


@cache
def _plain() -> h5p.PropDCID:
    """Return what keeps the time out of a file, so that the same pages give the same bytes."""
    settings = h5p.create(h5p.DATASET_CREATE)
    settings.set_obj_track_times(False)
    return settings

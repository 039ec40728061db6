"""Read MNIST-style IDX files: small grey pictures, with their labels in a second file beside.

The format is described at the end of yann.lecun.com/exdb/mnist: two zero bytes, the type of the
values (8: unsigned bytes), the number of dimensions, each dimension's size as a big-endian 32-bit
number, then the values.
"""

import contextlib
import gzip
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.formats.values import Picture, Source
from deepzine_gui.errors import DatasetError

_UNSIGNED_BYTES = b"\0\0\x08"
_GZIP = b"\x1f\x8b"
_LARGEST_SIDE_PX = 1024
_MOST_PICTURES = 10_000_000
_UNREADABLE = (OSError, EOFError, zlib.error, struct.error)


def is_idx(path: Path) -> bool:
    """Whether a file begins as IDX images or labels do, packed with gzip or not."""
    try:
        with _unpacked(path) as file:
            start = file.read(4)
    except _UNREADABLE:
        return False
    return start[:3] == _UNSIGNED_BYTES and start[3:] in (b"\x01", b"\x03")


@contextlib.contextmanager
def open_idx(path: Path) -> Iterator[Source]:
    """Open an IDX file of images (``…-images-idx3-ubyte``), packed with gzip or not.

    Labels are read from the file of the same name with ``labels`` and ``idx1``. Pictures are padded
    to the next power of two (28 to 32 px) with the colour of their border.

    Raises:
        DatasetError: it is damaged, holds no pictures, or the labels do not fit it.
    """
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(_unpacked(path))
            source = _source(path, file)
        except _UNREADABLE as error:
            raise _damaged(path) from error
        yield source


def _source(path: Path, file: BinaryIO) -> Source:
    count, height, width = _sizes(path, file, dimensions=3)
    sides = (height, width)
    if not 0 < count <= _MOST_PICTURES or min(sides) < 1 or max(sides) > _LARGEST_SIDE_PX:
        raise DatasetError(
            f"{path} names {count:,} pictures of {width} × {height} px: such cannot be taken over."
        )
    side = max(4, 1 << (max(sides) - 1).bit_length())
    return Source(count, side, 1, _pictures(path, file, (count, height, width), side))


def _pictures(
    path: Path, file: BinaryIO, sizes: tuple[int, int, int], side: int
) -> Iterator[Picture]:
    count, height, width = sizes
    labels = _labels(path, count)
    for index in range(count):
        try:
            values = np.frombuffer(_exactly(file, height * width), np.uint8)
        except _UNREADABLE as error:
            raise _damaged(path) from error
        label = "" if labels is None else str(labels[index])
        yield Picture(_padded(values.reshape(height, width), side), path.name, index + 1, label)


def _padded(values: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Lay a picture (H, W) into the middle of a square (1, side, side) of its border's colour."""
    height, width = values.shape
    border = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
    square = np.full((1, side, side), np.uint8(np.median(border)))
    top, left = (side - height) // 2, (side - width) // 2
    square[0, top : top + height, left : left + width] = values
    return square


def _labels(path: Path, count: int) -> bytes | None:
    """The labels of the images `path`, one byte each, or None where no such file lies beside."""
    beside = _labels_beside(path)
    if beside is None:
        return None
    try:
        with _unpacked(beside) as file:
            (found,) = _sizes(beside, file, dimensions=1)
            if found != count:
                raise DatasetError(
                    f"{beside} holds {found:,} labels for the {count:,} pictures of {path}: "
                    f"put the file beside that belongs to it, or move this one away."
                )
            return _exactly(file, count)
    except _UNREADABLE as error:
        raise _damaged(beside) from error


def _labels_beside(path: Path) -> Path | None:
    name = path.name.removesuffix(".gz").replace("images", "labels").replace("idx3", "idx1")
    if name == path.name.removesuffix(".gz"):
        return None
    places = (path.with_name(name), path.with_name(name + ".gz"))
    return next((place for place in places if place.is_file()), None)


def _sizes(path: Path, file: BinaryIO, *, dimensions: int) -> tuple[int, ...]:
    start = _exactly(file, 4)
    if start[:3] != _UNSIGNED_BYTES:
        raise _damaged(path)
    if start[3] != dimensions:
        held, wanted = ("labels", "images") if dimensions == 3 else ("images", "labels")
        raise DatasetError(f"{path} holds {held} where {wanted} belong: choose the other file.")
    return struct.unpack(f">{dimensions}I", _exactly(file, 4 * dimensions))


def _exactly(file: BinaryIO, size: int) -> bytes:
    read = file.read(size)
    if len(read) != size:
        raise EOFError
    return read


@contextlib.contextmanager
def _unpacked(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
        file.seek(0)
        if not packed:
            yield file
            return
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield unpacked  # type: ignore[misc]


def _damaged(path: Path) -> DatasetError:
    return DatasetError(f"{path} is damaged or incomplete: fetch it again.")

"""The layout of a dataset file (HDF5): written page by page, checked when opened.

::

    /               attributes format, version, settings (JSON), deepzine, missing (JSON)
    /images         uint8 (N, C, R, R), one image a chunk, gzip 1
    /pages/*        one column a field of `Provenance`, N rows each
"""

import contextlib
import dataclasses
import errno
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

import deepzine_gui
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.errors import DatasetError, StorageError
from deepzine_gui.pages import PageSettings

FORMAT = "deepzine-dataset"
VERSION = 1
IMAGES = "images"
TABLE = "pages"

_GROWTH = 256
_COLUMNS: dict[str, Any] = {
    "document": h5py.string_dtype(),
    "page": np.int32,
    "source": h5py.string_dtype(),
    "rights": h5py.string_dtype(),
    "aspect": np.float32,
    "label": h5py.string_dtype(),
    "state": np.uint8,
    "reason": h5py.string_dtype(),
}


class Writer:
    """Writes a new dataset file; a context manager. Whole only after it closed without error.

    Raises:
        StorageError: the file cannot be written.
        OSError: with errno ENOSPC when the disk is full, for `whole_file` to put into words.
    """

    def __init__(self, path: Path, settings: PageSettings) -> None:
        self._shape = (settings.channels, settings.resolution, settings.resolution)
        self._rows: list[Provenance] = []
        self._path = path
        self._file = h5py.File(path, "w")
        self._file.attrs.update(
            format=FORMAT,
            version=VERSION,
            settings=settings.model_dump_json(),
            deepzine=deepzine_gui.__version__,
        )
        self._images = self._file.create_dataset(
            IMAGES,
            shape=(0, *self._shape),
            maxshape=(None, *self._shape),
            chunks=(1, *self._shape),
            dtype=np.uint8,
            compression="gzip",
            compression_opts=1,
        )

    @property
    def count(self) -> int:
        """Pages written so far."""
        return len(self._rows)

    def add(self, pixels: NDArray[np.uint8], row: Provenance) -> None:
        """Append a page, uint8 (C, R, R)."""
        if pixels.shape != self._shape or pixels.dtype != np.uint8:
            raise ValueError(f"a page must be uint8 {self._shape}, not {pixels.shape}")
        self.add_packed(zlib.compress(pixels.tobytes(), 1), row)

    def add_packed(self, chunk: bytes, row: Provenance) -> None:
        """Append a page as HDF5's gzip filter packs it, so that merging unpacks nothing."""
        index = len(self._rows)
        with _writing(self._path):
            self._append(index, chunk)
        self._rows.append(row)

    def _append(self, index: int, chunk: bytes) -> None:
        if index == self._images.shape[0]:
            self._images.resize(index + _GROWTH, axis=0)
        self._images.id.write_direct_chunk((index, 0, 0, 0), chunk)

    def finish(self, missing: Sequence[tuple[int, str]] = ()) -> None:
        """Write the table; `missing` are the pages (number, reason) that could not be rendered."""
        with _writing(self._path):
            self._images.resize(len(self._rows), axis=0)
            self._file.attrs["missing"] = json.dumps(list(missing))
            table = self._file.create_group(TABLE)
            for name, dtype in _COLUMNS.items():
                values = [getattr(row, name) for row in self._rows]
                table.create_dataset(name, data=np.array(values, dtype=dtype), dtype=dtype)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self._file.close()
            return
        with _writing(self._path):
            self._file.close()


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Give HDF5's failures their meaning: when it closes a file it forgets the system's number."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        if getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error):
            raise OSError(errno.ENOSPC, str(error)) from error
        raise StorageError(f"{path} could not be written: {error}.") from error


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """A dataset file open for reading, its header checked."""

    file: Any
    images: Any
    settings: PageSettings
    count: int

    def packed(self, index: int) -> bytes:
        """Return a page as it lies on the disk."""
        _, chunk = self.images.id.read_direct_chunk((index, 0, 0, 0))
        return bytes(chunk)

    def pixels(self, index: int) -> NDArray[np.uint8]:
        """Return a page, uint8 (C, R, R).

        Raises:
            DatasetError: this page of the file is damaged.
        """
        try:
            page: NDArray[np.uint8] = self.images[index]
        except OSError as error:
            raise _damaged(Path(self.file.filename), f"page {index + 1}") from error
        return page

    def rows(self) -> list[Provenance]:
        """Return the whole table, one row a page."""
        columns = [_column(self.file[TABLE][name]) for name in _COLUMNS]
        return [Provenance(*values) for values in zip(*columns, strict=True)]

    def column(self, name: str) -> list[Any]:
        """Return one column of the table."""
        return _column(self.file[TABLE][name])

    def missing(self) -> list[tuple[int, str]]:
        """Return the pages that could not be rendered: number and reason."""
        return [(int(n), str(why)) for n, why in json.loads(self.file.attrs.get("missing", "[]"))]


def open_file(path: Path) -> Opened:
    """Open a dataset file and check that it is one and whole.

    Raises:
        DatasetError: it is missing, damaged, foreign, or of a newer version.
    """
    if not path.is_file():
        raise DatasetError(f"There is no dataset at {path}: build one first.")
    try:
        file = h5py.File(path, "r")
    except PermissionError as error:
        raise DatasetError(f"{path} cannot be read: its permissions forbid it.") from error
    except OSError as error:
        raise _damaged(path, "it") from error
    try:
        return _checked(path, file)
    except (KeyError, ValueError, TypeError, OSError, RuntimeError, ValidationError) as error:
        file.close()
        raise _damaged(path, "its table") from error
    except BaseException:
        file.close()
        raise


def _checked(path: Path, file: Any) -> Opened:
    if file.attrs.get("format") != FORMAT:
        raise DatasetError(f"{path} is an HDF5 file, but not a dataset of DeepZine.")
    if int(file.attrs["version"]) > VERSION:
        raise DatasetError(f"{path} was written by a newer DeepZine: update this one to open it.")
    settings = PageSettings.model_validate_json(file.attrs["settings"])
    images = file[IMAGES]
    shape = (settings.channels, settings.resolution, settings.resolution)
    if images.dtype != np.uint8 or images.shape[1:] != shape:
        raise ValueError("the images do not fit the settings")
    if any(file[TABLE][name].shape != images.shape[:1] for name in _COLUMNS):
        raise ValueError("the table does not fit the images")
    return Opened(file, images, settings, images.shape[0])


def _column(stored: Any) -> list[Any]:
    values = stored.asstr()[:] if h5py.check_string_dtype(stored.dtype) else stored[:]
    plain: list[Any] = values.tolist()
    return plain


def _damaged(path: Path, part: str) -> DatasetError:
    return DatasetError(f"{path} is damaged ({part} cannot be read): build the dataset again.")

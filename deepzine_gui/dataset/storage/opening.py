"""Open a dataset file for reading, of this version or the first, and check that it is one."""

import contextlib
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.judging.rules import NO_RULES, Rules
from deepzine_gui.dataset.storage import first_version, journal
from deepzine_gui.dataset.storage.hdf5 import column_shape, read_column
from deepzine_gui.dataset.storage.layout import (
    CHECKSUM,
    CHECKSUM_DTYPE,
    DOCUMENT_CHECKSUM,
    DOCUMENT_COLUMNS,
    DOCUMENTS,
    FORMAT,
    IMAGES,
    LATER_COLUMN,
    MISSING,
    MISSING_COLUMNS,
    PAGE_COLUMNS,
    PAGES,
    REFUSED,
    REFUSED_COLUMNS,
    ROW,
    ROW_CHECKSUM,
    TOLD_CHECKSUMS,
    VERSION,
    document_checksums,
    row_checksums,
    unpacked_labels,
)
from deepzine_gui.dataset.storage.places import found_from
from deepzine_gui.dataset.storage.stored import StoredPages, damaged
from deepzine_gui.dataset.storage.told import Told, damaged_told, told_rules, told_settings
from deepzine_gui.dataset.values import (
    REASONS,
    SET_ASIDE,
    Columns,
    DocumentRow,
    MissingPage,
    RefusedDocument,
)
from deepzine_gui.errors import DatasetError

_SUFFIXES = ".h5", ".hdf5"
_UNREADABLE = KeyError, ValueError, TypeError, OSError, RuntimeError, IndexError


@dataclasses.dataclass(frozen=True, slots=True)
class Opened(StoredPages):
    """An open dataset file; see `StoredPages`.

    Attributes:
        file: the open `h5py.File`.
        images: its images, uint8 (N, C, R, R).
        version: of the format.
    """

    file: Any
    images: Any
    version: int

    def rules(self) -> Rules:
        """Return the rules its pages were last judged by, as they lie in the file now."""
        if self.version == 1:
            return NO_RULES
        try:
            return told_rules(self.file)
        except _UNREADABLE as error:
            raise damaged(self.path, "the rules") from error

    def columns(self, start: int = 0, stop: int | None = None) -> Columns:
        """Return the table of pages from `start` to `stop`; see `StoredPages.columns`.

        A damaged row that is known to be (`damaged_rows`) spoils no other: what cannot be in it is
        told as the nearest that can.
        """
        try:
            columns = self._columns(slice(start, self.count if stop is None else stop))
        except _UNREADABLE as error:
            raise damaged(self.path, "its table") from error
        most = _most(columns)
        wrong = np.flatnonzero(_wrong(columns, most))
        if not len(wrong):
            return columns
        if columns.document_pages.size and np.isin(wrong + start, self.damaged_rows()).all():
            return _nearest(columns, most)
        raise damaged(self.path, "its table")

    def damaged_rows(self) -> NDArray[np.intp]:
        """Return the places of damaged rows; none are known of an older file. See `StoredPages`."""
        try:
            if not self.has_row_checksums:
                return np.empty(0, np.intp)
            return np.flatnonzero(row_checksums(self.packed_rows()) != self.row_checksums())
        except _UNREADABLE as error:
            raise damaged(self.path, "its table") from error

    def damaged_documents(self) -> NDArray[np.intp]:
        """Return the places of damaged ones; none are known of an older file. See `StoredPages`."""
        try:
            group = self.file[DOCUMENTS] if self.version > 1 else ()
            if DOCUMENT_CHECKSUM not in group:
                return np.empty(0, np.intp)
            found = document_checksums(group)
            # none is right where they cannot be read
            written = ~found
            with contextlib.suppress(*_UNREADABLE):
                written = read_column(group, DOCUMENT_CHECKSUM, CHECKSUM_DTYPE)
            return np.flatnonzero(found != written)
        except _UNREADABLE as error:
            raise damaged(self.path, "its table") from error

    def damaged_told(self) -> tuple[Told, ...]:
        """Return what of it is damaged; none is known of an older file. See `StoredPages`."""
        try:
            return damaged_told(self.file)
        except _UNREADABLE as error:
            raise damaged(self.path, "its table") from error

    @property
    def has_row_checksums(self) -> bool:
        """Whether its rows have checksums."""
        return ROW_CHECKSUM in self.file[PAGES]

    def row_checksums(self) -> NDArray[np.uint32]:
        """Return the checksums of its rows as they lie in the file now, (N,)."""
        return read_column(self.file[PAGES], ROW_CHECKSUM, CHECKSUM_DTYPE)

    def packed_rows(self) -> NDArray[Any]:
        """Return its rows as they lie in the file now, `ROW` (N,); there must be checksums."""
        rows = np.empty(self.count, ROW)
        for name, dtype in PAGE_COLUMNS.items():
            rows[name] = read_column(self.file[PAGES], name, dtype)
        return rows

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def _read(self, index: int) -> bytes:
        _, chunk = self.images.id.read_direct_chunk((index, 0, 0, 0))
        return bytes(chunk)

    def _columns(self, part: slice) -> Columns:
        pages = np.array([document.pages for document in self.documents], np.int32)
        if self.version == 1:
            return first_version.columns(self.file, part, self.documents, pages)
        table = self.file[PAGES]
        names = _expected(self.version, table)
        stored = {
            name: read_column(table, name, dtype, part.start, part.stop)
            for name, dtype in PAGE_COLUMNS.items()
            if name in names
        }
        stored.setdefault(LATER_COLUMN, np.zeros_like(stored["state"]))
        stored["label"] = unpacked_labels(stored["label"])
        return Columns(document_pages=pages, **stored)


def _most(columns: Columns) -> dict[str, int]:
    """Return the highest value that may be in those columns by which others are looked up."""
    documents = len(columns.document_pages)
    return {
        "document": documents - 1,
        "state": SET_ASIDE,
        "reason": len(REASONS) - 1,
        LATER_COLUMN: 1,
    }


def _wrong(columns: Columns, most: dict[str, int]) -> NDArray[np.bool_]:
    wrong = np.zeros(columns.count, bool)
    for name, highest in most.items():
        values = getattr(columns, name)
        wrong |= (values < 0) | (values > highest)
    return wrong


def _nearest(columns: Columns, most: dict[str, int]) -> Columns:
    """Return the table with all values in those columns where they can be."""
    return dataclasses.replace(
        columns, **{n: np.clip(getattr(columns, n), 0, most[n]) for n in most}
    )


def open_file(path: Path) -> Opened:
    """Open a dataset file and check that it is one and whole.

    Marks whose writing was cut short are written first.

    Raises:
        DatasetError: it is missing, damaged, foreign, or of a newer version.
        StorageError: marks were cut short, and the file cannot be written.
    """
    if not path.is_file():
        raise DatasetError(f"There is no dataset at {path}: build one first.")
    journal.recover(path)
    return open_as_it_is(path)


def open_as_it_is(path: Path) -> Opened:
    """Open the file as `open_file` does, but leave what was cut short to the caller."""
    try:
        file = h5py.File(path, "r")
    except PermissionError as error:
        raise DatasetError(f"{path} cannot be read: its permissions forbid it.") from error
    except OSError as error:
        if path.suffix.lower() not in _SUFFIXES:
            raise DatasetError(f"{path} is no dataset: name its .h5 file.") from error
        raise damaged(path, "it") from error
    try:
        return _checked(path, file)
    except _UNREADABLE as error:
        file.close()
        raise damaged(path, "its table") from error
    except BaseException:
        file.close()
        raise


def _checked(path: Path, file: Any) -> Opened:
    if file.attrs.get("format") != FORMAT:
        raise DatasetError(
            f"{path} is an HDF5 file, but not a dataset of DeepZine: import it, if the first "
            "DeepZine made it."
        )
    version = int(file.attrs["version"])
    if version > VERSION:
        raise DatasetError(f"{path} was written by a newer DeepZine: update this one to open it.")
    images = file[IMAGES]
    first = version == 1
    settings = (first_version.settings if first else told_settings)(file)
    shape = (settings.channels, settings.resolution, settings.resolution)
    if images.dtype != np.uint8 or images.shape[1:] != shape:
        raise ValueError("the images do not fit the settings")
    if images.chunks != (1, *shape) or images.compression != "gzip":
        raise ValueError("the images are not packed one by one")
    count, table = images.shape[0], file[PAGES]
    sums = [name for name in (CHECKSUM, ROW_CHECKSUM) if name in table]
    # all columns came before the checksums of rows
    columns = PAGE_COLUMNS if ROW_CHECKSUM in table else _expected(version, table)
    names = [*columns, *sums]
    if any(column_shape(table, name) != (count,) for name in names):
        raise ValueError("the table does not fit the images")
    if first:
        documents, missing = first_version.documents_and_missing(file)
    else:
        documents = _documents(file, path.resolve().parent)
        missing = _missing(file, documents)
    refused, checksums = _refused(file), _checksums(table)
    return Opened(
        path, settings, count, documents, missing, refused, checksums, file, images, version
    )


def _refused(file: Any) -> tuple[RefusedDocument, ...]:
    if REFUSED not in file:
        return ()
    watched = TOLD_CHECKSUMS in file
    columns = [
        _plain(file[REFUSED], name, dtype, watched) for name, dtype in REFUSED_COLUMNS.items()
    ]
    return tuple(RefusedDocument(*values) for values in zip(*columns, strict=True))


def _checksums(table: Any) -> NDArray[np.uint32] | None:
    return read_column(table, CHECKSUM, CHECKSUM_DTYPE) if CHECKSUM in table else None


def _expected(version: int, table: Any) -> Sequence[str]:
    if version == 1:
        return first_version.COLUMNS
    return [name for name in PAGE_COLUMNS if name != LATER_COLUMN or name in table]


def _documents(file: Any, folder: Path) -> tuple[DocumentRow, ...]:
    group = file[DOCUMENTS]
    watched = DOCUMENT_CHECKSUM in group
    columns = {n: _plain(group, n, dtype, watched) for n, dtype in DOCUMENT_COLUMNS.items()}
    columns["path"] = [found_from(path, folder) for path in columns["path"]]
    return tuple(DocumentRow(*values) for values in zip(*columns.values(), strict=True))


def _missing(file: Any, documents: tuple[DocumentRow, ...]) -> tuple[MissingPage, ...]:
    group, watched = file[MISSING], TOLD_CHECKSUMS in file
    # files from before it was told which pages were lost with a worker lack that column
    columns = {
        n: _plain(group, n, dtype, watched) for n, dtype in MISSING_COLUMNS.items() if n in group
    }
    lost, places = columns.pop("lost", [0] * len(columns["page"])), columns.pop("document")
    last = len(documents) - 1
    nearest = [min(max(place, 0), last) for place in places]
    # as with rows of pages, one that is known to be damaged spoils no other
    if nearest != places and "missing pages" not in damaged_told(file):
        raise ValueError("a page is missing in a document that there is not")
    return tuple(
        MissingPage(documents[place].name, page, reason, bool(is_lost))
        for place, page, reason, is_lost in zip(nearest, *columns.values(), lost, strict=True)
    )


def _plain(group: Any, name: str, dtype: np.dtype[Any], watched: bool) -> list[Any]:
    """Return a column of numbers or texts as Python's own.

    Where checksums watch over texts, what is damaged in one costs no other.
    """
    values = read_column(group, name, dtype).tolist()
    errors = "replace" if watched else "strict"
    return [
        value.decode("utf-8", errors) if isinstance(value, bytes) else value for value in values
    ]

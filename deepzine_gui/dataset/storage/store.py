"""A dataset file (HDF5), version 2: written page by page, checked when opened.

::

    /               attributes format, version, settings (JSON), deepzine
    /rules          the rules its pages were last judged by (JSON)
    /images         uint8 (N, C, R, R), one image a chunk, gzip 1
    /pages/*        one column a field of `Columns`, N rows each, contiguous
    /documents/*    one column a field of `DocumentRow`; a path in the file's own folder from there
    /missing/*      document (its row), page and reason of pages that could not be rendered;
                    lost: whether it was for the loss of a worker

Columns lie in one piece at a fixed place, so that `marking` can write over them.
"""

import contextlib
import dataclasses
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

import deepzine_gui
from deepzine_gui.dataset.judging.rules import NO_RULES, Rules, judge
from deepzine_gui.dataset.storage.hdf5 import write_attributes, write_column, writing
from deepzine_gui.dataset.storage.layout import (
    DOCUMENT_COLUMNS,
    DOCUMENTS,
    FORMAT,
    IMAGES,
    MISSING,
    MISSING_COLUMNS,
    PAGE_COLUMNS,
    PAGES,
    RULES,
    RULES_DTYPE,
    VERSION,
    Table,
    packed_labels,
)
from deepzine_gui.dataset.storage.opening import Opened, open_file
from deepzine_gui.dataset.storage.places import told_from
from deepzine_gui.dataset.values import Columns, DocumentRow, MissingPage, Provenance
from deepzine_gui.pages import PageSettings

__all__ = ["Opened", "Writer", "open_file"]

_GROWTH = 256


class Writer:
    """Writes a new dataset file; a context manager. Whole only after it closed without error.

    `rules` judge all pages at the end; None keeps the states that the rows were given.

    Raises:
        StorageError: the file cannot be written.
        OSError: with errno ENOSPC when the disk is full, for `whole_file` to put into words.
    """

    def __init__(self, path: Path, settings: PageSettings, rules: Rules | None = None) -> None:
        self._shape = (settings.channels, settings.resolution, settings.resolution)
        self._rules = rules
        self._table = Table()
        self._path = path
        with writing(path):
            self._file = h5py.File(path, "w")
            write_attributes(
                self._file,
                format=FORMAT,
                version=VERSION,
                settings=settings.model_dump_json(),
                deepzine=deepzine_gui.__version__,
            )
        self._room = 0
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
        return len(self._table)

    @property
    def missing(self) -> list[MissingPage]:
        """The pages noted so far that could not be rendered."""
        return self._table.missing

    def add_document(self, document: DocumentRow) -> None:
        """Tell of a document before its first page; its pages and missing pages name it."""
        self._table.add_document(document)

    def add_missing(self, page: MissingPage) -> None:
        """Note a page that could not be rendered."""
        self._table.add_missing(page)

    def add(self, pixels: NDArray[np.uint8], row: Provenance) -> None:
        """Append a page, uint8 (C, R, R)."""
        if pixels.shape != self._shape or pixels.dtype != np.uint8:
            raise ValueError(f"a page must be uint8 {self._shape}, not {pixels.shape}")
        self.add_packed(isal_zlib.compress(np.ascontiguousarray(pixels), 1), row)

    def add_packed(self, chunk: bytes, row: Provenance) -> None:
        """Append a page as HDF5's gzip filter packs it, so that merging unpacks nothing."""
        with writing(self._path):
            self._append(self.count, chunk)
        self._table.add(row)

    def add_copies(self, chunks: Iterable[bytes], columns: Columns) -> None:
        """Append pages of the document last told of, as another dataset file has them.

        Args:
            chunks: the pages as `add_packed` takes them.
            columns: their rows; which document these name does not matter.
        """
        with writing(self._path):
            for index, chunk in enumerate(chunks, self.count):
                self._append(index, chunk)
        self._table.extend(columns)

    def _append(self, index: int, chunk: bytes) -> None:
        if index == self._room:
            # kept here: asking HDF5 costs a quarter of a merge
            self._room += _GROWTH
            self._images.resize(self._room, axis=0)
        self._images.id.write_direct_chunk((index, 0, 0, 0), chunk)

    def finish(self) -> None:
        """Judge the pages and write the tables."""
        columns = self._table.columns()
        if self._rules is not None:
            state, reason = judge(columns, self._rules)
            columns = dataclasses.replace(columns, state=state, reason=reason)
        with writing(self._path):
            self._images.resize(self.count, axis=0)
            rules = (self._rules or NO_RULES).model_dump_json().encode()
            write_column(self._file, RULES, np.array(rules, RULES_DTYPE), RULES_DTYPE)
            self._write_pages(columns)
            self._write_documents(columns.document_pages)
            self._write_missing()

    def _write_pages(self, columns: Columns) -> None:
        group = self._file.create_group(PAGES)
        for name, dtype in PAGE_COLUMNS.items():
            values = getattr(columns, name)
            packed = packed_labels(values) if name == "label" else values
            write_column(group, name, packed, dtype)

    def _write_documents(self, pages: NDArray[np.int32]) -> None:
        group = self._file.create_group(DOCUMENTS)
        for name, dtype in DOCUMENT_COLUMNS.items():
            values = [getattr(document, name) for document in self._table.documents]
            if name == "path":
                folder = self._path.resolve().parent
                values = [told_from(path, folder) for path in values]
            write_column(group, name, pages if name == "pages" else values, dtype)

    def _write_missing(self) -> None:
        group = self._file.create_group(MISSING)
        missing = self._table.missing
        values: dict[str, list[Any]] = {
            "document": self._table.missing_documents,
            "page": [page.page for page in missing],
            "reason": [page.reason for page in missing],
            "lost": [page.is_lost for page in missing],
        }
        for name, dtype in MISSING_COLUMNS.items():
            write_column(group, name, values[name], dtype)

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
        with writing(self._path):
            self._file.close()

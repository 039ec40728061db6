"""A dataset file (HDF5), version 2: written page by page, checked when opened.

::

    /               attributes format, version, settings (JSON), deepzine
    /rules          the rules its pages were last judged by (JSON)
    /images         uint8 (N, C, R, R), one image a chunk, gzip 1
    /pages/*        one column a field of `Columns`, N rows each, contiguous; checksum: CRC-32 of
                    each page as it is packed; row_checksum: of each page's row of columns
    /documents/*    one column a field of `DocumentRow`; a path in the file's own folder from there;
                    checksum: CRC-32 of each document's row
    /missing/*      document (its row), page and reason of pages that could not be rendered;
                    lost: whether it was for the loss of a worker
    /refused/*      name and reason of documents that gave no page
    /told_checksums CRC-32 of settings, /rules, /missing and /refused

Columns lie in one piece at a fixed place, so that `marking` can write over them.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

import deepzine_gui
from deepzine_gui.dataset.judging.rules import NO_RULES, Rules
from deepzine_gui.dataset.storage.hdf5 import write_attributes, write_column, writing
from deepzine_gui.dataset.storage.layout import (
    CHECKSUM,
    CHECKSUM_DTYPE,
    DOCUMENT_CHECKSUM,
    DOCUMENT_COLUMNS,
    DOCUMENTS,
    FORMAT,
    IMAGES,
    MISSING,
    MISSING_COLUMNS,
    PAGE_COLUMNS,
    PAGES,
    REFUSED,
    REFUSED_COLUMNS,
    ROW,
    ROW_CHECKSUM,
    RULES,
    RULES_DTYPE,
    TOLD_CHECKSUMS,
    VERSION,
    document_checksums,
    packed_labels,
    row_checksums,
)
from deepzine_gui.dataset.storage.opening import Opened, open_file
from deepzine_gui.dataset.storage.page_writer import PageWriter
from deepzine_gui.dataset.storage.places import told_from
from deepzine_gui.dataset.storage.told import packed_rules, told_checksums
from deepzine_gui.dataset.values import Columns, RefusedDocument
from deepzine_gui.pages import PageSettings

__all__ = ["Opened", "Writer", "open_file"]

_GROWTH = 256


class Writer(PageWriter):
    """Writes a new dataset file; a context manager. Whole only after it closed without error.

    Raises:
        StorageError: the file cannot be written.
        OSError: with errno ENOSPC when the disk is full, for `whole_file` to put into words.
    """

    def __init__(self, path: Path, settings: PageSettings, rules: Rules | None = None) -> None:
        super().__init__(path, settings, rules)
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
        self._refused: list[RefusedDocument] = []
        self._images = self._file.create_dataset(
            IMAGES,
            shape=(0, *self._shape),
            maxshape=(None, *self._shape),
            chunks=(1, *self._shape),
            dtype=np.uint8,
            compression="gzip",
            compression_opts=1,
        )

    def add_copies(self, chunks: Iterable[bytes], columns: Columns) -> None:
        """Append pages of the document last told of, as another file has them.

        Args:
            chunks: the pages as `add_packed` takes them.
            columns: their rows; which document these name does not matter.
        """
        self._write(chunks)
        self._table.extend(columns)

    def add_refused(self, document: RefusedDocument) -> None:
        """Note a document that gave no page."""
        self._refused.append(document)

    def _write(self, chunks: Iterable[bytes]) -> None:
        with writing(self._path):
            for index, chunk in enumerate(self._noted(chunks), self.count):
                self._append(index, chunk)

    def _append(self, index: int, chunk: bytes) -> None:
        if index == self._room:
            # kept here: asking HDF5 costs a quarter of a merge
            self._room += _GROWTH
            self._images.resize(self._room, axis=0)
        self._images.id.write_direct_chunk((index, 0, 0, 0), chunk)

    def finish(self) -> None:
        """Judge the pages and write the tables; raises as `add_packed`."""
        columns = self._judged()
        with writing(self._path):
            self._images.resize(self.count, axis=0)
            rules = packed_rules(self._rules or NO_RULES)
            write_column(self._file, RULES, np.array(rules, RULES_DTYPE), RULES_DTYPE)
            self._write_pages(columns)
            self._write_documents(columns.document_pages)
            self._write_missing()
            self._write_refused()
            sums = told_checksums(self._file)
            write_column(self._file, TOLD_CHECKSUMS, sums, CHECKSUM_DTYPE)

    def _write_pages(self, columns: Columns) -> None:
        group = self._file.create_group(PAGES)
        rows = np.empty(columns.count, ROW)
        for name, dtype in PAGE_COLUMNS.items():
            values = getattr(columns, name)
            rows[name] = packed_labels(values) if name == "label" else values
            write_column(group, name, rows[name], dtype)
        write_column(group, ROW_CHECKSUM, row_checksums(rows), CHECKSUM_DTYPE)
        write_column(group, CHECKSUM, self._checksums, CHECKSUM_DTYPE)

    def _write_documents(self, pages: NDArray[np.int32]) -> None:
        group = self._file.create_group(DOCUMENTS)
        for name, dtype in DOCUMENT_COLUMNS.items():
            values = [getattr(document, name) for document in self._table.documents]
            if name == "path":
                folder = self._path.resolve().parent
                values = [told_from(path, folder) for path in values]
            write_column(group, name, pages if name == "pages" else values, dtype)
        write_column(group, DOCUMENT_CHECKSUM, document_checksums(group), CHECKSUM_DTYPE)

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

    def _write_refused(self) -> None:
        group = self._file.create_group(REFUSED)
        for name, dtype in REFUSED_COLUMNS.items():
            write_column(group, name, [getattr(one, name) for one in self._refused], dtype)

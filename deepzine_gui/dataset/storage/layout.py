"""The names and types of what lies in a dataset file, and its table while it grows in memory."""

import dataclasses
from array import array
from typing import Any

import h5py
import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from deepzine_gui.dataset.storage.hdf5 import read_column
from deepzine_gui.dataset.values import (
    LONGEST_LABEL_BYTES,
    REASONS,
    Columns,
    DocumentRow,
    MissingPage,
    Provenance,
    RefusedDocument,
)

FORMAT = "deepzine-dataset"
VERSION = 2
IMAGES, PAGES, DOCUMENTS, MISSING, RULES = "images", "pages", "documents", "missing", "rules"
REFUSED = "refused"
"""Files from before it was kept in mind which documents gave no page lack it."""

RULES_DTYPE = h5py.string_dtype("utf-8", 1024)
TEXT = h5py.string_dtype()

PAGE_COLUMNS: dict[str, Any] = {
    "document": np.dtype(np.int32),
    "page": np.dtype(np.int32),
    "part": np.dtype(np.uint8),
    "aspect": np.dtype(np.float32),
    "original_px": np.dtype(np.int32),
    "ink": np.dtype(np.float32),
    "brightness": np.dtype(np.float32),
    "picture": np.dtype(np.float32),
    "black": np.dtype(np.float32),
    "fingerprint": np.dtype(np.uint64),
    "label": h5py.string_dtype("utf-8", LONGEST_LABEL_BYTES),
    "state": np.dtype(np.uint8),
    "reason": h5py.enum_dtype({name or "none": i for i, name in enumerate(REASONS)}, "u1"),
    "label_by_hand": np.dtype(np.uint8),
}

LATER_COLUMN = "label_by_hand"
"""Files from before it was kept in mind whose labels are a person's lack it."""

CHECKSUM, CHECKSUM_DTYPE = "checksum", np.dtype(np.uint32)
"""CRC-32 of each page as it is packed, beside the columns; files from before lack it."""

ROW = np.dtype([(name, np.dtype(dtype).str) for name, dtype in PAGE_COLUMNS.items()]).newbyteorder(
    "<"
)
"""What the table says of a page, in one piece; a column that is ever added must stay out of it."""

ROW_CHECKSUM = "row_checksum"
"""CRC-32 of each `ROW`, beside the columns, in the type of `CHECKSUM`; older files lack it."""

DOCUMENT_COLUMNS: dict[str, Any] = {
    field.name: np.dtype(np.int32) if field.type is int else TEXT
    for field in dataclasses.fields(DocumentRow)
}

DOCUMENT_CHECKSUM = "checksum"
"""CRC-32 of what is said of each document, beside the columns; older files lack it."""

MISSING_COLUMNS: dict[str, Any] = {
    "document": np.dtype(np.int32),
    "page": np.dtype(np.int32),
    "reason": TEXT,
    "lost": np.dtype(np.uint8),
}

REFUSED_COLUMNS: dict[str, Any] = {
    field.name: TEXT for field in dataclasses.fields(RefusedDocument)
}

TOLD_CHECKSUMS = "told_checksums"
"""CRC-32 of each of what the file tells once (`told.TOLD`), uint32 (4,); older files lack it."""

_ARRAY_CODES = {np.int32: "i", np.uint8: "B", np.float32: "f", np.uint64: "Q"}


class Table:
    """The rows of pages, documents and missing pages on their way into a file.

    Numbers are held as arrays of machine words: some 50 bytes a page.
    """

    def __init__(self) -> None:
        self.documents: list[DocumentRow] = []
        self.missing: list[MissingPage] = []
        self.missing_documents: list[int] = []
        self._places: dict[str, int] = {}
        self._labels: list[str] = []
        self._numbers = {
            name: array(_ARRAY_CODES[dtype.type])
            for name, dtype in PAGE_COLUMNS.items()
            if name != "label"
        }

    def __len__(self) -> int:
        return len(self._labels)

    def add_document(self, document: DocumentRow) -> None:
        """From now on pages of this name belong to this document."""
        self._places[document.name] = len(self.documents)
        self.documents.append(document)

    def add(self, row: Provenance) -> None:
        """Append a page; a document not heard of before is taken from the row."""
        if row.document not in self._places:
            self.add_document(DocumentRow(row.document, source=row.source, rights=row.rights))
        for name, numbers in self._numbers.items():
            if name == "document":
                numbers.append(self._places[row.document])
            elif name == "reason":
                numbers.append(REASONS.index(row.reason))
            else:
                numbers.append(getattr(row, name))
        self._labels.append(row.label)

    def extend(self, columns: Columns) -> None:
        """Append pages of the document last told of, whatever document they name."""
        place = len(self.documents) - 1
        for name, numbers in self._numbers.items():
            values = np.full(columns.count, place) if name == "document" else getattr(columns, name)
            numbers.frombytes(values.astype(PAGE_COLUMNS[name]).tobytes())
        self._labels += columns.label.tolist()

    def add_missing(self, page: MissingPage) -> None:
        """Append a page that could not be rendered."""
        if page.document not in self._places:
            self.add_document(DocumentRow(page.document))
        self.missing.append(page)
        self.missing_documents.append(self._places[page.document])

    def columns(self) -> Columns:
        """Return the table of pages; a document whose pages were not counted has those seen."""
        labels = np.empty(len(self), object)
        labels[:] = self._labels
        numbers = {
            name: np.array(values, PAGE_COLUMNS[name]) for name, values in self._numbers.items()
        }
        return Columns(label=labels, document_pages=self._document_pages(numbers), **numbers)

    def _document_pages(self, numbers: dict[str, NDArray[Any]]) -> NDArray[np.int32]:
        pages = np.array([document.pages for document in self.documents], np.int32)
        np.maximum.at(pages, numbers["document"], numbers["page"])
        for place, page in zip(self.missing_documents, self.missing, strict=True):
            pages[place] = max(pages[place], page.page)
        return pages


def row_checksums(rows: NDArray[Any]) -> NDArray[np.uint32]:
    """Return the CRC-32 of each of some rows, `ROW` (N,), as uint32 (N,)."""
    content, size = memoryview(rows.tobytes()), rows.itemsize
    starts = range(0, len(content), size)
    return np.array([isal_zlib.crc32(content[at : at + size]) for at in starts], CHECKSUM_DTYPE)


def document_checksums(group: h5py.Group) -> NDArray[np.uint32]:
    """Return the CRC-32 of what a file says of each of its documents, as uint32 (D,).

    Raises:
        KeyError, TypeError, ValueError, OSError, RuntimeError: it is not there, or damaged.
    """
    columns = [read_column(group, name, dtype).tolist() for name, dtype in DOCUMENT_COLUMNS.items()]
    rows = zip(*columns, strict=True)
    return np.array([isal_zlib.crc32(repr(row).encode()) for row in rows], CHECKSUM_DTYPE)


def packed_labels(labels: NDArray[Any]) -> NDArray[np.bytes_]:
    """Return labels (str) as they lie in a file, cut where a label is too long."""
    packed = {label: _packed(label) for label in set(labels.tolist())}
    dtype = f"S{LONGEST_LABEL_BYTES}"
    return np.array([packed[label] for label in labels.tolist()], dtype)


def unpacked_labels(packed: NDArray[np.bytes_]) -> NDArray[Any]:
    """Return labels as objects (str)."""
    labels = np.empty(len(packed), object)
    raw = packed.tolist()
    words = {label: label.decode("utf-8", "replace") for label in set(raw)}
    labels[:] = [words[label] for label in raw]
    return labels


def _packed(label: str) -> bytes:
    cut = label.encode()[:LONGEST_LABEL_BYTES]
    return cut.decode("utf-8", "ignore").encode()

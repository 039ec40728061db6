"""A shard: pages on their way into a dataset, in a file that costs little to write and to read.

::

    pages       one after the other, packed as HDF5's gzip filter packs them
    table       N rows of `_ROW`: the columns of a dataset, and of each packed page how long it is
                and its CRC-32
    told        JSON: settings, rules, documents and missing pages
    end         lengths and CRC-32 of table and told, and what it is a sign of: `_END`

A dataset of few pages has as many columns as any: to write it as HDF5 and read it again costs seven
times as much as this. A shard is written once and as a whole, by one program, and read by the same
version of it: one of another version counts as damaged, and its pages are rendered again.
"""

import json
import os
import struct
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from deepzine_gui.dataset.judging.rules import NO_RULES, Rules
from deepzine_gui.dataset.storage.hdf5 import writing
from deepzine_gui.dataset.storage.layout import (
    CHECKSUM,
    CHECKSUM_DTYPE,
    PAGE_COLUMNS,
    packed_labels,
    unpacked_labels,
)
from deepzine_gui.dataset.storage.opening import open_file
from deepzine_gui.dataset.storage.page_writer import PageWriter
from deepzine_gui.dataset.storage.stored import StoredPages, damaged
from deepzine_gui.dataset.storage.told import Told
from deepzine_gui.dataset.values import Columns, DocumentRow, MissingPage
from deepzine_gui.pages import PageSettings

SHARD = ".shard"
"""How the names of shards end."""

_ROW = np.dtype(
    [(name, np.dtype(dtype).str) for name, dtype in PAGE_COLUMNS.items()]
    + [("bytes", "i8"), (CHECKSUM, CHECKSUM_DTYPE.str)]
).newbyteorder("<")
_END = struct.Struct("<QQI12s")
_SIGN = b"DeepZine 002"
_BUFFER_BYTES = 2**18
_UNREADABLE = KeyError, TypeError, ValueError, OSError, struct.error


class ShardWriter(PageWriter):
    """Writes a new shard; a context manager. Whole only after it closed without error.

    Raises:
        StorageError: the file cannot be written.
        OSError: with errno ENOSPC when the disk is full, for `whole_file` to put into words.
    """

    def __init__(self, path: Path, settings: PageSettings, rules: Rules | None = None) -> None:
        super().__init__(path, settings, rules)
        self._settings = settings
        self._bytes: list[int] = []
        with writing(path):
            self._file = path.open("wb", _BUFFER_BYTES)

    def finish(self) -> None:
        """Judge the pages and write the tables; raises as `add_packed`."""
        columns = self._judged()
        table = np.empty(self.count, _ROW)
        for name in PAGE_COLUMNS:
            values = getattr(columns, name)
            table[name] = packed_labels(values) if name == "label" else values
        table["bytes"] = self._bytes
        table[CHECKSUM] = self._checksums
        rows, told = table.tobytes(), self._told(columns.document_pages.tolist())
        end = _END.pack(len(rows), len(told), isal_zlib.crc32(rows + told), _SIGN)
        with writing(self._path):
            self._file.write(rows + told + end)

    def _told(self, pages: list[int]) -> bytes:
        documents = zip(self._table.documents, pages, strict=True)
        told = {
            "settings": self._settings.model_dump(mode="json"),
            "rules": (self._rules or NO_RULES).model_dump(),
            "documents": [asdict(replace(one, pages=count)) for one, count in documents],
            "missing": [asdict(page) for page in self._table.missing],
        }
        return json.dumps(told).encode()

    def _write(self, chunks: Iterable[bytes]) -> None:
        with writing(self._path):
            self._bytes += [self._file.write(chunk) for chunk in self._noted(chunks)]


@dataclass(frozen=True, slots=True)
class Shard(StoredPages):
    """An open shard; see `StoredPages`.

    Attributes:
        file: the open file.
        table: `_ROW`, (N,).
        places: where each packed page begins, and where the last one ends, (N + 1).
        judged_by: the rules its pages were judged by.
    """

    file: BinaryIO
    table: NDArray[Any]
    places: tuple[int, ...]
    judged_by: Rules

    def rules(self) -> Rules:
        """Return the rules its pages were judged by."""
        return self.judged_by

    def columns(self, start: int = 0, stop: int | None = None) -> Columns:
        """Return the table of pages from `start` to `stop`."""
        part = self.table[start:stop]
        columns = {name: part[name].astype(dtype) for name, dtype in PAGE_COLUMNS.items()}
        columns["label"] = unpacked_labels(columns["label"])
        pages = np.array([document.pages for document in self.documents], np.int32)
        return Columns(document_pages=pages, **columns)

    def damaged_rows(self) -> NDArray[np.intp]:
        """Return none: a shard whose table is damaged cannot be opened."""
        return np.empty(0, np.intp)

    def damaged_documents(self) -> NDArray[np.intp]:
        """Return none, for the same reason."""
        return np.empty(0, np.intp)

    def damaged_told(self) -> tuple[Told, ...]:
        """Return nothing, for the same reason."""
        return ()

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def _read(self, index: int) -> bytes:
        self.file.seek(self.places[index])
        return self.file.read(self.places[index + 1] - self.places[index])


def open_shard(path: Path) -> Shard:
    """Open a shard and check that it is whole.

    Raises:
        DatasetError: it is missing, damaged or of another version.
    """
    try:
        file = path.open("rb", _BUFFER_BYTES)
    except OSError as error:
        raise damaged(path, "it") from error
    try:
        return _checked(path, file)
    except _UNREADABLE as error:
        file.close()
        raise damaged(path, "it") from error
    except BaseException:
        file.close()
        raise


def open_pages(path: Path) -> StoredPages:
    """Open a shard, or a dataset file as `open_file` does, and check it; raises as that."""
    return open_shard(path) if path.suffix == SHARD else open_file(path)


def _checked(path: Path, file: BinaryIO) -> Shard:
    end = file.seek(-_END.size, os.SEEK_END)
    *lengths, checksum, sign = _END.unpack(file.read())
    if sign != _SIGN:
        raise ValueError("it is no shard of this version")
    begin = file.seek(end - sum(lengths))
    content = file.read(sum(lengths))
    if isal_zlib.crc32(content) != checksum:
        raise ValueError("its table is damaged")
    table = np.frombuffer(content[: lengths[0]], _ROW)
    places = tuple(accumulate(table["bytes"].tolist(), initial=0))
    if places[-1] != begin:
        raise ValueError("its pages are not all there")
    told = json.loads(content[lengths[0] :])
    return Shard(
        path,
        PageSettings.model_validate(told["settings"]),
        len(table),
        tuple(DocumentRow(**row) for row in told["documents"]),
        tuple(MissingPage(**page) for page in told["missing"]),
        (),
        table[CHECKSUM].astype(CHECKSUM_DTYPE),
        file,
        table,
        places,
        Rules.model_validate(told["rules"]),
    )

"""What writing pages into a file has in common, whatever its format."""

import contextlib
import dataclasses
from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from deepzine_gui.dataset.judging.rules import Rules, judge
from deepzine_gui.dataset.storage.hdf5 import writing
from deepzine_gui.dataset.storage.layout import Table
from deepzine_gui.dataset.values import Columns, DocumentRow, MissingPage, Provenance
from deepzine_gui.pages import PageSettings


class PageWriter(ABC):
    """Takes pages one after the other; `rules` judge them all, None keeps the states they have.

    A context manager, which closes the file; `_file` is opened by whoever writes a format.
    """

    _file: Any

    def __init__(self, path: Path, settings: PageSettings, rules: Rules | None) -> None:
        self._path = path
        self._shape = (settings.channels, settings.resolution, settings.resolution)
        self._rules = rules
        self._table = Table()
        self._checksums = array("I")

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
        """Append a page, uint8 (C, R, R); raises as `add_packed`."""
        if pixels.shape != self._shape or pixels.dtype != np.uint8:
            raise ValueError(f"a page must be uint8 {self._shape}, not {pixels.shape}")
        self.add_packed(isal_zlib.compress(np.ascontiguousarray(pixels), 1), row)

    def add_packed(self, chunk: bytes, row: Provenance) -> None:
        """Append a page as HDF5's gzip filter packs it, so that merging unpacks nothing.

        Raises:
            StorageError: the file cannot be written.
            OSError: with errno ENOSPC when the disk is full, for `whole_file` to put into words.
        """
        self._write([chunk])
        self._table.add(row)

    def __enter__(self) -> Self:
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

    @abstractmethod
    def finish(self) -> None:
        """Judge the pages and write the tables; raises as `add_packed`."""

    @abstractmethod
    def _write(self, chunks: Iterable[bytes]) -> None:
        """Write packed pages behind the others; raises as `add_packed`."""

    def _noted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield packed pages on their way into the file, whose checksums are kept in mind."""
        for chunk in chunks:
            self._checksums.append(isal_zlib.crc32(chunk))
            yield chunk

    def _judged(self) -> Columns:
        """Return the table of all pages with the states that the rules give them."""
        columns = self._table.columns()
        if self._rules is None:
            return columns
        state, reason = judge(columns, self._rules)
        return dataclasses.replace(columns, state=state, reason=reason)

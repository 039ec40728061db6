"""Pages as they lie in a file, whatever its format."""

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage.layout import PAGE_COLUMNS
from deepzine_gui.dataset.storage.told import Told
from deepzine_gui.dataset.values import (
    REASONS,
    Columns,
    DocumentRow,
    MissingPage,
    Provenance,
    RefusedDocument,
)
from deepzine_gui.errors import DatasetError, StorageError
from deepzine_gui.pages import PageSettings

# its type stub takes the class for an error itself
_UNPACKING_ERROR = cast("type[Exception]", isal_zlib.error)


@dataclass(frozen=True, slots=True)
class StoredPages(ABC):
    """A file of pages open for reading, its header checked.

    Attributes:
        path: the file.
        settings: how the pages were made.
        count: N, those set aside included.
        documents: where the pages come from, in the order of the file.
        missing: the pages that could not be rendered.
        refused: the documents that gave no page; a shard tells of none.
        checksums: CRC-32 of each packed page, uint32 (N,); None in files from before there were
            any.
    """

    path: Path
    settings: PageSettings
    count: int
    documents: tuple[DocumentRow, ...]
    missing: tuple[MissingPage, ...]
    refused: tuple[RefusedDocument, ...]
    checksums: NDArray[np.uint32] | None

    def packed(self, index: int) -> bytes:
        """Return a page as it lies on the disk.

        Raises:
            DatasetError: this page of the file is damaged.
        """
        try:
            chunk = self._read(index)
        except (OSError, RuntimeError) as error:
            raise damaged(self.path, f"page {index + 1}") from error
        if self.checksums is not None and isal_zlib.crc32(chunk) != self.checksums[index]:
            raise damaged(self.path, f"page {index + 1}")
        return chunk

    def is_damaged(self, index: int) -> bool:
        """Whether a page is not as it was written, as far as can be told without unpacking it.

        Raises:
            StorageError: the disk does not answer: what it holds is not known.
        """
        try:
            self.packed(index)
        except DatasetError as error:
            cause = error.__cause__
            if isinstance(cause, OSError) and cause.errno is not None:
                reason = os.strerror(cause.errno).lower()
                raise StorageError(
                    f"{self.path} could not be read ({reason}); nothing in it was changed. Try "
                    "again when its disk answers."
                ) from error
            return True
        return False

    @abstractmethod
    def rules(self) -> Rules:
        """Return the rules its pages were last judged by, as they lie in the file now."""

    @abstractmethod
    def columns(self, start: int = 0, stop: int | None = None) -> Columns:
        """Return the table of pages from `start` to `stop`, as it lies in the file now.

        Raises:
            DatasetError: this part of the file is damaged.
        """

    @abstractmethod
    def damaged_rows(self) -> NDArray[np.intp]:
        """Return the places of pages whose row in the table is not as it was written.

        Raises:
            DatasetError: the table cannot be read.
        """

    @abstractmethod
    def damaged_documents(self) -> NDArray[np.intp]:
        """Return the places of documents of which the table does not say what was written.

        Raises:
            DatasetError: the table cannot be read.
        """

    @abstractmethod
    def damaged_told(self) -> tuple[Told, ...]:
        """Return what the file tells once (`told.TOLD`) that is not as it was written.

        Page settings and rules that are told are sound: they are mended as they are read.

        Raises:
            DatasetError: it cannot be read.
        """

    @abstractmethod
    def close(self) -> None:
        """Close the file."""

    @abstractmethod
    def _read(self, index: int) -> bytes:
        """Return a packed page, unchecked; raises OSError or RuntimeError."""

    def unpack(self, index: int, packed: bytes) -> NDArray[np.uint8]:
        """Return the page that `packed` gave, uint8 (C, R, R); any thread may do so.

        Raises:
            DatasetError: this page of the file is damaged.
        """
        side = self.settings.resolution
        try:
            flat = np.frombuffer(isal_zlib.decompress(packed), np.uint8)
            return flat.reshape(self.settings.channels, side, side)
        except (_UNPACKING_ERROR, ValueError) as error:
            raise damaged(self.path, f"page {index + 1}") from error

    def pixels(self, index: int) -> NDArray[np.uint8]:
        """Return a page, uint8 (C, R, R), not to be written to; raises as `packed`."""
        return self.unpack(index, self.packed(index))

    def rows(self, columns: Columns | None = None) -> list[Provenance]:
        """Return the table, or columns that were read from this file, as one row a page."""
        columns = self.columns() if columns is None else columns
        own = [name for name in PAGE_COLUMNS if name not in ("document", "reason")]
        listed = zip(*(getattr(columns, name).tolist() for name in own), strict=True)
        documents = (self.documents[place] for place in columns.document.tolist())
        reasons = (REASONS[code] for code in columns.reason.tolist())
        return [
            Provenance(
                document=document.name,
                source=document.source,
                rights=document.rights,
                reason=reason,
                **dict(zip(own, values, strict=True)),
            )
            for document, reason, values in zip(documents, reasons, listed, strict=True)
        ]


def damaged(path: Path, part: str) -> DatasetError:
    """The error for a file whose `part` cannot be read."""
    return DatasetError(f"{path} is damaged ({part} cannot be read): build the dataset again.")

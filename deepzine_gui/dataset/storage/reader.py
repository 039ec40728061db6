"""Look into a dataset: its pages, thumbnails, and where each page comes from."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.scaling import shrink
from deepzine_gui.dataset.storage.shard import open_pages
from deepzine_gui.dataset.storage.told import Told
from deepzine_gui.dataset.values import (
    Columns,
    DocumentRow,
    MissingPage,
    Provenance,
    RefusedDocument,
)
from deepzine_gui.pages import PageSettings


class Dataset:
    """An open dataset file, or a shard of a build; a context manager.

    Attributes:
        path: the file.
        count: number of pages, those set aside included.
        resolution: side of the pages in pixels.
        channels: 1 grey, 3 RGB.
        settings: how the pages were made.

    Raises:
        DatasetError: the file is missing, damaged, foreign or of a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._opened = open_pages(path)
        self.path = path
        self.count: int = self._opened.count
        self.settings: PageSettings = self._opened.settings
        self.resolution = self.settings.resolution
        self.channels = self.settings.channels

    @property
    def rules(self) -> Rules:
        """The rules the pages were last judged by."""
        return self._opened.rules()

    def page(self, index: int) -> NDArray[np.uint8]:
        """Return a page, uint8 (C, R, R).

        Raises:
            IndexError: there is no such page.
            DatasetError: this part of the file is damaged.
        """
        return self._opened.pixels(self._checked(index))

    def thumbnails(self, indices: Sequence[int], size: int) -> NDArray[np.uint8]:
        """Return these pages in small, uint8 (len(indices), C, size, size).

        Raises:
            IndexError: there is no such page.
            DatasetError: this part of the file is damaged.
        """
        small = np.empty((len(indices), self.channels, size, size), np.uint8)
        for place, index in enumerate(indices):
            small[place] = shrink(self.page(index), size)
        return small

    def provenance(self, index: int) -> Provenance:
        """Return where a page comes from and what was decided about it, as the file says now.

        Raises:
            IndexError: there is no such page.
            DatasetError: this part of the file is damaged.
        """
        start = self._checked(index)
        return self._opened.rows(self._opened.columns(start, start + 1))[0]

    def columns(self) -> Columns:
        """Return the table of all pages, as it lies in the file now.

        Raises:
            DatasetError: this part of the file is damaged.
        """
        return self._opened.columns()

    def damaged_rows(self) -> NDArray[np.intp]:
        """Return the indices of pages of which the table does not say what was written.

        Raises:
            DatasetError: the table cannot be read.
        """
        return self._opened.damaged_rows()

    def damaged_documents(self) -> NDArray[np.intp]:
        """Return the places of documents of which the table does not say what was written.

        Raises:
            DatasetError: the table cannot be read.
        """
        return self._opened.damaged_documents()

    def damaged_told(self) -> tuple[Told, ...]:
        """Return what the file tells once, of all its pages, that is not as it was written.

        Page settings and rules that are told are sound: they are mended as they are read.

        Raises:
            DatasetError: it cannot be read.
        """
        return self._opened.damaged_told()

    def documents(self) -> tuple[DocumentRow, ...]:
        """Return the documents; `Columns.document` counts them."""
        return self._opened.documents

    def missing(self) -> tuple[MissingPage, ...]:
        """Return the pages that could not be rendered."""
        return self._opened.missing

    def refused(self) -> tuple[RefusedDocument, ...]:
        """Return the documents that the last build could not read."""
        return self._opened.refused

    def unfinished(self, columns: Columns) -> dict[str, int]:
        """Return how many pages of a document nobody has looked at yet, by its name.

        A build that was stopped has left them. Documents that were not built here, but imported,
        are whole as they are.

        Args:
            columns: the table of all pages.
        """
        documents = self._opened.documents
        places = {document.name: place for place, document in enumerate(documents)}
        missing = [places[page.document] << 32 | page.page for page in self._opened.missing]
        there = columns.document.astype(np.int64) << 32 | columns.page
        # a spread gives two pages of the same number
        looked_at = np.unique(np.concatenate([there, np.array(missing, np.int64)]))
        counts = np.bincount(looked_at >> 32, minlength=len(documents)).tolist()
        return {
            document.name: document.pages - count
            for document, count in zip(documents, counts, strict=True)
            if document.key and document.pages > count
        }

    def close(self) -> None:
        """Close the file."""
        self._opened.close()

    def _checked(self, index: int) -> int:
        if not 0 <= index < self.count:
            raise IndexError(f"page {index} of {self.count}")
        return index

    def __enter__(self) -> "Dataset":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

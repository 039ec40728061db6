"""Look into a dataset: its pages, thumbnails, and where each page comes from."""

from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.scaling import shrink
from deepzine_gui.dataset.store import open_file
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.pages import PageSettings


class Dataset:
    """An open dataset file; a context manager.

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
        self._opened = open_file(path)
        self.path = path
        self.count: int = self._opened.count
        self.settings: PageSettings = self._opened.settings
        self.resolution = self.settings.resolution
        self.channels = self.settings.channels
        self._rows: list[Provenance] | None = None

    def page(self, index: int) -> NDArray[np.uint8]:
        """Return a page, uint8 (C, R, R).

        Raises:
            IndexError: there is no such page.
            DatasetError: this part of the file is damaged.
        """
        if not 0 <= index < self.count:
            raise IndexError(f"page {index} of {self.count}")
        return self._opened.pixels(index)

    def thumbnails(self, start: int, stop: int, size: int) -> NDArray[np.uint8]:
        """Return the pages `start` to `stop` (cut to what there is), uint8 (n, C, size, size).

        Raises:
            DatasetError: this part of the file is damaged.
        """
        indices = range(*slice(start, stop).indices(self.count))
        small = np.empty((len(indices), self.channels, size, size), np.uint8)
        for place, index in enumerate(indices):
            small[place] = shrink(self._opened.pixels(index), size)
        return small

    def provenance(self, index: int) -> Provenance:
        """Return where a page comes from.

        Raises:
            IndexError: there is no such page.
        """
        if not 0 <= index < self.count:
            raise IndexError(f"page {index} of {self.count}")
        if self._rows is None:
            self._rows = self._opened.rows()
        return self._rows[index]

    def close(self) -> None:
        """Close the file."""
        self._opened.file.close()

    def __enter__(self) -> "Dataset":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

"""The pages of a dataset that an export takes, one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.storage.reader import Dataset
from deepzine_gui.dataset.values import KEPT


@dataclass(frozen=True, slots=True, eq=False)
class ExportedPage:
    """A page of an open dataset, and what its file can be called."""

    dataset: Dataset
    index: int
    document: str
    page: int
    part: int
    label: str

    def pixels(self) -> NDArray[np.uint8]:
        """Read the page, uint8 (C, R, R)."""
        return self.dataset.page(self.index)


class Pages:
    """The kept pages of an open dataset, or all of them; read while it is gone through.

    Attributes:
        resolution: side of the pages in pixels.
        labels: the label of each page, "" for none.
        changed_ns: when the file was last written, in nanoseconds of its system's time.
    """

    def __init__(self, dataset: Dataset, *, everything: bool) -> None:
        columns = dataset.columns()
        kept = np.flatnonzero(columns.state == KEPT)
        self._indices = np.arange(dataset.count) if everything else kept
        self._dataset = dataset
        self._columns = columns
        self._names = [row.name for row in dataset.documents()]
        self.resolution = dataset.resolution
        self.changed_ns = dataset.path.stat().st_mtime_ns
        self.labels = [str(columns.label[index]) for index in self._indices]

    def __len__(self) -> int:
        return len(self._indices)

    def __iter__(self) -> Iterator[ExportedPage]:
        for index, label in zip(self._indices.tolist(), self.labels, strict=True):
            yield ExportedPage(
                self._dataset,
                index,
                self._names[self._columns.document[index]],
                int(self._columns.page[index]),
                int(self._columns.part[index]),
                label,
            )

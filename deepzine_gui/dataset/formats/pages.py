"""The pages of a dataset that an export takes, one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.storage.reader import Dataset
from deepzine_gui.dataset.values import KEPT


@dataclass(frozen=True, slots=True, eq=False)
class ExportedPage:
    """A page, uint8 (C, R, R), and what its file can be called."""

    pixels: NDArray[np.uint8]
    document: str
    page: int
    part: int
    label: str


class Pages:
    """The kept pages of an open dataset, or all of them; read while it is gone through.

    Attributes:
        resolution: side of the pages in pixels.
        labels: the label of each page, "" for none.
    """

    def __init__(self, dataset: Dataset, *, everything: bool) -> None:
        columns = dataset.columns()
        kept = np.flatnonzero(columns.state == KEPT)
        self._indices = np.arange(dataset.count) if everything else kept
        self._dataset = dataset
        self._columns = columns
        self._names = [row.name for row in dataset.documents()]
        self.resolution = dataset.resolution
        self.labels = [str(columns.label[index]) for index in self._indices]

    def __len__(self) -> int:
        return len(self._indices)

    def __iter__(self) -> Iterator[ExportedPage]:
        for index, label in zip(self._indices.tolist(), self.labels, strict=True):
            yield ExportedPage(
                self._dataset.page(index),
                self._names[self._columns.document[index]],
                int(self._columns.page[index]),
                int(self._columns.part[index]),
                label,
            )

"""The real pages that a model is measured against."""

import dataclasses
from collections.abc import Generator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deepzine_gui.dataset import KEPT
from deepzine_gui.dataset.storage.reader import Dataset
from deepzine_gui.errors import DatasetError
from deepzine_gui.networks import ModelInfo
from deepzine_gui.progress import Event, Notice, Progress
from deepzine_gui.training.measures import nearest
from deepzine_gui.training.measures.values import EvaluationSettings
from deepzine_gui.words import count_text

FEWEST = 64
"""With fewer pages no measure says anything."""

_AT_ONCE = 64


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class RealPages:
    """Real pages, uint8 tensors, and where they lie in the file.

    Attributes:
        reference, other: two sets (n, C, R, R) without a page in common, drawn by chance.
        small: all kept pages (N, C, r, r), at the size of `nearest.vectors`.
        places: of the kept pages in the file, from 0 (N,).
        documents: the row of the document of each kept page (N,).
        chosen: which of the kept pages are the reference (n,).
    """

    reference: Tensor
    other: Tensor
    small: Tensor
    places: NDArray[np.intp]
    documents: NDArray[np.int32]
    chosen: NDArray[np.intp]

    @property
    def has_documents(self) -> bool:
        """Whether the pages are of more than one document."""
        return len(np.unique(self.documents)) > 1


def read(
    dataset: Dataset, info: ModelInfo, settings: EvaluationSettings
) -> Generator[Event, None, RealPages]:
    """Read what measuring the model `info` takes.

    Yields `Progress` (unit "pages"), and a `Notice` where there are fewer pages than wanted.

    Raises:
        DatasetError: the pages are too few, too small, of other channels than the model's, or
            damaged.
    """
    columns = dataset.columns()
    places = np.flatnonzero(columns.state == KEPT)
    check_fit(dataset, info, len(places))
    count = min(settings.count, len(places) // 2)
    if count < settings.count:
        kept = f"{dataset.path} keeps {count_text(len(places), 'pages')}"
        yield Notice(f"{kept}: {count:,} are compared with {count:,} others and as many made-up.")
    chosen = np.random.default_rng(settings.seed).permutation(len(places))[: 2 * count]
    size = info.resolution
    total = len(chosen) + len(places)
    large = yield from _read(dataset, places[chosen], size, 0, total)
    small = yield from _read(dataset, places, min(nearest.SIDE, size), len(chosen), total)
    documents = columns.document[places]
    return RealPages(large[:count], large[count:], small, places, documents, chosen[:count])


def check_fit(dataset: Dataset, info: ModelInfo, kept: int) -> None:
    """Raise a DatasetError unless the model can be measured on the dataset."""
    path, size = dataset.path, info.resolution
    if info.channels != dataset.channels:
        colours = {1: "grey", 3: "in colour"}
        raise DatasetError(
            f"The pages of {path} are {colours[dataset.channels]}, those of the model "
            f"{info.name} {colours[info.channels]}: build the dataset with the other --colour."
        )
    if size > dataset.resolution:
        raise DatasetError(
            f"The pages of {path} are {dataset.resolution} px, those of the model {info.name} "
            f"{size} px: build the dataset at {size} px."
        )
    if kept < FEWEST:
        raise DatasetError(
            f"{path} keeps {count_text(kept, 'pages')}, and measuring takes {FEWEST} at least: "
            "add documents and build it again."
        )


def _read(
    dataset: Dataset, places: NDArray[np.intp], size: int, done: int, total: int
) -> Generator[Event, None, Tensor]:
    pages = np.empty((len(places), dataset.channels, size, size), np.uint8)
    for start in range(0, len(places), _AT_ONCE):
        yield Progress(done + start, total, "pages", f"Reading {dataset.path.name}")
        some = slice(start, start + _AT_ONCE)
        pages[some] = dataset.thumbnails(places[some].tolist(), size)
    return torch.from_numpy(pages)

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
from deepzine_gui.progress import Event, Progress
from deepzine_gui.training.measures import nearest, splitting
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
        small: all kept pages (N, C, r, r), small enough for `nearest.vectors`.
        places: of the kept pages in the file, from 0 (N,).
        held_out: which of the kept pages are held out (N,).
        by_document: whether they are those of whole documents.
        names: of the held-out documents.
    """

    reference: Tensor
    other: Tensor
    small: Tensor
    places: NDArray[np.intp]
    held_out: NDArray[np.bool_]
    by_document: bool
    names: tuple[str, ...]


def read(
    dataset: Dataset, info: ModelInfo, settings: EvaluationSettings
) -> Generator[Event, None, RealPages]:
    """Read what measuring the model `info` takes; yields `Progress` (unit "pages").

    Raises:
        DatasetError: the pages are too few, too small, of other channels than the model's, or
            damaged.
    """
    columns = dataset.columns()
    places = np.flatnonzero(columns.state == KEPT)
    check_fit(dataset, info, len(places))
    documents = columns.document[places]
    rng = np.random.default_rng(settings.seed)
    chosen = rng.permutation(len(places))[: 2 * min(settings.count, len(places) // 2)]
    size = info.resolution
    total = len(chosen) + len(places)
    large = yield from _read(dataset, places[chosen], size, 0, total)
    small = yield from _read(dataset, places, min(nearest.SIDE, size), len(chosen), total)
    out = splitting.held_out(documents, seed=settings.seed)
    names = dataset.documents()
    rows = np.unique(documents[out]).tolist()
    by_document = bool(out.any())
    if not by_document:
        out[rng.permutation(len(out))[: int(splitting.SHARE * len(out))]] = True
    half = len(large) // 2
    return RealPages(
        large[:half],
        large[half:],
        small,
        places,
        out,
        by_document,
        tuple(names[row].name for row in rows),
    )


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

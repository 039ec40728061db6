"""Read every page and every table of a dataset, and say what is damaged."""

from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset import open_dataset
from deepzine_gui.dataset.storage.reader import Dataset
from deepzine_gui.dataset.values import Columns
from deepzine_gui.errors import DatasetError
from deepzine_gui.progress import Event, Finished, Notice, in_steps
from deepzine_gui.words import count_text


def check(path: Path) -> Generator[Event, None, None]:
    """Read the whole dataset `path`; a `Notice` names each damaged page and column.

    Yields `Progress` (unit "pages") too, and `Finished` if all is sound.

    Raises:
        DatasetError: the file cannot be opened, or something in it is damaged.
    """
    with open_dataset(path) as dataset:
        faults = 0
        for fault in _faults_of_tables(dataset):
            faults += 1
            yield Notice(fault, "warning")
        pages = map(partial(_fault_of_page, dataset), range(dataset.count))
        for event in in_steps(pages, dataset.count, unit="pages", what=path.name):
            faults += isinstance(event, Notice)
            yield event
        if faults:
            found = count_text(faults, "faults")
            raise DatasetError(f"{path} is damaged ({found}): build the dataset again.")
        yield Finished(f"{path} is sound: {count_text(dataset.count, 'pages')} read.", path)


def _fault_of_page(dataset: Dataset, index: int) -> Notice | None:
    try:
        dataset.page(index)
    except DatasetError as error:
        return Notice(str(error), "warning")
    return None


def _faults_of_tables(dataset: Dataset) -> Iterator[str]:
    try:
        columns = dataset.columns()
        dataset.rules  # noqa: B018 - reading it is the check
    except DatasetError as error:
        yield str(error)
        return
    told = np.zeros(columns.count, bool)
    for name, wrong in _wrong(columns).items():
        told |= wrong
        for index in np.flatnonzero(wrong)[:1].tolist():
            value = getattr(columns, name)[index]
            where = f"page {index + 1} and {count_text(int(wrong.sum()) - 1, 'others')}"
            yield f"{dataset.path} is damaged: {name} cannot be {value} ({where})."
    for index in dataset.damaged_rows().tolist():
        if not told[index]:
            yield f"{dataset.path} is damaged: what it says of page {index + 1} cannot be trusted."
    for what in dataset.damaged_told():
        yield f"{dataset.path} is damaged: what it says of the {what} cannot be trusted."
    for place in dataset.damaged_documents().tolist():
        name = dataset.documents()[place].name
        yield f"{dataset.path} is damaged: what it says of the document {name} cannot be trusted."


def _wrong(columns: Columns) -> dict[str, NDArray[np.bool_]]:
    """Of each column, where its values cannot be."""
    shares = ("ink", "brightness", "picture", "black")
    found: dict[str, Any] = {name: ~_within(getattr(columns, name), 0, 1) for name in shares}
    found["page"] = columns.page < 1
    found["part"] = columns.part > 2
    found["aspect"] = ~(columns.aspect > 0) | ~np.isfinite(columns.aspect)
    found["original_px"] = columns.original_px < 0
    found["label"] = np.array(["\ufffd" in label for label in columns.label.tolist()], bool)
    return found


def _within(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.bool_]:
    return (values >= low) & (values <= high)

"""A dataset in numbers: what it holds, what is set aside and why, how it was made."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deepzine_gui.dataset import open_dataset
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.values import (
    KEPT,
    REASONS,
    SET_ASIDE,
    Columns,
    MissingPage,
    RefusedDocument,
)
from deepzine_gui.pages import PageSettings


@dataclass(frozen=True, slots=True)
class Description:
    """A dataset in numbers.

    Attributes:
        count: pages, those set aside included.
        kept: pages that are trained on.
        set_aside: pages set aside, by reason.
        documents: pages of each document, by name.
        labels: pages of each label, "" for none; empty where no page has a label.
        labels_kept: how many of them are kept, by the same labels.
        missing: pages that could not be rendered.
        refused: documents that the last build could not read.
        unfinished: of documents whose build was stopped, how many pages are still to come, by name.
        settings: how the pages were made.
        rules: what they were last judged by.
        size_bytes: of the file.
        changed: when the file was last written, in local time (ISO 8601, to the second).
    """

    count: int
    kept: int
    set_aside: Mapping[str, int]
    documents: Mapping[str, int]
    labels: Mapping[str, int]
    labels_kept: Mapping[str, int]
    missing: tuple[MissingPage, ...]
    refused: tuple[RefusedDocument, ...]
    unfinished: Mapping[str, int]
    settings: PageSettings
    rules: Rules
    size_bytes: int
    changed: str


def describe(path: Path) -> Description:
    """Count what the dataset `path` holds.

    Raises:
        DatasetError: the file is missing, damaged, foreign or of a newer version.
    """
    with open_dataset(path) as dataset:
        columns = dataset.columns()
        kept = columns.state == KEPT
        pages = np.bincount(columns.document, minlength=len(dataset.documents())).tolist()
        names = (document.name for document in dataset.documents())
        labels = _labels(columns.label.tolist())
        labels_kept = Counter(columns.label[kept].tolist())
        stat = path.stat()
        return Description(
            count=dataset.count,
            kept=int(kept.sum()),
            set_aside=_reasons(columns),
            documents=dict(zip(names, pages, strict=True)),
            labels=labels,
            labels_kept={label: labels_kept[label] for label in labels},
            missing=dataset.missing(),
            refused=dataset.refused(),
            unfinished=dataset.unfinished(columns),
            settings=dataset.settings,
            rules=dataset.rules,
            size_bytes=stat.st_size,
            changed=_local_time(stat.st_mtime),
        )


def _reasons(columns: Columns) -> dict[str, int]:
    codes = columns.reason[columns.state == SET_ASIDE].tolist()
    return {REASONS[code]: number for code, number in Counter(codes).most_common()}


def _labels(labels: Iterable[str]) -> dict[str, int]:
    counted = dict(sorted(Counter(labels).items()))
    return {} if set(counted) <= {""} else counted


def _local_time(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")

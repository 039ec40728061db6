"""Square pages and where they come from, in one HDF5 file."""

from collections.abc import Generator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepzine_gui.dataset.building.cores import usual_workers
from deepzine_gui.dataset.judging.rules import NO_RULES, Rules, judge
from deepzine_gui.dataset.values import (
    KEPT,
    REASONS,
    SET_ASIDE,
    Columns,
    DocumentRow,
    Labelling,
    LabelSource,
    MissingPage,
    PagesAdded,
    Provenance,
    Reason,
    label_from,
)
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Event

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from deepzine_gui.dataset.storage.reader import Dataset

__all__ = [
    "KEPT",
    "NO_RULES",
    "REASONS",
    "SET_ASIDE",
    "Columns",
    "DocumentRow",
    "LabelSource",
    "Labelling",
    "MissingPage",
    "PageSettings",
    "PagesAdded",
    "Provenance",
    "Reason",
    "Rules",
    "apply_rules",
    "bring_back",
    "build",
    "is_there",
    "judge",
    "label_by",
    "label_from",
    "open_dataset",
    "set_aside",
    "set_label",
    "usual_workers",
    "write_marks",
]


def build(
    sources: Sequence[Path],
    out: Path,
    *,
    settings: PageSettings | None = None,
    rules: Rules | None = None,
    workers: int | None = None,
    append: bool = False,
    executor: Executor | None = None,
    labelling: Labelling | None = None,
) -> Generator[Event, None, None]:
    """Render all documents of `sources` into the dataset file `out`.

    Yields `Progress` (unit "pages"), `PagesAdded` as each document is safe, a `Notice` for each
    document or page left out, and `Finished`. Documents are rendered by `workers` processes (one a
    core if None), or by `executor`, into ``<out>.parts/``; a build that was stopped goes on from
    there. The order of the pages is that of the sources, whatever the workers do. `settings` tell
    how pages are made and `rules` which are set aside; None means those of `out`, if it is there.
    What a person marked in `out` stays with its pages. With `append` its other documents stay.
    Pages are labelled as `labelling` tells once they are all there; of a build that is stopped,
    those that it leaves and that have no label.

    Raises:
        DocumentError: a source is missing, or nothing in them is a document.
        DatasetError: no document gave a page, or `out` is a folder.
        StorageError: the disk is full, or the place cannot be written.
    """
    from deepzine_gui.dataset.building import build as building
    from deepzine_gui.dataset.building.labelling import labelled

    events = building.build(
        sources,
        out,
        settings=settings,
        rules=rules,
        workers=workers,
        append=append,
        executor=executor,
    )
    return events if labelling is None else labelled(events, out, labelling)


def open_dataset(path: Path) -> "Dataset":
    """Open a dataset for reading; use it in a ``with`` block.

    What a killed build had finished of new documents is put into the file first.

    Raises:
        DatasetError: the file is missing, damaged, foreign or of a newer version.
        StorageError: finished documents cannot be put into it, as the disk is full.
    """
    from deepzine_gui.dataset.building.recovery import recover
    from deepzine_gui.dataset.storage.reader import Dataset

    recover(path)
    return Dataset(path)


def is_there(path: Path) -> bool:
    """Whether there is a dataset at `path`, or finished documents that a killed build left."""
    from deepzine_gui.dataset.building.parts import parts_of

    return path.exists() or parts_of(path).is_dir()


def apply_rules(path: Path, rules: Rules) -> None:
    """Judge all pages of a dataset anew; pages marked by hand stay as they are.

    Raises:
        DatasetError: the file is no dataset, damaged, or of the first version.
        StorageError: the file cannot be written.
    """
    from deepzine_gui.dataset.storage import marking

    marking.apply_rules(path, rules)


def set_aside(path: Path, indices: "Sequence[int] | NDArray[Any]") -> None:
    """Set pages aside by hand; raises as `apply_rules`, and IndexError if there is no such page."""
    from deepzine_gui.dataset.storage import marking

    marking.set_aside(path, indices)


def bring_back(path: Path, indices: "Sequence[int] | NDArray[Any]") -> None:
    """Keep pages whatever the rules say; raises as `set_aside`."""
    from deepzine_gui.dataset.storage import marking

    marking.bring_back(path, indices)


def set_label(path: Path, indices: "Sequence[int] | NDArray[Any]", label: str) -> None:
    """Label pages; "" takes the label off, and builds keep it off.

    Raises as `set_aside`, and ValueError if it is too long.
    """
    from deepzine_gui.dataset.storage import marking

    marking.set_label(path, indices, label)


def label_by(
    path: Path,
    source: LabelSource,
    *,
    only_unlabelled: bool = False,
    below: Sequence[Path] | None = None,
) -> int:
    """Label all pages whose document has this field, and return how many; "none" takes labels off.

    With `only_unlabelled`, pages that have a label keep it, and those whose label was taken off by
    hand stay without. With `below`, only documents read from there count. Raises as `apply_rules`.
    """
    from deepzine_gui.dataset.storage import marking

    return marking.label_by(path, source, only_unlabelled=only_unlabelled, below=below)


def write_marks(
    path: Path,
    *,
    state: "NDArray[np.uint8] | None" = None,
    reason: "NDArray[np.uint8] | None" = None,
    label: "NDArray[Any] | None" = None,
    label_by_hand: "NDArray[np.uint8] | None" = None,
    rules: Rules | None = None,
) -> None:
    """Write whole columns, (N,) each, over those in the file: what `Columns` had is put back.

    Raises:
        ValueError: a column has another length or values that cannot be.
        DatasetError, StorageError: as `apply_rules`.
    """
    from deepzine_gui.dataset.storage import marking

    marking.write_marks(
        path, state=state, reason=reason, label=label, label_by_hand=label_by_hand, rules=rules
    )

"""Square pages and where they come from, in one HDF5 file."""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deepzine_gui.dataset.values import PagesAdded, Provenance
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Event

if TYPE_CHECKING:
    from deepzine_gui.dataset.reader import Dataset

__all__ = ["PageSettings", "PagesAdded", "Provenance", "build", "open_dataset"]


def build(
    sources: Sequence[Path],
    out: Path,
    *,
    settings: PageSettings | None = None,
    workers: int | None = None,
) -> Generator[Event, None, None]:
    """Render all documents of `sources` into the dataset file `out`.

    Yields `Progress` (unit "pages"), `PagesAdded` as each document is safe, a `Notice` for each
    document or page left out, and `Finished`. Documents are rendered by `workers` processes (one a
    core if None) into ``<out>.parts/``; a build that was stopped goes on from there. The order of
    the pages is that of the sources, whatever the workers do.

    Raises:
        DocumentError: a source is missing, or nothing in them is a document.
        DatasetError: no document gave a page, or `out` is a folder.
        StorageError: the disk is full, or the place cannot be written.
    """
    from deepzine_gui.dataset import building

    return building.build(sources, out, settings=settings, workers=workers)


def open_dataset(path: Path) -> "Dataset":
    """Open a dataset for reading; use it in a ``with`` block.

    Raises:
        DatasetError: the file is missing, damaged, foreign or of a newer version.
    """
    from deepzine_gui.dataset.reader import Dataset

    return Dataset(path)

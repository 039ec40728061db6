"""Datasets of other programs become ours, and ours become theirs."""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from deepzine_gui.progress import Event

if TYPE_CHECKING:
    from deepzine_gui.dataset.judging.rules import Rules

__all__ = ["Format", "Target", "export_pages", "import_pages", "recognise"]

Format = Literal["deepzine", "stylegan", "idx"]
"""What can be imported: the first DeepZine's HDF5, StyleGAN's ZIP or folder with
``dataset.json``, and MNIST-style IDX files of images."""

Target = Literal["folder", "stylegan", "deepzine"]
"""What can be exported: PNG pictures in a subfolder a label, StyleGAN's ZIP, and the first
DeepZine's HDF5."""


def recognise(path: Path) -> Format | None:
    """Return the format of a foreign dataset, by what it holds and not by its name.

    None for anything else, documents and missing files among it.
    """
    from deepzine_gui.dataset.formats import importing

    return importing.recognise(path)


def import_pages(
    source: Path,
    out: Path,
    *,
    resolution: int | None = None,
    colour: Literal["grey", "rgb"] | None = None,
    rules: "Rules | None" = None,
) -> Generator[Event, None, None]:
    """Write the pages of the foreign dataset `source` into the dataset file `out`.

    Yields `Progress` (unit "pages"), a `Notice` where something is amiss, and `Finished`. Pages
    keep their own size (at most 1024 px) and colour where None is given, and are reduced by area
    else. `rules` of None are the usual ones for the first DeepZine's pages and none for the other
    formats, whose pictures were chosen before and need not look like pages. Closed early, nothing
    is written.

    Raises:
        DatasetError: the source is damaged or in no known format, smaller than `resolution`, or
            `out` is something else than a dataset.
        StorageError: the disk is full, or the place cannot be written.
    """
    from deepzine_gui.dataset.formats import importing

    return importing.import_pages(source, out, resolution=resolution, colour=colour, rules=rules)


def export_pages(
    path: Path, to: Target, out: Path, *, everything: bool = False, update: bool = False
) -> Generator[Event, None, None]:
    """Write the kept pages of the dataset `path`, or `everything`, to `out` in another format.

    Yields `Progress` (unit "pages") and `Finished`. Closed early, nothing is written. With
    `update`, which only folders can have, `out` may hold something: pictures that are no older
    than the dataset are left, other pages' are written, and those written early stay.

    Raises:
        DatasetError: the dataset is missing or damaged.
        ExportError: it holds no page to export, or `out` is the dataset itself, or a folder with
            something in it.
        StorageError: the disk is full, or the place cannot be written.
    """
    from deepzine_gui.dataset.formats import exporting

    return exporting.export_pages(path, to, out, everything=everything, update=update)

"""Export a dataset in a format that other programs read."""

from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

from deepzine_gui.dataset import open_dataset
from deepzine_gui.dataset.formats import Target, recognise
from deepzine_gui.dataset.formats.pages import Pages
from deepzine_gui.dataset.formats.write_deepzine import write_deepzine
from deepzine_gui.dataset.formats.write_folder import update_folder, write_folder
from deepzine_gui.dataset.formats.write_stylegan import write_stylegan
from deepzine_gui.errors import ExportError
from deepzine_gui.progress import Event, Finished, in_steps
from deepzine_gui.words import count_text

_WRITERS: dict[Target, Callable[[Pages, Path], Generator[None, None, None]]] = {
    "folder": write_folder,
    "stylegan": write_stylegan,
    "deepzine": write_deepzine,
}


def export_pages(
    path: Path, to: Target, out: Path, *, everything: bool = False, update: bool = False
) -> Generator[Event, None, None]:
    """Write the pages of the dataset `path` to `out`; see the façade."""
    assert to == "folder" or not update, "only a folder can be brought up to date"
    _refuse(path, to, out, update=update)
    with open_dataset(path) as dataset:
        pages = Pages(dataset, everything=everything)
        total = len(pages)
        if not total:
            raise ExportError(f"{path} holds no kept page to export: bring pages back first.")
        write = update_folder if update else _WRITERS[to]
        with closing(write(pages, out)) as writing:
            yield from in_steps(writing, total, unit="pages", what=out.name)
    yield Finished(f"Exported {count_text(total, 'pages')} to {out}.", out)


def _refuse(path: Path, to: Target, out: Path, *, update: bool) -> None:
    if out.resolve() == path.resolve():
        raise ExportError(f"{out} is the dataset itself: choose another place for the export.")
    if to == "folder":
        if not update and out.is_dir() and any(out.iterdir()):
            raise ExportError(f"{out} is not empty: choose a new folder for the export.")
        if out.is_file():
            raise ExportError(f"{out} is a file: choose a new folder for the export.")
    elif out.is_dir():
        raise ExportError(f"{out} is a folder: choose a file name for the export.")
    elif out.exists() and out.stat().st_size and recognise(out) != to:
        raise ExportError(f"{out} exists and is no earlier export: choose another name.")

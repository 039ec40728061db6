"""Write pages as PNG pictures into a folder, one subfolder a label."""

from collections.abc import Generator
from pathlib import Path

from deepzine_gui.dataset.formats.names import PageNames
from deepzine_gui.dataset.formats.pages import ExportedPage, Pages
from deepzine_gui.dataset.formats.png import png
from deepzine_gui.files import whole_file, whole_folder


def write_folder(pages: Pages, out: Path) -> Generator[None, None, None]:
    """Fill the new folder `out`; a pause after each page.

    Raises:
        StorageError: the disk is full, or `out` holds something already.
    """
    names = PageNames()
    with whole_folder(out) as part:
        for page in pages:
            place = part / _name(names, page)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(png(page.pixels()))
            yield


def update_folder(pages: Pages, out: Path) -> Generator[None, None, None]:
    """Bring the pictures in the folder `out` up to date; a pause after each page.

    One that is no older than the dataset is left as it is, so that this goes on where it was
    stopped; other files are not touched.

    Raises:
        StorageError: the disk is full, or the folder cannot be written.
    """
    names = PageNames()
    for page in pages:
        place = out / _name(names, page)
        if not _is_newer(place, pages.changed_ns):
            with whole_file(place, flushed=False) as part:
                part.write_bytes(png(page.pixels()))
        yield


def _name(names: PageNames, page: ExportedPage) -> str:
    folder = names.folder(page.label)
    return names.page(page.document, page.page, page.part, folder=folder)


def _is_newer(place: Path, changed_ns: int) -> bool:
    return place.is_file() and place.stat().st_mtime_ns >= changed_ns

"""Write pages as PNG pictures into a folder, one subfolder a label."""

from collections.abc import Generator
from pathlib import Path

from deepzine_gui.dataset.formats.names import PageNames
from deepzine_gui.dataset.formats.pages import Pages
from deepzine_gui.dataset.formats.png import png
from deepzine_gui.files import whole_folder


def write_folder(pages: Pages, out: Path) -> Generator[None, None, None]:
    """Fill the new folder `out`; a pause after each page.

    Raises:
        StorageError: the disk is full, or `out` holds something already.
    """
    names = PageNames()
    with whole_folder(out) as part:
        for page in pages:
            folder = names.folder(page.label)
            place = part / names.page(page.document, page.page, page.part, folder=folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(png(page.pixels))
            yield

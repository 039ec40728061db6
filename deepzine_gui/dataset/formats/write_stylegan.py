"""Write StyleGAN's dataset format: a ZIP of PNG pictures and ``dataset.json``."""

import json
import re
import zipfile
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from deepzine_gui.dataset.formats.pages import Pages
from deepzine_gui.dataset.formats.png import png
from deepzine_gui.dataset.formats.read_stylegan import INDEX
from deepzine_gui.files import whole_file

_DATE = (1980, 1, 1, 0, 0, 0)
"""The same for every file, so that the same pages give the same ZIP."""


def write_stylegan(pages: Pages, out: Path) -> Generator[None, None, None]:
    """Write the ZIP `out`; a pause after each page.

    StyleGAN wants numbers for classes: the labels in order, counted from 0. Where some pages have
    no label, they are a class of their own; where none has, the format's labels are null.

    Raises:
        StorageError: the disk is full, or the place cannot be written.
    """
    names = [_name(index) for index in range(len(pages))]
    with whole_file(out) as part, zipfile.ZipFile(part, "w") as archive:
        for name, page in zip(names, pages, strict=True):
            archive.writestr(zipfile.ZipInfo(name, _DATE), png(page.pixels()))
            yield
        index = json.dumps(_index(names, pages.labels), ensure_ascii=False)
        archive.writestr(zipfile.ZipInfo(INDEX, _DATE), index)


def _name(index: int) -> str:
    number = f"{index:08}"
    return f"{number[:5]}/img{number}.png"


def _index(names: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
    classes = sorted(set(labels), key=_natural)
    if classes == [""]:
        return {"labels": None}
    numbers = {label: number for number, label in enumerate(classes)}
    told = [[name, numbers[label]] for name, label in zip(names, labels, strict=True)]
    return {"labels": told, "label_names": classes}


def _natural(label: str) -> list[tuple[bool, int, str]]:
    """A key that sorts 2 before 10."""
    pieces = re.findall(r"\d+|\D+", label)
    return [(not p.isdecimal(), int(p) if p.isdecimal() else 0, p) for p in pieces]

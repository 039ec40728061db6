"""Helpers for the dataset tests: documents whose pages can be told apart, and builds of them."""

from pathlib import Path

import h5py
import numpy as np

from deepzine_gui.dataset import build
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Event, Notice
from tests.pages.pdfs import box, pdf

SMALL = PageSettings(resolution=16)


def write_pdf(path: Path, pages: int, *, step: int = 1) -> Path:
    """Write a PDF whose page n is black up to n * step percent of its height."""
    path.parent.mkdir(parents=True, exist_ok=True)
    contents = [box(0, 0, 100, number * step) for number in range(1, pages + 1)]
    path.write_bytes(pdf(contents, size=(100, 100)))
    return path


def built(
    sources: list[Path],
    out: Path,
    *,
    settings: PageSettings = SMALL,
    workers: int = 1,
) -> list[Event]:
    """Build to the end; return all events."""
    return list(build(sources, out, settings=settings, workers=workers))


def warnings_of(events: list[Event]) -> list[str]:
    """The sentences of all warnings, sorted."""
    return sorted(e.text for e in events if isinstance(e, Notice) and e.severity == "warning")


def contents(path: Path) -> tuple[np.ndarray, list[tuple[str, int]]]:
    """Read images and (document, page) without DeepZine's reader."""
    with h5py.File(path) as file:
        names = [name.decode() for name in file["pages/document"][:]]
        return file["images"][:], list(zip(names, file["pages/page"][:].tolist(), strict=True))

"""Helpers for the dataset tests: documents whose pages can be told apart, and builds of them."""

from collections import Counter
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from deepzine_gui.dataset.building.build import build
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Event, Notice
from tests.pages.pdfs import box, pdf

PAGES = [3, 14, 1, 9, 5, 20, 2, 4]
"""How many pages the documents of `sources` have."""

SMALL = PageSettings(resolution=16, split=0, trim=0, straighten=0)


class OneBlock(Executor):
    """Counts the pages of documents and renders the first block of them, then nothing more."""

    _is_done = False

    def submit(self, work: Any, task: Any) -> "Future[Any]":  # type: ignore[override]
        future: Future[Any] = Future()
        if not self._is_done:
            self._is_done = task.span is not None
            future.set_result(work(task))
        return future


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
    settings: PageSettings | None = SMALL,
    workers: int | None = None,
    **more: Any,
) -> list[Event]:
    """Build to the end, in this process unless `workers` are asked for; return all events."""
    if workers is not None:
        return list(build(sources, out, settings=settings, workers=workers, **more))
    with ThreadPoolExecutor(1) as executor:
        return list(build(sources, out, settings=settings, executor=executor, **more))


def warnings_of(events: list[Event]) -> list[str]:
    """The sentences of all warnings, sorted."""
    return sorted(e.text for e in events if isinstance(e, Notice) and e.severity == "warning")


def contents(path: Path) -> tuple[np.ndarray, list[tuple[str, int]]]:
    """Read images and (document, page) without DeepZine's reader."""
    with h5py.File(path) as file:
        names = [name.decode() for name in file["documents/name"][:]]
        documents = [names[place] for place in file["pages/document"][:]]
        return file["images"][:], list(zip(documents, file["pages/page"][:].tolist(), strict=True))


def everything(path: Path) -> dict[str, Any]:
    """Read all that a dataset file holds, images and tables, without DeepZine's reader."""
    found: dict[str, Any] = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, item: (
                found.update({name: _plain(item)}) if isinstance(item, h5py.Dataset) else None
            )
        )
        found |= {name: str(value) for name, value in file.attrs.items()}
    return found


def _plain(item: Any) -> Any:
    values = item[()]
    return values.tolist() if isinstance(values, np.ndarray) else values


def whole(added: Counter[str]) -> set[str]:
    """The documents of which so many pages are all."""
    return {name for name, pages in added.items() if pages == PAGES[int(name[0])]}

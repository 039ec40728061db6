"""Reads a dataset, or the shards of a build, on a thread of its own; what is looked at first."""

import contextlib
import dataclasses
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtGui import QImage

from deepzine_gui.dataset import PageSettings, Provenance, open_dataset
from deepzine_gui.errors import DatasetError, DeepZineError
from deepzine_gui.ui.dataset.statistics.sampling import Sample, Sampling
from deepzine_gui.ui.dataset.table import Indices, PageTable
from deepzine_gui.ui.pictures import to_qimage
from deepzine_gui.words import count_text

if TYPE_CHECKING:
    from deepzine_gui.dataset.storage.reader import Dataset

THUMBNAIL_PX = 128
_AT_ONCE = 8
"""Thumbnails are read so many at a time: in between, what is wanted may have changed."""


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """A file that has been opened: its pages follow those of the files before it.

    Attributes:
        table: its pages.
        settings: how they were made.
        rules: what they were last judged by.
        unfinished: documents of which pages are still to come.
    """

    table: PageTable
    settings: PageSettings
    rules: Any
    unfinished: frozenset[str]

    @property
    def knows_its_documents(self) -> bool:
        """Whether it says where its pages were taken from; an older DeepZine's does not."""
        return any(document.path for document in self.table.documents)

    @property
    def holds_imported(self) -> bool:
        """Whether pages of it were taken from another program's dataset."""
        return any(document.is_imported for document in self.table.documents)

    def whole_documents(self) -> frozenset[str]:
        """The names of the documents of which no page is still to come."""
        return frozenset(document.name for document in self.table.documents) - self.unfinished


@dataclasses.dataclass(frozen=True, slots=True)
class ThumbnailsRead:
    """The thumbnails of some pages, by their rows."""

    images: dict[int, QImage]


@dataclasses.dataclass(frozen=True, slots=True)
class PageRead:
    """One page as the network sees it at `size` px, and where it comes from."""

    index: int
    size: int
    image: QImage
    provenance: Provenance


@dataclasses.dataclass(frozen=True, slots=True)
class _File:
    path: Path
    first: int
    count: int


class PageReader(QThread):
    """Serves one dataset file, or the growing number of a build's shards, until `stop`.

    Args:
        path: the dataset; None for a build, whose shards come by `add`.

    Attributes:
        is_build: whether it serves a build's shards.

    Signals:
        read(PageReader, Opened | ThumbnailsRead | PageRead | Sample | Exception): an exception when
            a file, or a part of it, cannot be read. The reader comes along, so that what one sent
            before it was replaced can be told apart.
    """

    read = Signal(object, object)

    def __init__(self, path: Path | None, parent: QObject) -> None:
        super().__init__(parent)
        self._something = threading.Condition()
        self._new: list[Path] = [] if path is None else [path]
        self.is_build = path is None
        self._files: list[_File] = []
        self._wanted: list[int] = []
        self._page: tuple[int, int] | None = None
        self._sampling: Sampling | None = None
        self._open: tuple[Path, Dataset] | None = None
        self._over = False

    def add(self, shard: Path) -> None:
        """Show the pages of another shard too; `Opened` follows."""
        with self._something:
            self._new.append(shard)
            self._something.notify()

    def want_thumbnails(self, pages: Sequence[int]) -> None:
        """Ask for thumbnails, the first ones first; what was asked for before is forgotten."""
        with self._something:
            self._wanted = list(reversed(pages))
            self._something.notify()

    def want_page(self, index: int, size: int) -> None:
        """Ask for a page at `size` px; only the newest wish counts."""
        with self._something:
            self._page = index, size
            self._something.notify()

    def want_sample(self, pages: Indices) -> None:
        """Ask for the mean of some pages and their brightness; only the newest wish counts."""
        with self._something:
            self._sampling = Sampling(pages)
            self._something.notify()

    def stop(self) -> None:
        """End the thread and wait for it: at most the reading of a few pages."""
        with self._something:
            self._over = True
            self._something.notify()
        self.wait()

    def run(self) -> None:
        """Serve wishes; called by Qt on the new thread."""
        try:
            while (wish := self._next_wish()) is not None:
                try:
                    self._serve(wish)
                except DeepZineError as error:
                    self._tell(error)
        except Exception as error:
            self.read.emit(self, error)
        finally:
            self._close()

    def _tell(self, error: DeepZineError) -> None:
        # a shard goes as soon as its build ends
        if not self.is_build:
            self.read.emit(self, error)

    def _next_wish(self) -> "Path | tuple[int, int] | list[int] | Sampling | None":
        with self._something:
            while not (self._over or self._new or self._page or self._wanted or self._sampling):
                self._something.wait()
            if self._over:
                return None
            if self._new:
                return self._new.pop(0)
            if self._page is not None:
                page, self._page = self._page, None
                return page
            if self._wanted:
                chosen = self._wanted[-_AT_ONCE:]
                del self._wanted[-_AT_ONCE:]
                return chosen[::-1]
            return self._sampling

    def _serve(self, wish: "Path | tuple[int, int] | list[int] | Sampling") -> None:
        if isinstance(wish, Path):
            self._take(wish)
        elif isinstance(wish, tuple):
            self.read.emit(self, self._read_page(*wish))
        elif isinstance(wish, Sampling):
            self._go_on(wish)
        else:
            self.read.emit(self, ThumbnailsRead(dict(self._thumbnails(wish, THUMBNAIL_PX))))

    def _take(self, path: Path) -> None:
        dataset = self._dataset(path)
        columns = dataset.columns()
        table = PageTable.of(columns, dataset.documents())
        first = self._files[-1].first + self._files[-1].count if self._files else 0
        self._files.append(_File(path, first, dataset.count))
        unfinished = frozenset(dataset.unfinished(columns))
        self.read.emit(self, Opened(table, dataset.settings, dataset.rules, unfinished))
        if what := _untrusted(dataset):
            self._tell(
                DatasetError(
                    f"{path} is damaged: what it says of {what} cannot be trusted. "
                    "Build the dataset again."
                )
            )

    def _read_page(self, index: int, size: int) -> PageRead:
        from deepzine_gui.dataset.scaling import shrink

        file, place = self._place(index)
        dataset = self._dataset(file.path)
        image = to_qimage(shrink(dataset.page(place), min(size, dataset.resolution)))
        return PageRead(index, size, image, dataset.provenance(place))

    def _thumbnails(self, pages: list[int], size: int) -> Iterator[tuple[int, QImage]]:
        for page, pixels in self._pixels(pages, size):
            yield page, to_qimage(pixels)

    def _pixels(
        self, pages: Sequence[int], size: int
    ) -> "Iterator[tuple[int, np.ndarray[Any, np.dtype[np.uint8]]]]":
        """Small pictures (C, s, s) of pages; one that is damaged is told, and hides no other."""
        for page in pages:
            file, place = self._place(page)
            dataset = self._dataset(file.path)
            try:
                small = dataset.thumbnails([place], min(size, dataset.resolution))
            except DatasetError as error:
                self._tell(error)
            else:
                yield page, small[0]

    def _go_on(self, sampling: Sampling) -> None:
        """Take a few more pages into a sample; forget it when it is whole or cannot be read."""
        try:
            for _, pixels in self._pixels(sampling.next_pages(_AT_ONCE), THUMBNAIL_PX):
                sampling.add(pixels)
            if not sampling.is_whole:
                return
            self.read.emit(self, sampling.result())
        except DeepZineError:
            pass
        with self._something:
            if self._sampling is sampling:
                self._sampling = None

    def _place(self, index: int) -> tuple[_File, int]:
        starts = [file.first for file in self._files]
        file = self._files[int(np.searchsorted(starts, index, side="right")) - 1]
        return file, index - file.first

    def _dataset(self, path: Path) -> "Dataset":
        """The file, open; the last one used stays open."""
        if self._open is None or self._open[0] != path:
            self._close()
            self._open = path, open_dataset(path)
        return self._open[1]

    def _close(self) -> None:
        if self._open is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self._open[1].close()
            self._open = None


__all__ = ["Opened", "PageRead", "PageReader", "Sample", "ThumbnailsRead"]


def _untrusted(dataset: "Dataset") -> str:
    """Return of what a dataset does not say what was written, pages among it; "" for nothing."""
    rows, places = dataset.damaged_rows(), dataset.damaged_documents()
    told = [f"the {what}" for what in dataset.damaged_told()]
    if len(rows):
        told.append(f"{count_text(len(rows), 'pages')} (the first is page {rows[0] + 1})")
    if len(places):
        name = dataset.documents()[places[0]].name
        told.append(f"{count_text(len(places), 'documents')} (the first is {name})")
    return " and ".join(told)

"""Reads thumbnails and pages of a dataset on a thread of its own, what was asked last first."""

import contextlib
import dataclasses
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtGui import QImage

from deepzine_gui.dataset import PageSettings, Provenance, open_dataset
from deepzine_gui.errors import DeepZineError
from deepzine_gui.ui.pictures import to_qimage

if TYPE_CHECKING:
    from deepzine_gui.dataset.reader import Dataset

BLOCK = 32
"""Thumbnails are read this many at a time."""

THUMBNAIL_PX = 128
_MOST_WANTED = 24


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """What an opened dataset holds; documents by their names."""

    count: int
    settings: PageSettings
    documents: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True)
class BlockRead:
    """The thumbnails of up to `BLOCK` pages: block `number` begins with page number * BLOCK."""

    number: int
    images: list[QImage]


@dataclasses.dataclass(frozen=True, slots=True)
class PageRead:
    """One page in full size, and where it comes from."""

    index: int
    image: QImage
    provenance: Provenance


class PageReader(QThread):
    """Serves one dataset file until `stop`.

    Signals:
        read(PageReader, Opened | BlockRead | PageRead | Exception): `Opened` comes first; an
            exception when the file, or a part of it, cannot be read. The reader comes along, so
            that what one sent before it was replaced can be told apart.
    """

    read = Signal(object, object)

    def __init__(self, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._path = path
        self._something = threading.Condition()
        self._blocks: deque[int] = deque(maxlen=_MOST_WANTED)
        self._page: int | None = None
        self._over = False

    def want_block(self, number: int) -> None:
        """Ask for thumbnails; when too many are asked for, the oldest wish is forgotten."""
        with self._something:
            with contextlib.suppress(ValueError):
                self._blocks.remove(number)
            self._blocks.append(number)
            self._something.notify()

    def want_page(self, index: int) -> None:
        """Ask for a page; only the newest wish counts."""
        with self._something:
            self._page = index
            self._something.notify()

    def stop(self) -> None:
        """End the thread and wait for it: at most the reading of one block."""
        with self._something:
            self._over = True
            self._something.notify()
        self.wait()

    def run(self) -> None:
        """Open, serve, close; called by Qt on the new thread."""
        try:
            with open_dataset(self._path) as dataset:
                names = (dataset.provenance(index).document for index in range(dataset.count))
                opened = Opened(dataset.count, dataset.settings, frozenset(names))
                self.read.emit(self, opened)
                self._serve(dataset)
        except Exception as error:
            self.read.emit(self, error)

    def _serve(self, dataset: "Dataset") -> None:
        while (wish := self._next_wish()) is not None:
            kind, number = wish
            try:
                if kind == "page":
                    image = to_qimage(dataset.page(number))
                    self.read.emit(self, PageRead(number, image, dataset.provenance(number)))
                else:
                    self.read.emit(self, BlockRead(number, _thumbnails(dataset, number)))
            except DeepZineError as error:
                self.read.emit(self, error)

    def _next_wish(self) -> tuple[str, int] | None:
        with self._something:
            while not self._over and self._page is None and not self._blocks:
                self._something.wait()
            if self._over:
                return None
            if self._page is not None:
                page, self._page = self._page, None
                return "page", page
            return "block", self._blocks.pop()


def _thumbnails(dataset: "Dataset", number: int) -> list[QImage]:
    size = min(THUMBNAIL_PX, dataset.resolution)
    pixels = dataset.thumbnails(number * BLOCK, (number + 1) * BLOCK, size)  # (n, C, size, size)
    return [to_qimage(one) for one in pixels]

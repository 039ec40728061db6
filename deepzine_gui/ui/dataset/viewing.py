"""The pages of a dataset on the screen: which are shown, which one large, and their statistics."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from deepzine_gui.ui.dataset.choosing import Order, choose
from deepzine_gui.ui.dataset.page_reader import Opened, PageRead, PageReader, ThumbnailsRead
from deepzine_gui.ui.dataset.statistics.sampling import Sample
from deepzine_gui.ui.dataset.table import Indices, PageTable

if TYPE_CHECKING:
    from deepzine_gui.ui.dataset.layout import Parts


@dataclass(frozen=True, slots=True, eq=False)
class _Left:
    """The pages that were selected when another file came without them.

    Attributes:
        table: what they are pages of.
        selected: which they are.
        current: the one shown large.
        stand_in: the page of the other file that is shown large in its place.
    """

    table: PageTable
    selected: Indices
    current: int
    stand_in: int = -1


class Viewing(QObject):
    """Reads a dataset, or a build's shards as they come, and keeps all parts of the view in step.

    Signals:
        opened(Opened): a file is there; its pages are in `table`.
        failed(Exception): a file, or a part of it, cannot be read.
    """

    opened = Signal(object)
    failed = Signal(object)

    def __init__(self, parts: "Parts", parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self.table = PageTable()
        self.latest: Opened | None = None
        self._reader: PageReader | None = None
        self._order: Order = "file"
        self._fresh = False
        """The pages on the screen are not yet those of the file being opened."""
        self._left: _Left | None = None
        parts.grid.current_changed.connect(self._want_page)
        parts.inspector.size_chosen.connect(self._want_page)
        parts.filters.changed.connect(self.refresh)
        parts.statistics.sample_wanted.connect(self._want_sample)

    @property
    def is_opening(self) -> bool:
        """Whether a dataset is being opened that is not on the screen yet."""
        return self._fresh and self._reader is not None

    def open(self, path: Path | None) -> None:
        """Read a dataset; with None, the shards that `add` brings.

        What is on the screen stays there until the first file is open.
        """
        self.stop()
        self._fresh = True
        self._reader = PageReader(path, self)
        self._reader.read.connect(self._take)
        self._reader.start()

    def add(self, shard: Path) -> None:
        """Show the pages of a shard behind the others."""
        if self._reader is not None:
            self._reader.add(shard)

    def stop(self) -> None:
        """Close the files; what has been read stays on the screen."""
        self._parts.thumbnails.read_from(None)
        if self._reader is not None:
            self._reader.stop()
            self._reader.deleteLater()
            self._reader = None

    def close(self) -> None:
        """Show nothing."""
        self.stop()
        self._begin(PageTable())
        self.latest = None
        self.refresh()

    @Slot(str)
    def set_order(self, order: Order) -> None:
        """Sort the pages; by likeness to the current page."""
        self._order = order
        self.refresh()
        self._parts.grid.to_top()

    @Slot()
    def refresh(self) -> None:
        """Show the pages that the filters let through, in order."""
        parts = self._parts
        like = parts.grid.current
        shown = choose(self.table, parts.filters.value(), self._order, like if like >= 0 else None)
        parts.grid.show_pages(self.table, shown)
        parts.statistics.show_pages(self.table, parts.grid.shown)

    @Slot()
    def show_marks(self) -> None:
        """Marks are others now: count, filter and draw again."""
        self._parts.filters.show_table(self.table)
        self.refresh()
        self._parts.inspector.refresh()

    def _begin(self, table: PageTable) -> None:
        """Show the pages of another table."""
        self.table = table
        self._parts.ordering.call_first(coming=self._reader is not None and self._reader.is_build)
        self._parts.grid.show_pages(table, np.empty(0, np.intp))
        self._parts.thumbnails.clear()
        self._parts.inspector.clear()
        self._parts.filters.show_table(table)

    @Slot(object, object)
    def _take(self, reader: PageReader, what: object) -> None:
        if reader is not self._reader:
            return
        if isinstance(what, ThumbnailsRead):
            self._parts.thumbnails.take(what)
        elif isinstance(what, PageRead):
            self._parts.inspector.show_picture(what)
        elif isinstance(what, Sample):
            self._parts.statistics.show_sample(what)
        elif isinstance(what, Opened):
            self._take_opened(what)
        else:
            self.failed.emit(what)

    def _take_opened(self, opened: Opened) -> None:
        self.latest = opened
        if self._fresh:
            self._fresh = False
            self._parts.thumbnails.read_from(self._reader)
            self._replace(opened.table)
        else:
            self.table.join(opened.table)
            self._parts.filters.show_table(self.table)
            self.refresh()
        if self._parts.grid.current < 0:
            self._parts.grid.choose_first()
            if self._left is not None:
                self._left = replace(self._left, stand_in=self._parts.grid.current)
        self.opened.emit(opened)

    def _replace(self, table: PageTable) -> None:
        """Show another table; pages that lie elsewhere in it stay selected and in view.

        The shards of a build may lack them. If the person chooses no other page meanwhile, they
        are selected again in the dataset that comes of it.
        """
        grid = self._parts.grid
        was = _Left(self.table, grid.selected, grid.current)
        if self._left is not None and was.current == self._left.stand_in:
            was = self._left
        self._left = None
        self._begin(table)
        self.refresh()
        if was.current >= 0:
            here = was.table.found_in(table, np.array([was.current]))
            found = was.table.found_in(table, was.selected)
            grid.select(found, int(here[0]) if len(here) else -1)
            if not len(here):
                self._left = was

    @Slot()
    def _want_page(self) -> None:
        page, inspector = self._parts.grid.current, self._parts.inspector
        if self._reader is None or self._fresh or self.latest is None or page < 0:
            return
        inspector.show_page(self.table, page, self.latest.settings.resolution)
        self._reader.want_page(page, inspector.sizes.size_px)

    @Slot()
    def _want_sample(self) -> None:
        if self._reader is not None and not self._fresh:
            self._reader.want_sample(self._parts.grid.shown)

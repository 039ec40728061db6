"""The files that a dataset is put together from, read page by page."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.dataset.building.held import Piece
from deepzine_gui.dataset.storage.opening import open_as_it_is
from deepzine_gui.dataset.storage.shard import SHARD, open_shard
from deepzine_gui.dataset.values import Columns, Provenance

_BLOCK_ROWS = 4096
"""So many rows of a table are made at once."""


class Leaf(NamedTuple):
    """A page: its row, and a digest of its pixels as they lie in the file."""

    row: Provenance
    digest: bytes


class PageFiles:
    """Opens files of pages as they are asked for; a context manager that closes them.

    Only `out`, which is asked for again and again, and the last one are open at a time.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._open: dict[Path, PageFile] = {}

    def of(self, piece: Piece) -> "PageFile":
        """Return the file of a piece.

        Raises:
            DatasetError: it is damaged.
        """
        if piece.file not in self._open:
            for path in [path for path in self._open if path != self._out]:
                self._open.pop(path).close()
            self._open[piece.file] = PageFile(piece.file)
        return self._open[piece.file]

    def rows(self, pieces: Sequence[Piece]) -> list[Provenance]:
        """Return the rows of all pages of some pieces; raises as `of`."""
        return [row for piece in pieces for _, row in self.of(piece).pages(piece)]

    def leaves(self, pieces: Sequence[Piece]) -> list[Leaf]:
        """Return the same with what tells equal pages; raises as `of`."""
        return [
            Leaf(row, hashlib.sha256(self.of(piece).packed(index)).digest())
            for piece in pieces
            for index, row in self.of(piece).pages(piece)
        ]

    def __enter__(self) -> "PageFiles":
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._open.values():
            file.close()
        self._open.clear()


class PageFile:
    """A file that pieces are copied from; rows are made of its table block by block.

    Raises:
        DatasetError: it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._opened = (open_shard if path.suffix == SHARD else open_as_it_is)(path)
        self._columns = self._opened.columns()
        documents = self._columns.document
        self._order = np.argsort(documents, kind="stable")
        self._starts = np.searchsorted(
            documents[self._order], np.arange(len(self._opened.documents) + 1)
        )
        self._marked = self._columns.is_marked
        self._damaged = self._opened.damaged_rows()
        self._block = -1
        self._rows: list[Provenance] = []

    def places(self, piece: Piece) -> NDArray[np.intp]:
        """Return the places in the file of the pages of a piece, in order; of torn ones the halves.

        A damaged row gives way to a sound one that tells of the same page.

        Raises:
            StorageError: the disk does not answer.
        """
        places = self._places(piece.place)
        numbers = self._columns.page[places]
        places = places[(numbers >= piece.span.first) & (numbers <= piece.span.last)]
        is_damaged = np.isin(places, self._damaged)
        if is_damaged.any():
            pages = self._columns.page[places].astype(np.int64) << 8 | self._columns.part[places]
            places = places[~is_damaged | ~np.isin(pages, pages[~is_damaged])]
        if piece.is_torn:
            places = np.setdiff1d(places, self._damaged)
            sound = [not self._opened.is_damaged(place) for place in places.tolist()]
            places = places[np.array(sound, bool)]
        return places

    def columns(self, places: NDArray[np.intp]) -> Columns:
        """Return the table of the pages at some places."""
        return self._columns.at(places)

    def pages(self, piece: Piece) -> Iterator[tuple[int, Provenance]]:
        """Yield the places in the file of the pages of a piece, and their rows, in order."""
        name = piece.row.name
        for index in self.places(piece).tolist():
            row = self._row(index)
            yield index, row if row.document == name else replace(row, document=name)

    def packed(self, index: int) -> bytes:
        """Return a page as it lies in the file; raises as `StoredPages.packed`."""
        return self._opened.packed(index)

    def is_marked(self, place: int) -> bool:
        """Whether any page of that document is marked or labelled."""
        return bool(self._marked[self._places(place)].any())

    def close(self) -> None:
        """Close the file."""
        self._opened.close()

    def _places(self, place: int) -> NDArray[np.intp]:
        start, stop = self._starts[place : place + 2].tolist()
        return self._order[start:stop]

    def _row(self, index: int) -> Provenance:
        block, place = divmod(index, _BLOCK_ROWS)
        if block != self._block:
            start = block * _BLOCK_ROWS
            self._block = block
            self._rows = self._opened.rows(self._columns.between(start, start + _BLOCK_ROWS))
        return self._rows[place]

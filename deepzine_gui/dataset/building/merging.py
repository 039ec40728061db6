"""Put documents that lie in several files together into one dataset file."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from deepzine_gui.dataset.building.held import BLOCK_ROWS, Piece
from deepzine_gui.dataset.building.marks import Marks
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage import journal
from deepzine_gui.dataset.storage.opening import open_as_it_is
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import MissingPage, Provenance
from deepzine_gui.errors import DatasetError
from deepzine_gui.files import whole_file
from deepzine_gui.pages import PageSettings

_PAUSE_PAGES = 500


def merge(
    out: Path,
    pieces: Sequence[Piece],
    settings: PageSettings,
    rules: Rules,
    marks: Mapping[str, Marks] | None = None,
) -> Generator[None, None, int]:
    """Write the pieces in their order into the dataset file `out`; return the number of pages.

    Pieces of the same document follow one another. Pages are copied packed, with what was marked by
    hand; `marks`, by the names of documents, are laid over pages that were rendered anew. All are
    judged by `rules`. There is a pause now and then. `out` may be among the files of the pieces: it
    is replaced at the end, as a whole, and nobody marks its pages until then.

    Raises:
        DatasetError: a piece is damaged, or there is no page at all.
        StorageError: the disk is full, or the place cannot be written.
    """
    marks = marks or {}
    with (
        journal.held(out),
        whole_file(out) as part,
        Writer(part, settings, rules) as writer,
    ):
        with _Sources() as sources:
            name = None
            for piece in pieces:
                if piece.row.name != name:
                    name = piece.row.name
                    writer.add_document(piece.row)
                given = None if piece.file == out else marks.get(piece.row.name)
                yield from sources.copy(piece, writer, given)
        if not writer.count:
            raise DatasetError(f"No document gave a page, so {out} was not written.")
        writer.finish()
        return writer.count


class _Sources:
    """The files that pieces are copied from, one open at a time; a context manager."""

    def __init__(self) -> None:
        self._source: _Source | None = None

    def copy(self, piece: Piece, writer: Writer, marks: Marks | None) -> Iterator[None]:
        """Copy the pages of one piece, with a pause now and then."""
        if self._source is None or self._source.path != piece.file:
            self._close()
            self._source = _Source(piece.file)
        return self._source.copy(piece, writer, marks)

    def _close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None

    def __enter__(self) -> "_Sources":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()


class _Source:
    """A file that pieces are copied from; rows are made of its table block by block."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened = open_as_it_is(path)
        self._columns = self._opened.columns()
        documents = self._columns.document
        self._order = np.argsort(documents, kind="stable")
        self._starts = np.searchsorted(
            documents[self._order], np.arange(len(self._opened.documents) + 1)
        )
        self._missing: dict[str, list[MissingPage]] = {}
        for page in self._opened.missing:
            self._missing.setdefault(page.document, []).append(page)
        self._block = -1
        self._rows: list[Provenance] = []

    def copy(self, piece: Piece, writer: Writer, marks: Marks | None) -> Iterator[None]:
        """Copy the pages of one piece, with a pause now and then."""
        name, span = piece.row.name, piece.span
        start, stop = self._starts[piece.place : piece.place + 2].tolist()
        places = self._order[start:stop]
        numbers = self._columns.page[places]
        wanted = places[(numbers >= span.first) & (numbers <= span.last)]
        for count, index in enumerate(wanted.tolist()):
            row = self._row(index)
            named = row if row.document == name else replace(row, document=name)
            marked = named if marks is None else marks.on(named)
            writer.add_packed(self._opened.packed(index), marked)
            if count % _PAUSE_PAGES == 0:
                yield
        for page in self._missing.get(self._opened.documents[piece.place].name, ()):
            if span.first <= page.page <= span.last:
                writer.add_missing(replace(page, document=name))

    def close(self) -> None:
        """Close the file."""
        self._opened.file.close()

    def _row(self, index: int) -> Provenance:
        block, place = divmod(index, BLOCK_ROWS)
        if block != self._block:
            start = block * BLOCK_ROWS
            self._block = block
            self._rows = self._opened.rows(self._columns.between(start, start + BLOCK_ROWS))
        return self._rows[place]

"""Put documents that lie in several files together into one dataset file."""

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from deepzine_gui.dataset.building.spans import Span, spans_of, without
from deepzine_gui.dataset.building.tasks import files_half
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage import journal
from deepzine_gui.dataset.storage.opening import Opened, open_as_it_is, open_file
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import DocumentRow, MissingPage, Provenance
from deepzine_gui.errors import DatasetError
from deepzine_gui.files import whole_file
from deepzine_gui.pages import PageSettings

_PAUSE_PAGES = 500
_BLOCK_PAGES = 4096

Marks = Mapping[tuple[int, int], Provenance]
"""What a person has marked in a document: page and part, and the row as it was then."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Pages of a document on their way into a dataset.

    Attributes:
        row: how the dataset is to describe the document.
        file: a dataset file that holds the pages.
        place: the document's place among those of `file`.
        span: which pages.
    """

    row: DocumentRow
    file: Path
    place: int
    span: Span


@dataclass(frozen=True, slots=True)
class Held:
    """What a dataset file holds already.

    Attributes:
        path: the file.
        settings: how its pages were made.
        rules: what they were last judged by.
        count: number of its pages.
        documents: in the order of the file.
        spans: which pages of each document are there or known to be missing.
    """

    path: Path
    settings: PageSettings
    rules: Rules
    count: int
    documents: tuple[DocumentRow, ...]
    spans: tuple[tuple[Span, ...], ...]

    def pieces(self) -> list[Piece]:
        """Return all that it holds, in the order of the file."""
        return [piece for place in range(len(self.documents)) for piece in self.pieces_at(place)]

    def pieces_at(self, place: int) -> list[Piece]:
        """Return what it holds of one document, in order."""
        row = self.documents[place]
        return [Piece(row, self.path, place, span) for span in self.spans[place]]

    def is_made_of(self, pieces: Sequence[Piece], rules: Rules) -> bool:
        """Whether it is just what merging these pieces would give."""
        return self.rules == rules and self.pieces() == list(pieces)

    def marks(self, keys: Collection[str]) -> dict[str, Marks]:
        """Return what a person has marked in the documents whose files these keys stand for.

        Raises:
            DatasetError: the file is damaged.
        """
        wanted = {files_half(key) for key in keys}
        opened = open_file(self.path)
        try:
            halves = {row.name: files_half(row.key) for row in opened.documents}
            found: dict[str, dict[tuple[int, int], Provenance]] = {}
            for row in _all_rows(opened):
                half = halves[row.document]
                if half in wanted and (row.label or row.reason == "by hand"):
                    found.setdefault(half, {})[row.page, row.part] = row
            return dict(found)
        finally:
            opened.file.close()


def look_into(path: Path) -> Held | None:
    """Return what a dataset holds; None where there is none of the present version."""
    try:
        opened = open_file(path)
    except DatasetError:
        return None
    try:
        if opened.version == 1:
            return None
        return Held(
            path,
            opened.settings,
            opened.rules(),
            opened.count,
            opened.documents,
            tuple(_spans(opened)),
        )
    except DatasetError:
        return None
    finally:
        opened.file.close()


def by_document(pieces: Iterable[Piece]) -> dict[str, list[Piece]]:
    """Sort pieces by the keys of their documents."""
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.row.key, []).append(piece)
    return found


def described(pieces: Sequence[Piece], row: DocumentRow) -> list[Piece]:
    """Return pieces of a document as the dataset is to describe it."""
    return [replace(piece, row=row) for piece in pieces]


def fill(pieces: Sequence[Piece], more: Sequence[Piece]) -> list[Piece]:
    """Return pieces of a document together with what `more` has besides, in order."""
    whole = list(pieces)
    for piece in more:
        taken = [other.span for other in whole]
        whole += [replace(piece, span=span) for span in without([piece.span], taken)]
        whole.sort(key=lambda one: one.span)
    return whole


def merge(
    out: Path,
    pieces: Sequence[Piece],
    settings: PageSettings,
    rules: Rules,
    marks: Mapping[str, Marks] | None = None,
) -> Generator[None, None, int]:
    """Write the pieces in their order into the dataset file `out`; return the number of pages.

    Pieces of the same document follow one another.
    Pages are copied packed, with what was marked by hand; `marks`, by the half of a key that stands
    for files, are laid over pages that were rendered anew. All are judged by `rules`. There is a
    pause now and then. `out` may be among the files of the pieces: it is replaced at the end, as a
    whole, and nobody marks its pages until then.

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
                given = marks.get(files_half(piece.row.key), {})
                yield from sources.copy(piece, writer, {} if piece.file == out else given)
        if not writer.count:
            raise DatasetError(f"No document gave a page, so {out} was not written.")
        writer.finish()
        return writer.count


class _Sources:
    """The files that pieces are copied from, one open at a time; a context manager."""

    def __init__(self) -> None:
        self._source: _Source | None = None

    def copy(self, piece: Piece, writer: Writer, marks: Marks) -> Iterator[None]:
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
    """A file that pieces are copied from; its table is read block by block."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened = open_as_it_is(path)
        columns = self._opened.columns()
        documents, self._pages = columns.document, columns.page
        self._order = np.argsort(documents, kind="stable")
        self._starts = np.searchsorted(
            documents[self._order], np.arange(len(self._opened.documents) + 1)
        )
        self._missing: dict[str, list[MissingPage]] = {}
        for page in self._opened.missing:
            self._missing.setdefault(page.document, []).append(page)
        self._block = -1
        self._rows: list[Provenance] = []

    def copy(self, piece: Piece, writer: Writer, marks: Marks) -> Iterator[None]:
        """Copy the pages of one piece, with a pause now and then."""
        name, span = piece.row.name, piece.span
        start, stop = self._starts[piece.place : piece.place + 2].tolist()
        places = self._order[start:stop]
        numbers = self._pages[places]
        wanted = places[(numbers >= span.first) & (numbers <= span.last)]
        for count, index in enumerate(wanted.tolist()):
            row = self._row(index)
            named = row if row.document == name else replace(row, document=name)
            writer.add_packed(self._opened.packed(index), _marked(named, marks))
            if count % _PAUSE_PAGES == 0:
                yield
        for page in self._missing.get(self._opened.documents[piece.place].name, ()):
            if span.first <= page.page <= span.last:
                writer.add_missing(replace(page, document=name))

    def close(self) -> None:
        """Close the file."""
        self._opened.file.close()

    def _row(self, index: int) -> Provenance:
        block, place = divmod(index, _BLOCK_PAGES)
        if block != self._block:
            self._block, self._rows = block, _rows_of(self._opened, block * _BLOCK_PAGES)
        return self._rows[place]


def _spans(opened: Opened) -> list[tuple[Span, ...]]:
    columns, places = opened.columns(), {row.name: i for i, row in enumerate(opened.documents)}
    missing = [(places[page.document], page.page) for page in opened.missing]
    lost = np.array(missing, np.int32).reshape(-1, 2)
    return spans_of(
        np.concatenate([columns.document, lost[:, 0]]),
        np.concatenate([columns.page, lost[:, 1]]),
        len(opened.documents),
    )


def _all_rows(opened: Opened) -> Iterator[Provenance]:
    for start in range(0, opened.count, _BLOCK_PAGES):
        yield from _rows_of(opened, start)


def _rows_of(opened: Opened, start: int) -> list[Provenance]:
    return opened.rows(start, min(start + _BLOCK_PAGES, opened.count))


def _marked(row: Provenance, marks: Marks) -> Provenance:
    mark = marks.get((row.page, row.part))
    if mark is None:
        return row
    if mark.reason == "by hand":
        row = replace(row, state=mark.state, reason=mark.reason)
    return replace(row, label=mark.label)

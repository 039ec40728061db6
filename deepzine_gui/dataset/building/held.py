"""What dataset files hold already, document by document, as pieces of one to come."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from deepzine_gui.dataset.building.marks import Marks
from deepzine_gui.dataset.building.spans import Span, spans_of, without
from deepzine_gui.dataset.building.tasks import files_half
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage.opening import Opened, open_file
from deepzine_gui.dataset.values import DocumentRow, Provenance
from deepzine_gui.errors import DatasetError
from deepzine_gui.pages import PageSettings

BLOCK_ROWS = 4096
"""So many rows of a table are made at once."""


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

    def marked_in(self, names: Collection[str] | None = None) -> int:
        """Return how many pages of these documents, or of all, a person has marked or labelled."""
        return sum(
            row.is_marked for row in _rows_in(self.path) if names is None or row.document in names
        )

    def marks(self, pieces: Sequence[Piece]) -> dict[str, Marks]:
        """Return the marks for documents whose pages were rendered anew, by their names.

        Raises:
            DatasetError: this file, or that of a piece, is damaged.
        """
        new = {piece.row.name: piece.row for piece in pieces}
        places = Older(self.documents).places_of(new.values())
        old = _by_name(_rows_in(self.path))
        marks = {}
        for place, row in places.items():
            was = self.documents[place]
            rows = old.get(was.name, [])
            if not any(one.is_marked for one in rows):
                continue
            unchanged = files_half(was.key) == files_half(row.key)
            own = [piece for piece in pieces if piece.row.name == row.name]
            marks[row.name] = Marks(rows, None if unchanged else _rows_of(own))
        return marks


class Older:
    """Finds the older versions of documents among those of a file."""

    def __init__(self, documents: Sequence[DocumentRow]) -> None:
        self._by_half = {files_half(one.key): i for i, one in enumerate(documents) if one.key}
        self._by_path = {one.path: i for i, one in enumerate(documents) if one.path}

    def places_of(self, rows: Iterable[DocumentRow]) -> dict[int, DocumentRow]:
        """Return which document each place of the file is, or was.

        One with the same files, else one that lies where it lay.
        """
        rows = list(rows)
        found = {
            self._by_half[files_half(row.key)]: row
            for row in rows
            if files_half(row.key) in self._by_half
        }
        named = {row.name for row in found.values()}
        for row in rows:
            if row.path in self._by_path and row.name not in named:
                found.setdefault(self._by_path[row.path], row)
        return found

    def at(self, path: str) -> int | None:
        """Return the place of the document that lay at this path."""
        return self._by_path.get(path)


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


def made_anew(pieces: Sequence[Piece], out: Path) -> list[Piece]:
    """Return the pieces of documents of which no page lay in the file `out` before."""
    kept = {piece.row.name for piece in pieces if piece.file == out}
    return [piece for piece in pieces if piece.row.name not in kept]


def is_whole(pieces: Sequence[Piece]) -> bool:
    """Whether pieces of a document, in order, are all of it."""
    return bool(pieces) and not list(
        without([Span(1, pieces[0].row.pages)], [piece.span for piece in pieces])
    )


def fill(pieces: Sequence[Piece], more: Sequence[Piece]) -> list[Piece]:
    """Return pieces of a document together with what `more` has besides, in order."""
    whole = list(pieces)
    for piece in more:
        taken = [other.span for other in whole]
        whole += [replace(piece, span=span) for span in without([piece.span], taken)]
        whole.sort(key=lambda one: one.span)
    return whole


def _spans(opened: Opened) -> list[tuple[Span, ...]]:
    columns, places = opened.columns(), {row.name: i for i, row in enumerate(opened.documents)}
    missing = [(places[page.document], page.page) for page in opened.missing]
    lost = np.array(missing, np.int32).reshape(-1, 2)
    return spans_of(
        np.concatenate([columns.document, lost[:, 0]]),
        np.concatenate([columns.page, lost[:, 1]]),
        len(opened.documents),
    )


def _rows_in(path: Path) -> Iterator[Provenance]:
    opened = open_file(path)
    try:
        columns = opened.columns()
        for start in range(0, opened.count, BLOCK_ROWS):
            yield from opened.rows(columns.between(start, start + BLOCK_ROWS))
    finally:
        opened.file.close()


def _by_name(rows: Iterable[Provenance]) -> dict[str, list[Provenance]]:
    found: dict[str, list[Provenance]] = {}
    for row in rows:
        found.setdefault(row.document, []).append(row)
    return found


def _rows_of(pieces: Iterable[Piece]) -> list[Provenance]:
    """Return the pages of pieces that lie in shards, one document a file."""
    return [
        row
        for piece in pieces
        for row in _rows_in(piece.file)
        if piece.span.first <= row.page <= piece.span.last
    ]

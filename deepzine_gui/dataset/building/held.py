"""What dataset files hold already, document by document, as pieces of one to come."""

from collections.abc import Iterable, Iterator, Sequence
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

    def marked(self) -> dict[str, list[Provenance]]:
        """Return the pages that a person has marked, by the names of their documents.

        Raises:
            DatasetError: the file is damaged.
        """
        found: dict[str, list[Provenance]] = {}
        opened = open_file(self.path)
        try:
            for row in _all_rows(opened):
                if row.label or row.reason == "by hand":
                    found.setdefault(row.document, []).append(row)
        finally:
            opened.file.close()
        return found

    def marks(self, rows: Iterable[DocumentRow]) -> dict[str, Marks]:
        """Return what a person has marked in older versions of documents, by their new names.

        Raises:
            DatasetError: the file is damaged.
        """
        older = Older(self.documents)
        new = {older.place_of(row): row for row in rows}
        found = self.marked()
        marks = {}
        for place, document in new.items():
            old = None if place is None else self.documents[place]
            if old is not None and old.name in found:
                unchanged = files_half(old.key) == files_half(document.key)
                marks[document.name] = Marks(found[old.name], unchanged=unchanged)
        return marks


class Older:
    """Finds the older versions of documents among those of a file."""

    def __init__(self, documents: Sequence[DocumentRow]) -> None:
        self._by_half = {files_half(one.key): i for i, one in enumerate(documents) if one.key}
        self._by_path = {one.path: i for i, one in enumerate(documents) if one.path}
        self._by_name = {one.name: i for i, one in enumerate(documents) if one.path}

    def place_of(self, row: DocumentRow) -> int | None:
        """Return the place of what is, or was, the same document; None where there is none.

        It has the same files, or lay at the same path, or has the same name in another place.
        """
        for known, word in (
            (self._by_half, files_half(row.key)),
            (self._by_path, row.path),
            (self._by_name, row.name),
        ):
            if word in known:
                return known[word]
        return None

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


def made_anew(pieces: Sequence[Piece], out: Path) -> list[DocumentRow]:
    """Return the documents of which no page lay in the file `out` before."""
    kept = {piece.row.name for piece in pieces if piece.file == out}
    return list({one.row.name: one.row for one in pieces if one.row.name not in kept}.values())


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


def _all_rows(opened: Opened) -> Iterator[Provenance]:
    columns = opened.columns()
    for start in range(0, opened.count, BLOCK_ROWS):
        yield from opened.rows(columns.between(start, start + BLOCK_ROWS))

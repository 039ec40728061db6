"""What dataset files hold already, document by document, as pieces of one to come."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from deepzine_gui.dataset.building.spans import Span, spans_of, without
from deepzine_gui.dataset.building.tasks import files_half
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage.opening import Opened, open_file
from deepzine_gui.dataset.values import DocumentRow, Provenance
from deepzine_gui.errors import DatasetError
from deepzine_gui.pages import PageSettings

BLOCK_ROWS = 4096
"""So many rows of a table are made at once."""

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

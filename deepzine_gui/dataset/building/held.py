"""What dataset files and shards hold already, document by document, as pieces of one to come."""

import contextlib
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from deepzine_gui.dataset.building.spans import Span, spans_of, without
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage.opening import Opened, open_file
from deepzine_gui.dataset.storage.shard import open_pages
from deepzine_gui.dataset.storage.stored import StoredPages
from deepzine_gui.dataset.storage.told import Told
from deepzine_gui.dataset.values import DocumentRow, MissingPage, RefusedDocument, is_by_hand
from deepzine_gui.errors import DatasetError
from deepzine_gui.pages import PageSettings

_PAUSE_PAGES = 500
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Piece:
    """Pages of a document on their way into a dataset.

    Attributes:
        row: how the dataset is to describe the document.
        file: a dataset file or a shard that holds the pages.
        place: the document's place among those of `file`.
        span: which pages.
        missing: those of them that could not be rendered, or of which a half is lost.
        is_torn: of each of its pages, spreads, one half is damaged: only the other is taken, and
            any whole page in its place.
    """

    row: DocumentRow
    file: Path
    place: int
    span: Span
    missing: tuple[MissingPage, ...] = ()
    is_torn: bool = False

    @property
    def has_pages(self) -> bool:
        """Whether any page of it could be rendered."""
        return self.is_torn or self.span.count > len({page.page for page in self.missing})

    def cut(self, span: Span) -> "Piece":
        """Return the part of it that has the pages of `span`."""
        missing = tuple(one for one in self.missing if span.first <= one.page <= span.last)
        return replace(self, span=span, missing=missing)


@dataclass(frozen=True, slots=True)
class Held:
    """What a dataset file, or a shard, holds already.

    Attributes:
        path: the file.
        settings: how its pages were made.
        rules: what they were last judged by; None where that is damaged.
        count: number of its pages.
        documents: in the order of the file; one whose row is damaged has no key, as it may be
            another, or have another number of pages.
        is_damaged: whether there are such, or any of `damaged_told`.
        damaged_told: what the file tells once of all its pages and is damaged.
        spans: which pages of each document are there or known to be missing; not those that were
            missed because a worker was lost, nor spreads of which a half is.
        torn: the spreads of each document of which one half is lost.
        missing: pages of each document that are known to be missing.
        refused: documents that gave no page.
    """

    path: Path
    settings: PageSettings
    rules: Rules | None
    count: int
    documents: tuple[DocumentRow, ...]
    is_damaged: bool
    damaged_told: tuple[Told, ...]
    spans: tuple[tuple[Span, ...], ...]
    torn: tuple[tuple[Span, ...], ...]
    missing: tuple[tuple[MissingPage, ...], ...]
    refused: tuple[RefusedDocument, ...]

    def pieces(self) -> list[Piece]:
        """Return all that it holds, in the order of the file."""
        return [piece for place in range(len(self.documents)) for piece in self.pieces_at(place)]

    def pieces_at(self, place: int) -> list[Piece]:
        """Return what it holds of one document, in order."""
        row, missing = self.documents[place], self.missing[place]
        pieces = [
            Piece(row, self.path, place, span, missing).cut(span) for span in self.spans[place]
        ]
        pieces += [_torn_piece(row, self.path, place, span) for span in self.torn[place]]
        return sorted(pieces, key=lambda piece: piece.span)

    def is_made_of(
        self, pieces: Sequence[Piece], rules: Rules, refused: Sequence[RefusedDocument]
    ) -> bool:
        """Whether it is just what merging these would give."""
        is_told = self.rules == rules and self.refused == tuple(refused)
        return not self.is_damaged and is_told and self.pieces() == list(pieces)

    def marked_pages(self) -> int:
        """Return how many pages a person has marked or labelled."""
        opened = open_file(self.path)
        try:
            columns = opened.columns()
            marked = columns.at(np.flatnonzero(columns.is_marked))
            documents = (opened.documents[place] for place in marked.document.tolist())
            return sum(
                is_by_hand(row, document)
                for row, document in zip(opened.rows(marked), documents, strict=True)
            )
        finally:
            opened.close()


def look_into(path: Path) -> Held | None:
    """Return what a dataset or a shard holds; None where there is none of the present version."""
    with contextlib.suppress(DatasetError):
        return _look(path)
    return None


def fault_of(path: Path) -> DatasetError | None:
    """Return why of a dataset that is there nothing is known; None where it is, or there is none.

    Of one of the first version, which `look_into` does not know either, it is None.
    """
    if not path.exists() or not path.stat().st_size:
        return None
    try:
        _look(path)
    except DatasetError as error:
        return error
    return None


def _look(path: Path) -> Held | None:
    with contextlib.closing(open_pages(path)) as opened:
        if isinstance(opened, Opened) and opened.version == 1:
            opened.columns()
            return None
        return _held(path, opened)


def look_thoroughly_into(path: Path) -> Held | None:
    """Return what `look_into` does, without pages that are damaged."""
    found = look_into(path)
    if found is None:
        return None
    return at_once(without_damaged(found))


def without_damaged(held: Held) -> Generator[None, None, Held]:
    """Return the same without pages that are not as they were written, with a pause now and then.

    They are to be rendered again; where that cannot be, the other half of a spread is kept.
    """
    damage = yield from damaged_in(held.path)
    spans = zip(held.spans, damage.pages, strict=True)
    torn = zip(held.torn, damage.pages, damage.torn, strict=True)
    return replace(
        held,
        spans=tuple(tuple(without(*pair)) for pair in spans),
        torn=tuple(tuple(sorted([*without(was, pages), *now])) for was, pages, now in torn),
    )


class Damage(NamedTuple):
    """Which pages of each document of a file are damaged.

    Attributes:
        pages: all of them.
        torn: the spreads among them of which one half is sound.
    """

    pages: list[tuple[Span, ...]]
    torn: list[tuple[Span, ...]]


def damaged_in(path: Path) -> Generator[None, None, Damage]:
    """Return which pages are not as they were written, with pauses as above.

    Raises:
        DatasetError: the file cannot be opened.
    """
    opened = open_pages(path)
    try:
        places = opened.damaged_rows().tolist()
        for index in range(opened.count):
            if opened.is_damaged(index):
                places.append(index)
            if index % _PAUSE_PAGES == 0:
                yield
        count = len(opened.documents)
        if not places:
            return Damage([()] * count, [()] * count)
        columns = opened.columns()
        damaged = np.zeros(columns.count, bool)
        damaged[places] = True
        numbers = columns.document.astype(np.int64) << 32 | columns.page
        others = ~damaged & np.isin(numbers, numbers[damaged])
        return Damage(
            *(
                spans_of(columns.document[chosen], columns.page[chosen], count)
                for chosen in (damaged, others)
            )
        )
    finally:
        opened.close()


def at_once(looking: Generator[None, None, _T]) -> _T:
    """Return what comes of it, without its pauses."""
    try:
        while True:
            next(looking)
    except StopIteration as end:
        result: _T = end.value
        return result


def by_document(pieces: Iterable[Piece]) -> dict[str, list[Piece]]:
    """Sort pieces by the keys of their documents."""
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.row.key, []).append(piece)
    return found


def described(pieces: Sequence[Piece], row: DocumentRow) -> list[Piece]:
    """Return pieces of a document as the dataset is to describe it."""
    return [replace(piece, row=row) for piece in pieces]


def is_whole(pieces: Sequence[Piece]) -> bool:
    """Whether pieces of a document, in order, are all of it."""
    return bool(pieces) and not list(
        without([Span(1, pieces[0].row.pages)], [piece.span for piece in pieces])
    )


def fill(pieces: Sequence[Piece], more: Sequence[Piece]) -> list[Piece]:
    """Return pieces of a document together with what `more` has besides, in order.

    Torn ones give way to whole ones.
    """
    whole: list[Piece] = []
    for piece in sorted([*pieces, *more], key=lambda one: one.is_torn):
        taken = [other.span for other in whole]
        whole += [piece.cut(span) for span in without([piece.span], taken)]
        whole.sort(key=lambda one: one.span)
    return whole


def _torn_piece(row: DocumentRow, path: Path, place: int, span: Span) -> Piece:
    lost = tuple(
        MissingPage(row.name, page, "one half of it was damaged on the disk", is_lost=True)
        for page in range(span.first, span.last + 1)
    )
    return Piece(row, path, place, span, lost, is_torn=True)


def _rules(opened: StoredPages) -> Rules | None:
    with contextlib.suppress(DatasetError):
        return opened.rules()
    return None


def _held(path: Path, opened: StoredPages) -> Held:
    columns, places = opened.columns(), {row.name: i for i, row in enumerate(opened.documents)}
    lost = [places[one.document] << 32 | one.page for one in opened.missing if one.is_lost]
    torn = np.isin(columns.document.astype(np.int64) << 32 | columns.page, lost)
    missing: list[list[MissingPage]] = [[] for _ in opened.documents]
    for page in opened.missing:
        if not page.is_lost:
            missing[places[page.document]].append(page)
    known = [(place, page.page) for place, pages in enumerate(missing) for page in pages]
    places_of, numbers_of = np.array(known, np.int32).reshape(-1, 2).T
    spans = spans_of(
        np.concatenate([columns.document[~torn], places_of]),
        np.concatenate([columns.page[~torn], numbers_of]),
        len(opened.documents),
    )
    told = opened.damaged_told()
    # one page that misses may be another's
    is_spoilt = "missing pages" in told
    spoilt = set(range(len(places)) if is_spoilt else opened.damaged_documents().tolist())
    return Held(
        path,
        opened.settings,
        _rules(opened),
        opened.count,
        tuple(
            replace(row, key="") if place in spoilt else row
            for place, row in enumerate(opened.documents)
        ),
        bool(spoilt or told),
        told,
        tuple(spans),
        tuple(spans_of(columns.document[torn], columns.page[torn], len(opened.documents))),
        tuple(map(tuple, missing)),
        () if "refused documents" in told else opened.refused,
    )

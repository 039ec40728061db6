"""Which of the items found are shown; no request is made for it."""

import dataclasses
import itertools
import operator

import numpy as np
from numpy.typing import NDArray

from deepzine_gui.ui.collect.folding import folded
from deepzine_gui.ui.collect.listing import Listing, Rows


@dataclasses.dataclass(frozen=True, slots=True)
class Filter:
    """What an item must be to be shown; None and "" ask for nothing.

    Attributes:
        words: all of them occur in its title, creator or identifier.
        first_year, last_year: of publication, both included.
        language: as the archive writes it.
        least_pages, most_pages: both included.
        most_bytes: of its documents, as well as they are known.
        only_open: it may be taken.
    """

    words: str = ""
    first_year: int | None = None
    last_year: int | None = None
    language: str | None = None
    least_pages: int | None = None
    most_pages: int | None = None
    most_bytes: int | None = None
    only_open: bool = False


ALL = Filter()


def rows_shown(listing: Listing, wanted: Filter, *, start: int = 0) -> Rows:
    """The rows from `start` on that a filter lets through, in their order.

    What is not known of an item does not meet a limit on it.
    """
    shown = _by_numbers(listing, wanted)
    shown[:start] = False
    rows = np.flatnonzero(shown)
    for word in folded(wanted.words).split():
        rows = rows[_holding(word, listing.search_texts, rows)]
    return rows


def _holding(word: str, texts: list[str], rows: Rows) -> NDArray[np.bool_]:
    """Whether the texts of some rows hold a word."""
    some = texts if len(rows) == len(texts) else map(texts.__getitem__, rows.tolist())
    return np.fromiter(map(operator.contains, some, itertools.repeat(word)), np.bool_, len(rows))


def _by_numbers(listing: Listing, wanted: Filter) -> NDArray[np.bool_]:
    shown = np.ones(len(listing), np.bool_)
    for values, least, most in (
        (listing.column("year"), wanted.first_year, wanted.last_year),
        (listing.column("pages"), wanted.least_pages, wanted.most_pages),
        (listing.expected_bytes(), None, wanted.most_bytes),
    ):
        if least is not None:
            shown &= values >= max(1, least)
        if most is not None:
            shown &= (values > 0) & (values <= most)
    if wanted.language is not None:
        shown &= listing.column("language") == listing.languages.code(wanted.language)
    if wanted.only_open:
        shown &= listing.is_open()
    return shown

"""The columns of the table: their names, texts and orders."""

import enum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from deepzine_gui.archive.items import IN_SHORT
from deepzine_gui.ui.collect.listing import Listing, Rows
from deepzine_gui.words import size_text


class Column(enum.IntEnum):
    """The columns, from left to right."""

    TICK = 0
    TITLE = 1
    CREATOR = 2
    YEAR = 3
    LANGUAGE = 4
    PAGES = 5
    SIZE = 6
    DOWNLOADS = 7
    RIGHTS = 8
    STATE = 9

    @property
    def title(self) -> str:
        """What its head says."""
        return "Take" if self is Column.TICK else self.name.capitalize()


TIPS: Final = {
    Column.TICK: "What is ticked is downloaded; the space bar ticks the rows selected",
    Column.SIZE: "Of the documents that would be taken: “≈” is reckoned from others that were "
    "weighed, “≤” is all files of the item",
    Column.DOWNLOADS: "How often the item was looked at or downloaded so far",
}
TEXTS: Final = (Column.TITLE, Column.CREATOR)
"""Columns whose order wants `folding.ranked`."""

_FIGURES = (Column.YEAR, Column.PAGES, Column.SIZE, Column.DOWNLOADS)
_FACTS = {Column.YEAR: "year", Column.PAGES: "pages", Column.DOWNLOADS: "downloads"}
_STATEMENTS = {
    "inc": "In copyright",
    "inc-edu": "In copyright",
    "inc-nc": "In copyright",
    "inc-ow-eu": "Orphan work",
    "inc-ruu": "In copyright",
    "noc-cr": "No copyright",
    "noc-nc": "No copyright",
    "noc-oklr": "No copyright",
    "noc-us": "No copyright",
    "nkc": "None known",
    "cne": "Not evaluated",
    "und": "Undetermined",
}
"""By the last part of their addresses, https://rightsstatements.org/page/1.0/."""

_STATE_TEXTS = {
    "": "",
    "begun": "Not finished",
    "waiting": "Waiting",
    "downloading": "Downloading",
    "partly": "Partly here",
    "done": "Here",
    "failed": "Failed",
    "restricted": "Restricted",
    "skipped": "Passed over",
}


def text(listing: Listing, row: int, column: Column) -> str:
    """What a cell shows."""
    match column:
        case Column.TITLE:
            return listing.titles[row]
        case Column.CREATOR:
            return listing.creators[row]
        case Column.LANGUAGE:
            return listing.languages[listing.column("language")[row]]
        case Column.SIZE:
            return size_told(listing, row)
        case Column.RIGHTS:
            return rights_text(listing.rights[listing.column("rights")[row]])
        case Column.STATE:
            return _state(listing, row)
    if column in _FACTS and (number := int(listing.column(_FACTS[column])[row])) > _unknown(column):
        return str(number) if column == Column.YEAR else f"{number:,}"
    return ""


def _unknown(column: Column) -> int:
    """What stands in a column of numbers where none is known."""
    return -1 if column == Column.DOWNLOADS else 0


def rights_text(rights: str) -> str:
    """A licence by its short name: "CC BY-NC 4.0", "Public domain", "Not in copyright".

    Addresses are those of Creative Commons and of rightsstatements.org; NOT_IN_COPYRIGHT is the
    archive's own word. Anything else is told as it is.
    """
    statement = rights.lower().partition("rightsstatements.org/")[2].split("/")
    if len(statement) > 1 and statement[1] in _STATEMENTS:
        return _STATEMENTS[statement[1]]
    if rights.isupper() and "_" in rights:
        return rights.replace("_", " ").capitalize()
    path = rights.lower().partition("creativecommons.org/")[2].strip("/").split("/")
    if path[0] == "publicdomain":
        return "CC0" if "zero" in path else "Public domain"
    if path[0] == "licenses" and len(path) > 1:
        return " ".join(["CC", path[1].upper(), *path[2:3]])
    return rights


def alignment(column: Column) -> Qt.AlignmentFlag:
    """Figures stand at the right."""
    side = Qt.AlignmentFlag.AlignRight if column in _FIGURES else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def sorted_rows(
    listing: Listing, rows: Rows, column: Column, *, descending: bool, ranks: NDArray[Any] | None
) -> Rows:
    """Some rows in the order of a column; those of which it tells nothing come last either way.

    Args:
        listing: the items.
        rows: those to sort; equal ones keep their order.
        column: one of the table's.
        descending: the largest first.
        ranks: (N,) of the texts of a column of `TEXTS`.
    """
    keys, unknown = _keys(listing, column, ranks)
    keys, unknown = keys[rows].astype(np.int64), unknown[rows]
    return rows[np.lexsort((-keys if descending else keys, unknown))]


def _keys(
    listing: Listing, column: Column, ranks: NDArray[Any] | None
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """What to sort a column by, and whether it is unknown."""
    if column in _FACTS or column == Column.SIZE:
        facts = listing.column(_FACTS[column]) if column in _FACTS else listing.expected_bytes()
        return facts, facts == _unknown(column)
    if column in (Column.LANGUAGE, Column.RIGHTS):
        words = listing.languages if column == Column.LANGUAGE else listing.rights
        codes = listing.column("language" if column == Column.LANGUAGE else "rights")
        place = np.argsort(np.argsort([rights_text(word).casefold() for word in words]))
        return place[codes], codes == 0
    if column == Column.STATE:
        # what happens now or went wrong comes before what is closed
        return listing.column("state") + 10 * ~listing.is_open(), np.zeros(len(listing), np.bool_)
    if column == Column.TICK:
        return ~listing.column("is_ticked"), np.zeros(len(listing), np.bool_)
    if ranks is None:
        raise ValueError(f"the order of {column.title} wants ranks")
    empty = listing.creators if column == Column.CREATOR else listing.titles
    return ranks, np.fromiter((not one for one in empty), np.bool_, len(listing))


def size_told(listing: Listing, row: int) -> str:
    """What an item's documents weigh: "≤" is all its files, "≈" is reckoned from other items."""
    size = int(listing.column("size_bytes")[row])
    if not size or listing.why_closed(row):
        return ""
    if listing.column("is_weighed")[row]:
        return size_text(size)
    ratio = listing.share.ratio
    return f"≤ {size_text(size)}" if ratio is None else f"≈ {size_text(size * ratio)}"


def _state(listing: Listing, row: int) -> str:
    """What became of an item, in a word or two; the tip tells the reason in full."""
    state = listing.state(row)
    why = state.reason or listing.why_closed(row)
    return IN_SHORT.get(why) or _STATE_TEXTS[state.name] or why

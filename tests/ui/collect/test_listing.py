"""Items in columns: what they are, which are shown, in what order, and which are ticked."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from deepzine_gui.archive import Item
from deepzine_gui.archive.choosing.picking import NO_LIMITS, Budget
from deepzine_gui.ui.collect import columns
from deepzine_gui.ui.collect.choosing import (
    Choice,
    forget_hand,
    left_of,
    rows_to_take,
    tick_chosen,
)
from deepzine_gui.ui.collect.columns import Column
from deepzine_gui.ui.collect.filtering import ALL, Filter, rows_shown
from deepzine_gui.ui.collect.folding import folded, ranked
from deepzine_gui.ui.collect.listing import Listing, State
from deepzine_gui.ui.collect.summary import summary

LENT = "This item can only be borrowed."


def item(name: str, **more: Any) -> Item:
    return Item(name, more.pop("title", name), **more)


def listing(*items: Item, states: dict[str, State] | None = None) -> Listing:
    found = Listing()
    found.add(items, states or {})
    return found


def shown(items: Listing, **wanted: Any) -> list[str]:
    return [items.identifiers[row] for row in rows_shown(items, Filter(**wanted))]


def ticked(items: Listing) -> list[str]:
    return [items.identifiers[row] for row in np.flatnonzero(items.column("is_ticked"))]


def choose(items: Listing, **choice: Any) -> list[str]:
    tick_chosen(items, rows_shown(items, ALL), Choice(**choice))
    return ticked(items)


def test_an_item_comes_out_as_it_went_in() -> None:
    whole = item(
        "one", title="Boletín", creator="A. Author", year=1903, language="spa", pages=312,
        size_bytes=3 * 10**9, downloads=17, rights="free", restricted=LENT, is_weighed=True,
    )  # fmt: skip
    bare = item("two")
    items = listing(whole, bare)
    assert (items.item(0), items.item(1)) == (whole, bare)
    assert (items.row_of("two"), items.row_of("three")) == (1, None)


def test_more_items_than_there_was_room_for() -> None:
    items = listing(item("first", year=1900))
    items.column("is_ticked")[0] = True
    items.add([item(f"item-{number}", year=number) for number in range(5000)], {})
    assert len(items) == 5001
    assert items.column("year")[[0, 1, 5000]].tolist() == [1900, 0, 4999]
    assert ticked(items) == ["first"]
    assert items.add([item("item-7"), item("new"), item("new")], {}) == 1


def test_odd_numbers_are_kept_within_bounds() -> None:
    items = listing(item("one", year=10**9, pages=10**30, size_bytes=10**30, downloads=10**30))
    assert items.column("year")[0] == 9999
    assert items.sum(np.array([0])).size_bytes >= 10**18


def test_what_weighed_items_tell_about_the_others() -> None:
    items = listing(item("a", size_bytes=1000), item("b", size_bytes=500), item("c"))
    assert items.sum(np.arange(3)).certainty == "at most"
    items.weigh(item("a", size_bytes=100, is_weighed=True))
    assert items.expected_bytes().tolist() == [100, 50, 0]
    assert items.sum(np.arange(2)).certainty == "about"
    items.weigh(item("b", size_bytes=70, is_weighed=True))
    # weighed twice, it counts once
    items.weigh(item("b", size_bytes=70, is_weighed=True))
    assert (items.share.items, items.share.documents_bytes) == (2, 170)
    assert (items.sum(np.arange(2)).size_bytes, items.sum(np.arange(2)).certainty) == (170, "exact")
    assert items.weigh(item("stranger", size_bytes=1, is_weighed=True)) is None


def test_what_is_found_closed_when_weighed_loses_its_tick() -> None:
    items = listing(item("a", size_bytes=1000))
    choose(items)
    items.weigh(item("a", restricted=LENT, is_weighed=True))
    assert ticked(items) == []
    assert items.why_closed(0) == LENT


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["a", "b", "c", "d"]),
        ({"words": "BOLETIN 1ra"}, ["a"]),
        ({"words": "author"}, ["b", "c"]),
        ({"words": "author whales"}, ["c"]),
        ({"words": "nowhere"}, []),
        ({"first_year": 1903}, ["b", "c"]),
        ({"last_year": 1903}, ["a", "b"]),
        ({"first_year": 0}, ["a", "b", "c"]),
        ({"first_year": 1904, "last_year": 1903}, []),
        ({"language": "eng"}, ["b"]),
        ({"language": "deu"}, []),
        ({"least_pages": 20}, ["b", "c"]),
        ({"most_pages": 20}, ["a", "b"]),
        ({"most_bytes": 300}, ["a"]),
        ({"only_open": True}, ["a", "b", "d"]),
        ({"words": "author", "only_open": True, "least_pages": 20}, ["b"]),
    ],
)
def test_what_a_filter_lets_through(wanted: dict[str, Any], names: list[str]) -> None:
    items = listing(
        item(
            "a", title="Boletín, 1ra sección", year=1893, pages=10, size_bytes=200, language="spa"
        ),
        item("b", creator="B. Author", year=1903, pages=20, size_bytes=400, language="eng"),
        item("c", title="Whales", creator="An Author", year=1920, pages=30, restricted=LENT),
        item("d"),
    )
    assert shown(items, **wanted) == names


def test_only_the_rows_from_one_on_are_looked_through() -> None:
    items = listing(item("a1"), item("a2"), item("b"), item("a3"))
    assert rows_shown(items, Filter(words="a"), start=1).tolist() == [1, 3]


def test_texts_are_folded() -> None:
    assert folded("Boletín OFICIAL Straße 青空") == "boletin oficial strasse 青空"


def ranks_of(texts: list[str], key: Callable[[str], str] | None = None) -> tuple[Any, int]:
    """The ranks, and in how many steps they were found."""
    work, steps = ranked(texts, key), 0
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value, steps
        steps += 1


@pytest.mark.parametrize("count", [0, 1, 4096, 20_000])
def test_ranks_are_those_of_sorting(count: int) -> None:
    texts = [f"{(number * 7919) % 977} text" for number in range(count)]
    ranks, steps = ranks_of(texts)
    assert np.argsort(ranks).tolist() == sorted(range(count), key=texts.__getitem__)
    assert steps >= count // 4096


def test_ranks_by_a_key() -> None:
    assert ranks_of(["b", "A", "á"], folded)[0].tolist() == [2, 0, 1]


def order(items: Listing, column: Column, *, descending: bool = False) -> list[str]:
    ranks = np.array([2, 0, 1]) if column in columns.TEXTS else None
    rows = columns.sorted_rows(items, np.arange(3), column, descending=descending, ranks=ranks)
    return [items.identifiers[row] for row in rows]


@pytest.mark.parametrize(
    ("column", "up", "down"),
    [
        (Column.YEAR, "cab", "acb"),
        (Column.PAGES, "abc", "abc"),
        (Column.SIZE, "bca", "cba"),
        (Column.DOWNLOADS, "abc", "bac"),
        (Column.LANGUAGE, "acb", "cab"),
        (Column.TITLE, "bca", "acb"),
        (Column.CREATOR, "bca", "cba"),
        (Column.TICK, "bac", "acb"),
        (Column.STATE, "abc", "cab"),
    ],
)
def test_orders_with_what_is_unknown_last(column: Column, up: str, down: str) -> None:
    items = listing(
        item("a", year=1905, pages=5, language="eng", downloads=1),
        item("b", creator="B", size_bytes=10, downloads=2),
        item("c", creator="C", year=1890, size_bytes=20, language="jpn", restricted=LENT),
    )
    items.column("is_ticked")[1] = True
    assert order(items, column) == list(up)
    assert order(items, column, descending=True) == list(down)


def test_texts_of_cells() -> None:
    items = listing(
        item("a", year=1905, pages=1234, size_bytes=2 * 10**6, downloads=5000,
             rights="http://creativecommons.org/licenses/by-nc/4.0/"),
        item("b", size_bytes=10**6, restricted=LENT),
        states={"a": State("failed", "It broke.")},
    )  # fmt: skip
    cells = [columns.text(items, 0, column) for column in Column]
    assert cells == [
        "", "a", "", "1905", "", "1,234", "≤ 2.0 MB", "5,000", "CC BY-NC 4.0", "Failed",
    ]  # fmt: skip
    assert columns.text(items, 1, Column.SIZE) == ""
    assert columns.text(items, 1, Column.STATE) == "Only lent"
    items.weigh(item("b", size_bytes=10**5, is_weighed=True))
    assert columns.text(items, 0, Column.SIZE) == "≈ 200 kB"


@pytest.mark.parametrize(
    ("rights", "short"),
    [
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0"),
        ("http://creativecommons.org/publicdomain/mark/1.0/", "Public domain"),
        ("https://creativecommons.org/licenses/by/4.0", "CC BY 4.0"),
        ("https://creativecommons.org/licenses/", "https://creativecommons.org/licenses/"),
        ("http://rightsstatements.org/vocab/NoC-US/1.0/", "No copyright"),
        ("https://rightsstatements.org/page/InC/1.0/?language=en", "In copyright"),
        ("https://rightsstatements.org/", "https://rightsstatements.org/"),
        ("NOT_IN_COPYRIGHT", "Not in copyright"),
        ("Free to read.", "Free to read."),
        ("", ""),
    ],
)
def test_licences_by_their_short_names(rights: str, short: str) -> None:
    assert columns.rights_text(rights) == short


def test_a_choice_passes_over_what_is_closed_or_too_large() -> None:
    items = listing(
        item("a", size_bytes=10, pages=5),
        item("b", size_bytes=10, pages=5, restricted=LENT),
        item("c", size_bytes=95, pages=5),
        item("d", size_bytes=10, pages=50),
        item("e", size_bytes=10, pages=5),
    )
    assert choose(items, documents=2) == ["a", "c"]
    assert choose(items, documents=3, size_bytes=30) == ["a", "d", "e"]
    assert choose(items, documents=3, size_bytes=30, pages=20) == ["a", "e"]
    assert choose(items, documents=0) == []


def test_what_the_archive_refused_is_left_to_the_hand() -> None:
    items = listing(*(item(name) for name in "abc"))
    assert choose(items, documents=2) == ["a", "b"]
    items.set_state(0, State("restricted", "The archive does not give a.pdf to everyone (403)."))
    items.set_state(1, State("restricted", LENT))
    assert ticked(items) == []
    assert items.is_open().tolist() == [True, False, True]
    assert [items.why_closed(row) for row in range(3)] == ["", LENT, ""]
    assert choose(items, documents=2) == ["c"]
    items.column("is_ticked")[0] = items.column("by_hand")[0] = True
    assert choose(items, documents=2) == ["a", "c"]
    assert rows_to_take(items, np.arange(3)).tolist() == [0, 2]


def test_a_document_that_came_tells_what_it_weighs() -> None:
    items = listing(item("a", size_bytes=100), item("b", size_bytes=300))
    items.set_state(0, State("done", total_bytes=10))
    assert items.item(0) == item("a", size_bytes=10, is_weighed=True)
    assert columns.text(items, 0, Column.SIZE) == "10 B"
    assert columns.text(items, 1, Column.SIZE) == "≈ 30 B"


def test_a_choice_takes_only_of_what_is_shown_in_its_order() -> None:
    items = listing(*(item(name, downloads=n) for n, name in enumerate("abcd")))
    tick_chosen(items, np.array([3, 1]), Choice("first", 1))
    assert ticked(items) == ["d"]
    tick_chosen(items, np.array([0, 1]), Choice("popular", 1))
    assert ticked(items) == ["b"]


def test_what_is_ticked_by_hand_stays_and_counts() -> None:
    items = listing(*(item(name, size_bytes=10) for name in "abcd"))
    items.column("by_hand")[[0, 3]] = True
    items.column("is_ticked")[3] = True
    assert choose(items, documents=2) == ["b", "d"]
    assert choose(items, documents=4, size_bytes=15) == ["d"]
    assert choose(items, pick=None) == ["d"]
    forget_hand(items)
    assert choose(items, documents=2) == ["a", "b"]
    forget_hand(items, ticks=True)
    assert choose(items, pick=None) == []


def test_what_is_here_or_queued_takes_from_the_bytes_that_are_left() -> None:
    items = listing(
        item("a", size_bytes=30, is_weighed=True),
        item("b", size_bytes=20, is_weighed=True),
        item("c", size_bytes=20, is_weighed=True, restricted=LENT),
        states={"a": State("done")},
    )
    choice = Choice(size_bytes=100)
    tick_chosen(items, np.array([1, 0, 2]), choice)
    assert rows_to_take(items, np.array([1, 0])).tolist() == [1]
    assert left_of(items, choice) == Budget(documents=49, size_bytes=70)
    items.set_state(1, State("waiting"))
    assert rows_to_take(items, np.array([1, 0])).tolist() == []
    assert left_of(items, choice) == Budget(documents=48, size_bytes=50)
    assert left_of(items, Choice(documents=1, size_bytes=10)) == Budget(0, None, 0)
    assert left_of(items, Choice(None)) == NO_LIMITS


def test_what_is_ticked_by_hand_is_wanted_whatever_the_choice() -> None:
    items = listing(*(item(name, size_bytes=30) for name in "abc"))
    items.column("is_ticked")[:] = items.column("by_hand")[:] = True
    items.set_state(0, State("done"))
    assert left_of(items, Choice(documents=1, size_bytes=40)) == Budget(2, None, 60)


def test_a_summary_says_how_sure_it_is() -> None:
    items = listing(
        item("a", size_bytes=1000, pages=5), item("b", size_bytes=1000, restricted=LENT)
    )
    told = summary(items, 9, 2, is_searching=True)
    assert told == ("9 items · 2 listed so far · 5 pages · at most 2.0 kB · 1 cannot be taken")
    items.weigh(item("a", size_bytes=500, pages=5, is_weighed=True))
    told = summary(items, 2, 1, is_searching=False)
    assert told == "2 items · 5 pages · about 1.0 kB · 1 cannot be taken · 1 shown"
    items.add([item("c"), item("d"), item("e", restricted=LENT)], {})
    told = summary(items, 5, 5, is_searching=False)
    assert told == "5 items · 5 pages · about 1.0 kB and 2 of unknown size · 2 cannot be taken"
    known = listing(item("a", size_bytes=500, is_weighed=True), item("b"))
    assert summary(known, 2, 2, is_searching=False) == "2 items · 500 B and 1 of unknown size"
    assert summary(Listing(), 0, 0, is_searching=False) == ""


def test_no_downloads_are_a_number_and_unknown_ones_are_not() -> None:
    items = listing(item("a"), item("b", downloads=0), item("c", downloads=1200))
    assert [items.item(row).downloads for row in range(3)] == [None, 0, 1200]
    told = [columns.text(items, row, Column.DOWNLOADS) for row in range(3)]
    assert told == ["", "0", "1,200"]
    rows = rows_shown(items, ALL)
    for descending, order in ((True, "cba"), (False, "bca")):
        found = columns.sorted_rows(
            items, rows, Column.DOWNLOADS, descending=descending, ranks=None
        )
        assert "".join(items.identifiers[row] for row in found) == order

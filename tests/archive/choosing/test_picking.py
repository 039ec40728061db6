"""Which items are taken, against counts by hand and properties that must hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deepzine_gui.archive.choosing.picking import (
    NO_LIMITS,
    PICKS,
    Budget,
    Pick,
    Rows,
    taking_order,
    within,
)


def order(
    pick: Pick, years: list[int], *, downloads: list[int] | None = None, seed: int = 0
) -> Rows:
    counts = np.array(downloads if downloads is not None else [0] * len(years))
    return taking_order(pick, years=np.array(years), downloads=counts, seed=seed)


def test_first_and_most_downloaded() -> None:
    assert order("first", [0, 0, 0]).tolist() == [0, 1, 2]
    assert order("popular", [0] * 4, downloads=[5, 9, 5, 0]).tolist() == [1, 0, 2, 3]


def test_chance_follows_its_seed() -> None:
    years = [0] * 50
    assert order("random", years, seed=1).tolist() == order("random", years, seed=1).tolist()
    assert order("random", years, seed=1).tolist() != order("random", years, seed=2).tolist()


def test_a_year_with_many_items_gets_no_more_than_others() -> None:
    years = [1900] * 90 + [1910, 1920, 1930] * 5
    taken = np.array(years)[order("years", years)[:12]]
    assert sorted(taken.tolist()) == [1900] * 3 + [1910] * 3 + [1920] * 3 + [1930] * 3


def test_fewer_items_than_years_lie_far_apart() -> None:
    years = list(range(1800, 1900))
    for count in (2, 4, 7, 13, 50):
        taken = np.sort(np.array(years)[order("years", years, seed=3)[:count]])
        gaps = np.diff(np.concatenate([[1799], taken, [1900]]))
        assert gaps.max() <= 2 * 128 / count + 1


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 37, 59])
def test_as_many_as_are_wanted_reach_evenly_from_the_first_year_to_the_last(count: int) -> None:
    years = np.repeat(np.arange(1880, 1940), 2)
    places = taking_order("years", years=years, downloads=np.zeros_like(years), wanted=count)
    taken = np.sort(years[places[:count]])
    assert taken[0] == 1880
    assert count == 1 or taken[-1] == 1939
    gaps = np.diff(taken)
    assert count == 1 or gaps.max() - gaps.min() <= 1


def test_items_of_no_known_year_come_last() -> None:
    years = [0, 0, 0, 1901, 1902]
    assert set(order("years", years)[:2].tolist()) == {3, 4}
    assert sorted(order("years", years).tolist()) == [0, 1, 2, 3, 4]
    assert sorted(order("years", [0, 0]).tolist()) == [0, 1]
    assert order("years", []).tolist() == []


def test_what_goes_over_the_budget_is_passed_over() -> None:
    amounts = {
        "documents": np.array([1, 1, 1, 3, 1]),
        "pages": np.array([10, 99, 10, 10, 10]),
        "sizes": np.array([5, 5, 50, 5, 5]),
    }

    def taken(places: Rows, budget: Budget) -> list[int]:
        return within(places, budget, **amounts).tolist()

    everything = np.arange(5)
    assert taken(everything, NO_LIMITS) == [0, 1, 2, 3, 4]
    assert taken(everything, Budget(pages=30)) == [0, 2, 3]
    assert taken(everything, Budget(size_bytes=20)) == [0, 1, 3, 4]
    assert taken(everything, Budget(documents=3)) == [0, 1, 2]
    assert taken(everything, Budget(documents=4)) == [0, 1, 2, 4]
    assert taken(everything[::-1], Budget(documents=4, pages=30, size_bytes=20)) == [4, 3]


@pytest.mark.parametrize("pick", PICKS)
@settings(max_examples=30)
@given(data=st.data())
def test_every_item_is_taken_once_and_no_budget_is_passed(pick: Pick, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 60))
    numbers = arrays(np.int64, count, elements=st.integers(0, 30))
    years, downloads, pages, sizes = (data.draw(numbers) for _ in range(4))
    places = taking_order(pick, years=years, downloads=downloads, seed=data.draw(st.integers(0, 9)))
    assert sorted(places.tolist()) == list(range(count))
    limits = st.one_of(st.none(), st.integers(0, 300))
    budget = Budget(data.draw(limits), data.draw(limits), data.draw(limits))
    documents = 1 + sizes % 4
    taken = within(places, budget, documents=documents, pages=pages, sizes=sizes)
    assert len(set(taken.tolist())) == len(taken)
    for amount, limit in (
        (documents[taken].sum(), budget.documents),
        (pages[taken].sum(), budget.pages),
        (sizes[taken].sum(), budget.size_bytes),
    ):
        assert limit is None or amount <= limit
    left = [budget.documents, budget.pages, budget.size_bytes]
    greedy = []
    for place in places.tolist():
        wants = (documents[place], pages[place], sizes[place])
        if all(room is None or want <= room for want, room in zip(wants, left, strict=True)):
            left = [None if r is None else r - w for w, r in zip(wants, left, strict=True)]
            greedy.append(place)
    assert taken.tolist() == greedy

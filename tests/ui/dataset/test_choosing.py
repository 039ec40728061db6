"""Which pages are shown and in which order, against plain loops over the pages."""

import itertools

import numpy as np
import pytest

from deepzine_gui.dataset import KEPT, REASONS, SET_ASIDE
from deepzine_gui.ui.dataset.choosing import ALL, ONLY_ASIDE, ONLY_KEPT, Filter, choose, counts
from tests.ui.dataset.tables import LABELS, random_table

TABLE = random_table(300)
STATES = (ALL, ONLY_KEPT, ONLY_ASIDE, "blank", "double")


def shows(wanted: Filter, page: int) -> bool:
    marks = TABLE.marks
    reason = REASONS[marks.reason[page]] if marks.state[page] == SET_ASIDE else None
    states = {
        ALL: True,
        ONLY_KEPT: marks.state[page] == KEPT,
        ONLY_ASIDE: marks.state[page] == SET_ASIDE,
    }
    return (
        bool(states.get(wanted.state, wanted.state == reason))
        and wanted.document in (None, int(TABLE.document[page]))
        and wanted.label in (None, TABLE.label_of(page))
    )


@pytest.mark.parametrize("state", STATES)
def test_filters_narrow_together(state: str) -> None:
    for document, label in itertools.product((None, 0, 2), (None, *LABELS)):
        wanted = Filter(state, document, label)
        expected = [page for page in range(TABLE.count) if shows(wanted, page)]
        assert choose(TABLE, wanted, "file").tolist() == expected


def test_pages_are_sorted_and_equal_ones_keep_their_order() -> None:
    pages, every = range(TABLE.count), Filter()
    ink, bright = TABLE.ink.tolist(), TABLE.brightness.tolist()
    assert choose(TABLE, every, "least ink").tolist() == sorted(pages, key=ink.__getitem__)
    assert choose(TABLE, every, "most ink").tolist() == sorted(pages, key=lambda p: -ink[p])
    assert choose(TABLE, every, "darkest").tolist() == sorted(pages, key=bright.__getitem__)
    assert choose(TABLE, every, "brightest").tolist() == sorted(pages, key=lambda p: -bright[p])


def test_likeness_counts_the_bits_that_differ() -> None:
    prints = [int(one) for one in TABLE.fingerprint]
    expected = sorted(range(TABLE.count), key=lambda p: (prints[p] ^ prints[77]).bit_count())
    found = choose(TABLE, Filter(), "likeness", 77).tolist()
    assert found == expected
    assert found[0] == 77
    assert choose(TABLE, Filter(), "likeness").tolist() == list(range(TABLE.count))


def test_every_page_is_counted_once() -> None:
    found = counts(TABLE)
    assert found[ALL] == TABLE.count == found[ONLY_KEPT] + found[ONLY_ASIDE]
    reasons = {name: number for name, number in found.items() if name in REASONS}
    assert sum(reasons.values()) == found[ONLY_ASIDE]
    for name, number in reasons.items():
        assert number == len(choose(TABLE, Filter(name), "file"))


def test_tables_join_with_their_documents_and_labels() -> None:
    whole, more = random_table(20), random_table(30, seed=2)
    whole.join(more)
    assert whole.count == 50
    assert [whole.label_of(20 + page) for page in range(30)] == [
        more.label_of(page) for page in range(30)
    ]
    names = [whole.documents[code].name for code in whole.document[20:]]
    assert names == [more.documents[code].name for code in more.document]
    assert np.array_equal(whole.columns().label[20:], more.columns().label)

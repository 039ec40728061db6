from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deepzine_gui.dataset.building.spans import BLOCK_PAGES, Span, blocks, spans_of, without

PAGES = st.sets(st.integers(1, 400), max_size=60)


def _numbers(spans: list[Span]) -> list[int]:
    return [number for span in spans for number in range(span.first, span.last + 1)]


@given(st.lists(PAGES, max_size=4))
def test_spans_hold_just_the_pages_there_are(there: list[set[int]]) -> None:
    rows = [(place, page) for place, pages in enumerate(there) for page in pages for _ in (0, 1)]
    table = np.array(rows, np.int32).reshape(-1, 2)
    found = spans_of(table[:, 0], table[:, 1], len(there))
    assert [_numbers(list(spans)) for spans in found] == [sorted(pages) for pages in there]
    for spans in found:
        # none touches the next
        assert all(a.last + 1 < b.first for a, b in pairwise(spans))


@given(PAGES, PAGES)
def test_what_is_left_is_the_difference(wanted: set[int], taken: set[int]) -> None:
    table = [np.array(sorted(pages), np.int32) for pages in (wanted, taken)]
    one, other = (spans_of(np.zeros_like(pages), pages, 1)[0] for pages in table)
    assert _numbers(list(without(one, other))) == sorted(wanted - taken)


@given(PAGES)
def test_blocks_end_at_the_same_places_whatever_is_there(pages: set[int]) -> None:
    table = np.array(sorted(pages), np.int32)
    (spans,) = spans_of(np.zeros_like(table), table, 1)
    cut = list(blocks(spans))
    assert _numbers(cut) == sorted(pages)
    assert all((b.first - 1) // BLOCK_PAGES == (b.last - 1) // BLOCK_PAGES for b in cut)

"""Which items are ticked, and what the records on disk tell."""

from deepzine_gui.archive import Item, Record
from deepzine_gui.ui.collect.listing import Row, rows_of, sum_of, tick_first


def row(name: str, size: int | None = 10, restricted: str = "") -> Row:
    return Row(Item(name, name, pages=3, size_bytes=size, restricted=restricted))


def ticked(rows: list[Row]) -> list[str]:
    return [row.item.identifier for row in rows if row.ticked]


def test_the_first_that_can_be_taken_are_ticked() -> None:
    rows = [row("a"), row("b", restricted="Borrowed."), row("c"), row("d")]
    tick_first(rows, 2, 1000)
    assert ticked(rows) == ["a", "c"]


def test_the_first_that_does_not_fit_ends_the_taking() -> None:
    rows = [row("a"), row("b", 95), row("c")]
    tick_first(rows, 3, 100)
    assert ticked(rows) == ["a"]


def test_what_is_ticked_by_hand_stays_so_and_counts() -> None:
    rows = [row("a"), row("b"), row("c"), row("d")]
    rows[0].by_hand = rows[3].by_hand = True
    rows[3].ticked = True
    tick_first(rows, 2, 1000)
    assert ticked(rows) == ["b", "d"]
    tick_first(rows, 4, 15)
    assert ticked(rows) == ["d"]


def test_sums_count_what_is_known() -> None:
    total = sum_of([row("a"), row("b", None)])
    assert (total.items, total.pages, total.size_bytes) == (2, 6, 10)


def test_an_item_with_two_documents_is_one_row() -> None:
    records = [
        Record("a", "A", file="1.pdf", size_bytes=4, state="done"),
        Record("a", "A", file="2.pdf", size_bytes=5, state="failed", reason="It broke."),
        Record("b", "B", state="restricted", reason="Borrowed."),
    ]
    first, second = rows_of(records)
    assert (first.item.size_bytes, first.state, first.reason) == (9, "failed", "It broke.")
    assert not second.can_be_taken

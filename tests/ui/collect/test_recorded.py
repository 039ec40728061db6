"""What the records beside the documents tell of a project's items."""

from deepzine_gui.archive import Brought, Record
from deepzine_gui.ui.collect.listing import Listing
from deepzine_gui.ui.collect.recorded import items_of, states_of

LENT = "This item can only be borrowed."


def test_records_of_a_project() -> None:
    records = [
        Record("a", "A", file="1.pdf", size_bytes=4, state="done"),
        Record("a", "A", file="2.pdf", size_bytes=5, state="failed", reason="It broke."),
        Record("b", "B", state="restricted", reason=LENT),
        Record("c", "C", size_bytes=7, state="waiting"),
        Record("d", "D", size_bytes=8, pages=12, state="done"),
        Record("e", "E", file="1.pdf", size_bytes=2, state="done"),
        Record("e", "E", file="2.pdf", size_bytes=3, state="done"),
        Record("e", "E", size_bytes=9, state="skipped", reason="2 of its 3."),
        Record("f", "F", size_bytes=6, state="skipped", reason="Passed over."),
    ]
    states = states_of(records)
    assert {name: (state.name, state.reason) for name, state in states.items()} == {
        "a": ("failed", "It broke."),
        "b": ("restricted", LENT),
        "c": ("begun", ""),
        "d": ("done", ""),
        "e": ("partly", "2 of its 3."),
        "f": ("skipped", "Passed over."),
    }
    assert states["e"].left_out == Brought(1, 9)
    items = Listing()
    items.add(items_of(records), states)
    assert items.column("size_bytes").tolist() == [9, 0, 7, 8, 5, 6]
    assert items.column("documents").tolist() == [2, 1, 1, 1, 2, 1]
    assert items.column("pages").tolist() == [0, 0, 0, 12, 0, 0]
    assert items.is_open().tolist() == [True, False, True, True, True, True]
    assert items.is_here().tolist() == [False, False, False, True, True, False]

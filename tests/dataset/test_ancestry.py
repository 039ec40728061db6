from deepzine_gui.dataset import DocumentRow
from deepzine_gui.dataset.building.ancestry import Ancestor, find_ancestors


def row(name: str, content: str, folder: str = "/zine") -> DocumentRow:
    return DocumentRow(name, content.ljust(64, "0") if content else "", f"{folder}/{name}")


def found(
    new: list[DocumentRow], old: list[DocumentRow], *, stay: str = "", gone: str = ""
) -> list[int | None]:
    """The place of each one's ancestor; negative, counted from -1, where the files have changed."""
    ancestors = find_ancestors(
        new,
        old,
        may_move=lambda one: one.name not in stay.split(),
        is_gone=lambda one: one.name in gone.split(),
    )
    return [one and (one.place if one.is_same else ~one.place) for one in ancestors]


def test_a_document_is_the_same_wherever_it_lies() -> None:
    old = [row("a", "1"), row("b", "2")]
    assert found([row("b", "1"), row("c", "2")], old) == [0, 1]
    (ancestor,) = find_ancestors(
        [row("a", "1", "/elsewhere")], old, may_move=lambda _: True, is_gone=lambda _: False
    )
    assert ancestor == Ancestor(0, is_same=True, is_moved=True)


def test_of_equal_documents_those_stay_that_stay_where_they_are() -> None:
    old = [row("a", "1"), row("b", "1"), row("c", "1")]
    assert found([row("b", "1"), row("c", "1"), row("z", "1")], old) == [1, 2, 0]
    assert found([row("b", "1")], old) == [1]
    # in another folder by their names, and at last in order
    assert found([row("c", "1", "/new"), row("b", "1", "/new")], old) == [2, 1]
    assert found([row("y", "1"), row("z", "1"), row("x", "1")], old[:2]) == [0, 1, None]


def test_a_document_that_changed_is_the_one_at_its_place() -> None:
    old = [row("a", "1"), row("b", "2")]
    assert found([row("a", "7"), row("b", "2")], old) == [~0, 1]
    assert found([row("n", "7"), row("b", "2")], old) == [None, 1]
    # its files cannot even be read
    assert found([row("a", "")], old) == [~0]


def test_a_name_taken_by_another_is_left_to_the_pages() -> None:
    old = [row("a", "1"), row("b", "2")]
    assert found([row("a", "7"), row("z", "1")], old) == [~0, 0]
    # but names that were swapped leave nothing to ask
    assert found([row("a", "2"), row("b", "1")], old) == [1, 0]


def test_in_another_folder_a_changed_document_is_the_one_of_its_name_if_that_is_gone() -> None:
    old = [row("a", "1")]
    assert found([row("a", "7", "/new")], old) == [None]
    assert found([row("a", "7", "/new")], old, gone="a") == [~0]
    assert found([row("a", "7", "/new"), row("z", "1", "/new")], old, gone="a") == [None, 0]


def test_what_stays_where_it_is_has_not_moved() -> None:
    assert found([row("z", "1"), row("a", "1")], [row("a", "1")], stay="a") == [None, 0]
    assert found([row("z", "1")], [row("a", "1")], stay="a") == [None]


def test_documents_that_came_from_elsewhere_are_none_of_these() -> None:
    assert found([row("a", "1"), row("b", "")], [DocumentRow("a"), DocumentRow("b")]) == [None] * 2

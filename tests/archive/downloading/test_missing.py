"""What is to be fetched of items of which a part is here, or a limit cuts one in two."""

from pathlib import Path

from deepzine_gui.archive import Brought, Item, Record
from deepzine_gui.archive.downloading.missing import Told, missing_of, told_by
from deepzine_gui.archive.queue.records import write_record


def item(name: str, documents: int = 1, size: int | None = 100) -> Item:
    return Item(name, name, pages=10, size_bytes=size, documents=documents)


def keep(folder: Path, record: Record, content: bytes = b"") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_record(folder, record)
    if content:
        (folder / record.file).write_bytes(content)


def test_records_tell_of_all_documents_and_of_those_that_are_here(folder: Path) -> None:
    keep(folder / "set" / "1", Record("set", "", file="1.pdf", size_bytes=3, state="done"), b"PDF")
    keep(folder / "set" / "2", Record("set", "", file="2.pdf", size_bytes=7, state="skipped"))
    # its size was not told
    keep(folder / "vague" / "1", Record("vague", "", file="1.pdf", size_bytes=3, state="done"))
    keep(folder / "vague" / "2", Record("vague", "", file="2.pdf"))
    keep(folder / "over", Record("over", "", size_bytes=90, state="skipped"))
    keep(folder / "lent", Record("lent", "", state="restricted"))
    assert told_by(folder) == {
        "set": Told(2, 10, Brought(1, 3)),
        "vague": Told(2, None),
        "over": Told(1, 90),
    }


def test_what_is_told_goes_before_what_a_search_found() -> None:
    told = Told(2, 10).of(item("set"))
    assert (told.documents, told.size_bytes, told.is_weighed) == (2, 10, True)
    vague = Told(2, None).of(item("set"))
    assert (vague.documents, vague.size_bytes, vague.is_weighed) == (2, 100, False)


def test_without_a_limit_all_is_missing_that_is_not_here() -> None:
    told = {"whole": Told(1, 100, Brought(1, 100)), "set": Told(5, 100, Brought(2, 30))}
    items = [item("whole"), item("set", 5), item("new", size=None)]
    missing, is_cut = missing_of(items, told, None)
    assert [(one.identifier, one.documents, one.size_bytes, one.pages) for one in missing] == [
        ("set", 3, 70, None),
        ("new", 1, None, 10),
    ]
    assert not is_cut


def test_a_limit_counts_what_is_here_wherever_it_stands() -> None:
    told = {"late": Told(1, 100, Brought(1, 100))}
    missing, is_cut = missing_of([item("set", 4), item("late")], told, 4)
    assert [(one.documents, one.size_bytes, one.pages) for one in missing] == [(3, 75, None)]
    assert is_cut
    assert missing_of([item("set", 3), item("late")], told, 4)[1] is False
    assert missing_of([item("set", 3), item("late")], told, 1) == ([], False)


def test_more_may_be_here_than_is_wanted() -> None:
    told = {"set": Told(5, 100, Brought(3, 60))}
    assert missing_of([item("set", 5), item("new")], told, 2) == ([], False)

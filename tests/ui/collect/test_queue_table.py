"""The table of the queue: what it keeps in view, tells of sizes, and offers."""

from pytestqt.qtbot import QtBot

from deepzine_gui.archive import DocumentChanged, Item
from deepzine_gui.progress import Progress
from deepzine_gui.ui.collect.downloads.queue_model import SIZE, STATE, TITLE, QueueModel
from deepzine_gui.ui.collect.downloads.queue_rows import QueueRow
from deepzine_gui.ui.collect.downloads.queue_table import QueueTable
from tests.archive.reading import items


def test_what_comes_now_is_in_view_unless_something_else_is_looked_at(qtbot: QtBot) -> None:
    model = QueueModel()
    table = QueueTable(model)
    qtbot.addWidget(table)
    table.resize(800, 400)
    model.show([QueueRow(item) for item in items(*[f"item-{n:03}" for n in range(200)])])
    table.show()

    def is_followed(name: str) -> bool:
        table.follow(name)
        place = table.visualRect(model.index_of(name))
        return table.viewport().rect().contains(place.center())

    assert is_followed("item-000")
    assert is_followed("item-060")
    table.scrollToTop()
    assert not is_followed("item-100")
    table.scrollTo(model.index_of("item-100"))
    assert is_followed("item-150")
    table.selectRow(149)
    assert not is_followed("item-199")


def test_a_reason_has_as_much_room_as_a_title(qtbot: QtBot) -> None:
    table = QueueTable(QueueModel())
    qtbot.addWidget(table)
    table.show()
    for width in (928, 1408):
        table.resize(width, 400)
        assert abs(table.columnWidth(STATE) - table.columnWidth(TITLE)) <= 1
        assert sum(map(table.columnWidth, (TITLE, SIZE, STATE))) == table.viewport().width()


def test_only_what_is_yet_to_come_can_be_taken_first(qtbot: QtBot) -> None:
    model = QueueModel()
    table = QueueTable(model)
    qtbot.addWidget(table)
    here, failed, waiting = (QueueRow(item) for item in items("a", "b", "c"))
    here.state, failed.state = "done", "failed"
    model.show([here, failed, waiting])

    def offered() -> dict[str, bool]:
        return {action.text(): action.isEnabled() for action in table.menu().actions()}

    table.selectRow(0)
    assert offered() == {"Try again": False, "Take first": False, "Take out of the queue": True}
    table.selectRow(1)
    assert offered() == {"Try again": True, "Take first": False, "Take out of the queue": True}
    table.selectRow(2)
    assert offered() == {"Try again": False, "Take first": True, "Take out of the queue": True}


def test_a_size_is_that_of_the_table_it_was_chosen_in_until_its_download_tells() -> None:
    told = {"a": "≈ 4.0 MB"}
    model = QueueModel(size_of=lambda name: told.get(name, ""))
    bound = {"size_bytes": 40_000_000}
    model.show([QueueRow(Item(name, name, **bound)) for name in "ab"])

    def sizes() -> list[str]:
        return [model.index(place, SIZE).data() for place in range(2)]

    assert sizes() == ["≈ 4.0 MB", "≤ 40 MB"]
    model.take(DocumentChanged("a", "downloading", 0, 5_000_000))
    assert sizes() == ["5.0 MB", "≤ 40 MB"]


def test_a_row_tells_how_far_and_how_fast_it_is() -> None:
    row = QueueRow(Item("one", "One"))
    row.take(DocumentChanged("one", "downloading", 1_000_000, 4_000_000))
    assert (row.text, row.share) == ("1.0 MB of 4.0 MB", 0.25)
    seconds = iter([0.0, 2.0])
    row.pace._clock = lambda: next(seconds)
    row.pace._seen.clear()
    row.pace.add(Progress(1_000_000, 4_000_000, "bytes"))
    row.take(DocumentChanged("one", "downloading", 2_000_000, 4_000_000))
    assert row.text == "2.0 MB of 4.0 MB · 500 kB a second · 4 s left"
    row.rest()
    assert (row.text, row.share) == ("Begun, 2.0 MB here", None)

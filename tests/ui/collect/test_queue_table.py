"""The table of the queue keeps in view what comes now."""

from pytestqt.qtbot import QtBot

from deepzine_gui.ui.collect.downloads.queue_model import QueueModel
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

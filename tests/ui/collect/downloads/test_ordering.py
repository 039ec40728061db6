"""The rows of the queue: dragged, moved by keys, taken out; and how many come at once."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from deepzine_gui.archive import DocumentChanged, Queue
from deepzine_gui.ui.collect.downloads import Downloads
from tests.archive.reading import items
from tests.ui.collect.downloads.stand import order


def test_rows_are_dragged_into_order(queue: Downloads, folder: Path) -> None:
    Queue(folder).put(items("a", "b", "c", "d"))
    queue.open_project(folder, [])
    model, move = queue.model, Qt.DropAction.MoveAction
    dragged = model.mimeData([model.index(2, 0), model.index(3, 0)])
    model.dropMimeData(dragged, move, 0, 0, QModelIndex())
    assert order(queue) == ["c", "d", "a", "b"]
    dragged = model.mimeData([model.index(0, 0)])
    model.dropMimeData(dragged, move, -1, -1, QModelIndex())
    assert order(queue) == ["d", "a", "b", "c"]
    model.dropMimeData(model.mimeData([model.index(3, 0)]), move, -1, -1, model.index(1, 0))
    assert order(queue) == ["d", "c", "a", "b"]
    assert [entry.item.identifier for entry in Queue(folder).read().entries] == order(queue)


def test_keys_move_and_remove(qtbot: QtBot, queue: Downloads, folder: Path) -> None:
    Queue(folder).put(items("a", "b", "c"))
    queue.open_project(folder, [])
    queue.table.selectRow(2)
    qtbot.keyClick(queue.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order(queue) == ["a", "c", "b"]
    assert queue.table.chosen_names == ["c"]
    qtbot.keyClick(queue.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert order(queue) == ["a", "b", "c"]
    qtbot.keyClick(queue.table, Qt.Key.Key_Delete)
    assert order(queue) == ["a", "b"]
    assert [entry.item.identifier for entry in Queue(folder).read().entries] == ["a", "b"]


def test_what_is_taken_out_is_told_and_what_still_comes_of_it_is_not(
    qtbot: QtBot, queue: Downloads, folder: Path
) -> None:
    Queue(folder).put(items("a", "b"))
    queue.open_project(folder, [])
    queue.table.selectRow(0)
    with qtbot.waitSignal(queue.removed) as removed:
        qtbot.keyClick(queue.table, Qt.Key.Key_Delete)
    assert removed.args == [["a"]]
    with qtbot.assertNotEmitted(queue.changed):
        queue._take_event(DocumentChanged("a", "downloading", 1, 2))
    with qtbot.waitSignal(queue.changed):
        queue._take_event(DocumentChanged("b", "downloading", 1, 2))


def test_how_many_at_once_is_kept(queue: Downloads, folder: Path) -> None:
    queue.bar.parallel.setValue(3)
    assert Queue(folder).read().parallel == 3
    queue.bar.show_parallel(1)
    queue.open_project(folder, [])
    assert queue.bar.parallel.value() == 3

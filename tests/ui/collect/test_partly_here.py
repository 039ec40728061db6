"""An item of which a limit kept some documents away: what is here counts, the rest can be taken."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from deepzine_gui.archive import Brought, DocumentChanged, Item, Record, read_records
from deepzine_gui.archive.queue.records import write_record
from deepzine_gui.ui.collect.choosing import Choice, left_of, rows_to_take, tick_chosen
from deepzine_gui.ui.collect.columns import Column
from deepzine_gui.ui.collect.listing import Listing, State
from deepzine_gui.ui.collect.scout import Scout
from tests.ui.collect.finding import GB, find, items, ticked

WHY = "2 of its 5 documents are taken: the limit of documents is reached."
PARTLY = State("partly", WHY, total_bytes=20, documents=2, left_out=Brought(3, 70))


def listing() -> Listing:
    found = Listing()
    found.add([Item("set", "Set", size_bytes=900), Item("new", "New", size_bytes=100)], {})
    found.set_state(0, PARTLY)
    return found


def tick(found: Listing, row: int) -> None:
    found.column("is_ticked")[row] = found.column("by_hand")[row] = True


def test_what_is_here_of_it_counts_and_the_whole_tells_about_others() -> None:
    found = listing()
    assert found.is_here().tolist() == [True, False]
    assert found.column("documents").tolist() == [2, 1]
    assert found.column("size_bytes").tolist() == [20, 100]
    assert found.share.ratio == 90 / 900
    tick_chosen(found, np.arange(2), Choice("first", documents=3))
    assert found.column("is_ticked").tolist() == [True, True]
    assert rows_to_take(found, np.arange(2)).tolist() == [1]
    assert left_of(found, Choice("first", documents=3)).documents == 1


def test_ticked_by_hand_its_rest_is_wanted() -> None:
    found = listing()
    tick(found, 0)
    assert found.is_here().tolist() == [False, False]
    assert rows_to_take(found, np.arange(2)).tolist() == [0]
    both = found.sum(np.array([0, 1]))
    assert (both.documents, both.size_bytes) == (6, 90 + 10)
    missing = found.sum(np.array([0, 1]), only_missing=True)
    assert (missing.items, missing.documents, missing.size_bytes) == (2, 4, 70 + 10)
    assert missing.without_pages == 2
    # what is here of it is counted by the download
    assert left_of(found, Choice("first", documents=3)).documents == 5


def test_what_a_download_leaves_of_a_ticked_item_is_not_wanted_at_once() -> None:
    found = listing()
    tick(found, 0)
    found.set_state(0, PARTLY)
    assert found.is_here().tolist() == [True, False]


def test_the_rest_that_waits_is_begun_after_a_stop() -> None:
    found = listing()
    tick(found, 0)
    found.wait(["set", "new"])
    assert found.is_queued().all()
    found.end_downloading()
    assert [found.state(row).name for row in range(2)] == ["begun", ""]


@pytest.fixture
def documents(folder: Path) -> Path:
    """Two documents of an item are here, a third is not."""
    for number, state in enumerate(("done", "done", "skipped")):
        place = folder / "item-000" / str(number)
        place.mkdir(parents=True)
        reason = WHY if state == "skipped" else ""
        name = f"{number}.pdf"
        write_record(
            place,
            Record("item-000", "", file=name, size_bytes=10 + number, state=state, reason=reason),  # type: ignore[arg-type]
        )
    return folder


def test_the_rest_is_priced_and_taken_when_it_is_ticked(
    qtbot: QtBot, scout: Scout, documents: Path
) -> None:
    scout.open_project(documents, "", [])
    scout.set_busy(True)
    scout.take_bar.gigabytes.setValue(100)
    scout.take_bar.count.setValue(3)
    find(scout, items(2))
    scout.set_state(DocumentChanged("item-000", "done", 21, 21, WHY, documents=2))
    scout._choose()
    assert ticked(scout) == ["item-000", "item-001"]
    assert scout.documents_here == 1
    state, take = scout.model.index(0, Column.STATE), scout.model.index(0, Column.TICK)
    assert state.data() == "Partly here"
    tip = f"{WHY} Untick and tick it to take the others as well."
    assert state.data(Qt.ItemDataRole.ToolTipRole) == tip
    assert scout.take_bar.download.text() == "Download 1"
    for value in (Qt.CheckState.Unchecked, Qt.CheckState.Checked):
        scout.model.setData(take, value, Qt.ItemDataRole.CheckStateRole)
    assert ticked(scout) == ["item-000"]
    assert scout.take_bar.cost.text().startswith("1 document · 12 B · ")
    with qtbot.waitSignal(scout.take_asked) as asked:
        scout.take()
    assert [item.identifier for item in asked.args[0]] == ["item-000"]
    assert asked.args[1:] == [100 * GB, 3]


def test_what_turns_out_to_hold_more_leaves_less_to_the_others(
    qtbot: QtBot, scout: Scout, folder: Path
) -> None:
    scout.open_project(folder, "", [])
    scout.set_busy(True)
    scout.take_bar.gigabytes.setValue(100)
    scout.take_bar.count.setValue(3)
    find(scout, items(3))
    scout.let_wait(["item-000", "item-001", "item-002"])
    scout.set_state(DocumentChanged("item-000", "downloading", 0, 30, documents=3))
    scout.set_state(DocumentChanged("item-001", "skipped", reason="Passed over."))
    scout.set_state(DocumentChanged("item-002", "skipped", reason="Passed over."))
    scout.set_busy(False)
    qtbot.waitUntil(lambda: ticked(scout) == ["item-000"])
    assert scout.take_bar.cost.text() == "3 documents ticked, all on the way."
    assert not scout.take_bar.download.isEnabled()


def test_it_is_known_when_a_project_is_opened(scout: Scout, documents: Path) -> None:
    scout.open_project(documents, "", read_records(documents))
    assert scout.model.listing.state(0) == State("partly", WHY, 0, 21, 2, Brought(1, 12))
    assert scout.documents_here == 1

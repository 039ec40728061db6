"""What is chosen of a search, weighed and priced before it is taken."""

import dataclasses
import shutil
from unittest.mock import Mock

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from deepzine_gui.archive import DocumentChanged, ItemsFound
from deepzine_gui.archive.choosing import costs
from deepzine_gui.archive.scout.looking import Seen
from deepzine_gui.ui.collect import scout as scout_module
from deepzine_gui.ui.collect.columns import Column
from deepzine_gui.ui.collect.scout import Scout
from tests.ui.collect.finding import GB, LENT, Looks, find, items, ticked


def test_choosing_under_a_budget(scout: Scout, looks: Looks) -> None:
    looks.troubles = {f"item-{n:03}": Seen(f"item-{n:03}", trouble="No.") for n in range(99)}
    find(scout, items(50))
    bar = scout.take_bar
    bar.count.setValue(3)
    bar.gigabytes.setValue(100)
    assert ticked(scout) == ["item-000", "item-001", "item-002"]
    bar.gigabytes.setValue(2)
    assert ticked(scout) == ["item-000", "item-001"]
    bar.gigabytes.setValue(100)
    bar.pages.setValue(10)
    assert ticked(scout) == ["item-000"]
    bar.pages.setValue(0)
    bar.count.setValue(4)
    assert not bar.seed.isVisible()
    bar.way.setCurrentIndex(bar.way.findData("random"))
    assert bar.seed.isVisible()
    by_chance = ticked(scout)
    bar.seed.setValue(2)
    assert ticked(scout) != by_chance
    bar.seed.setValue(1)
    assert ticked(scout) == by_chance
    bar.way.setCurrentIndex(bar.way.findData("years"))
    years = scout.model.listing.column("year")[scout.model.listing.column("is_ticked")]
    assert len(set(years.tolist())) == 4
    bar.untick.click()
    assert ticked(scout) == []
    assert bar.cost.text() == "Nothing is ticked."
    assert not bar.download.isEnabled()
    bar.way.setCurrentIndex(bar.way.findData("first"))
    assert ticked(scout)
    bar.pages.setValue(1)
    assert ticked(scout) == []
    assert "no item shown is left that can be had within these limits" in bar.cost.text()


def test_further_results_leave_ticks_made_by_hand(scout: Scout) -> None:
    found = items(4), items(4, 5)
    scout.take_bar.count.setValue(3)
    scout.begin_search("zines")
    scout.take_found(ItemsFound(found[0][:2], 8))
    check = Qt.ItemDataRole.CheckStateRole
    scout.model.setData(scout.model.index(0, 0), Qt.CheckState.Unchecked.value, check)
    scout.take_found(ItemsFound(found[0][2:] + found[1], 8))
    scout.take_bar.gigabytes.setValue(100)
    scout.end_search(completed=True, was_stopped=False)
    scout.take_bar.count.setValue(4)
    scout.model.setData(scout.model.index(0, 0), Qt.CheckState.Unchecked.value, check)
    assert ticked(scout) == ["item-001", "item-002", "item-003", "item-005"]
    scout.take_bar.count.setValue(2)
    assert ticked(scout) == ["item-000", "item-001"]


def test_what_is_chosen_is_weighed_and_its_cost_made_sure(
    qtbot: QtBot, scout: Scout, looks: Looks
) -> None:
    find(scout, items(8))
    qtbot.waitUntil(lambda: scout.cost is not None and scout.cost.certainty == "exact")
    # 2 GB hold two items by their bounds, and all that are open by what they weigh
    assert len(ticked(scout)) == 7
    assert scout.cost is not None
    assert (scout.cost.size_bytes, scout.cost.pages) == (700_000_000, 70)
    assert scout.take_bar.cost.text().startswith("7 documents · 70 pages · 700 MB")


def test_of_many_only_a_sample_is_weighed(qtbot: QtBot, scout: Scout, looks: Looks) -> None:
    find(scout, items(100))
    scout.take_bar.gigabytes.setValue(1000)
    scout.take_bar.count.setValue(60)
    qtbot.waitUntil(lambda: len(looks.weighed) >= costs.SAMPLE)
    qtbot.waitUntil(lambda: not scout._closer.is_weighing)
    assert len(looks.weighed) == costs.SAMPLE
    assert scout.cost is not None
    assert (scout.cost.documents, scout.cost.certainty) == (60, "about")
    assert scout.cost.size_bytes == pytest.approx(6 * GB)


def test_what_turns_out_closed_gives_way(qtbot: QtBot, scout: Scout, looks: Looks) -> None:
    looks.closed = {"item-001"}
    scout.take_bar.count.setValue(2)
    find(scout, items(8))
    qtbot.waitUntil(lambda: ticked(scout) == ["item-000", "item-002"])
    assert scout.model.listing.why_closed(1) == LENT


def test_nothing_is_weighed_while_documents_are_downloaded(
    qtbot: QtBot, scout: Scout, looks: Looks
) -> None:
    scout.set_busy(True)
    find(scout, items(8))
    qtbot.wait(50)
    assert looks.weighed == []
    assert "weighing" not in scout.take_bar.cost.text()
    scout.set_busy(False)
    qtbot.waitUntil(lambda: len(looks.weighed) > 0)


def test_a_plan_that_does_not_fit_the_disk_is_refused_in_numbers(
    qtbot: QtBot, scout: Scout, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=150_000_000)
    monkeypatch.setattr(costs.shutil, "disk_usage", lambda _: usage)
    find(scout, items(8))
    qtbot.waitUntil(lambda: scout.cost is not None and scout.cost.certainty == "exact")
    bar = scout.take_bar
    assert bar.cost.text() == (
        "This takes 700 MB, but only 150 MB are free on the disk: take fewer documents, or make "
        "room."
    )
    assert bar.cost.property("warning")
    assert not bar.download.isEnabled()
    with qtbot.assertNotEmitted(scout.take_asked):
        scout.take()
    bar.count.setValue(1)
    assert bar.download.isEnabled()
    assert not bar.cost.property("warning")


def test_what_is_taken_is_what_is_shown_first_then_the_rest(qtbot: QtBot, scout: Scout) -> None:
    find(scout, items(6))
    bar = scout.take_bar
    bar.way.setCurrentIndex(bar.way.findData(None))
    scout.table.selectAll()
    qtbot.keyClick(scout.table, Qt.Key.Key_Space)
    qtbot.keyClick(scout.table, Qt.Key.Key_Space)
    scout.table.sortByColumn(Column.TITLE, Qt.SortOrder.DescendingOrder)
    scout.table.selectAll()
    qtbot.keyClick(scout.table, Qt.Key.Key_Space)
    scout.filters.words.setText("002")
    with qtbot.waitSignal(scout.take_asked) as asked:
        qtbot.mouseClick(bar.download, Qt.MouseButton.LeftButton)
    taken, *limits = asked.args
    assert [item.identifier for item in taken] == [
        "item-002", "item-000", "item-001", "item-003", "item-005",
    ]  # fmt: skip
    assert limits == [None, None]


def test_an_item_of_several_documents_counts_as_many(qtbot: QtBot, scout: Scout) -> None:
    scout.set_busy(True)
    find(scout, items(4))
    scout.take_bar.gigabytes.setValue(100)
    scout.take_bar.count.setValue(4)
    assert scout.take_bar.download.text() == "Download 4"
    scout.model.weigh(dataclasses.replace(items(1)[0], size_bytes=10, is_weighed=True, documents=3))
    scout._choose()
    assert scout.take_bar.download.text() == "Download 4"
    # whatever they hold, no more are taken
    assert scout.take_bar.cost.text().startswith("4 documents · ")
    with qtbot.waitSignal(scout.take_asked) as asked:
        scout.take()
    assert asked.args[1:] == [100 * GB, 4]
    scout.take_bar.count.setValue(50)
    assert scout.take_bar.cost.text().startswith("About 6 documents · ")
    scout.take_bar.count.setValue(4)
    assert np.flatnonzero(scout.model.listing.column("is_ticked")).tolist() == [0, 1]


def test_what_waits_or_comes_is_neither_priced_nor_taken_again(qtbot: QtBot, scout: Scout) -> None:
    scout.set_busy(True)
    scout.take_bar.gigabytes.setValue(100)
    find(scout, items(4))
    assert scout.take_bar.download.text() == "Download 4"
    scout.let_wait(["item-000"])
    scout.set_state(DocumentChanged("item-001", "downloading", 1, 2))
    scout.set_state(DocumentChanged("item-002", "done", 5, 5))
    qtbot.waitUntil(lambda: scout.take_bar.download.text() == "Download 1")
    assert "1 more already here · 2 more on the way" in scout.take_bar.cost.text()
    with qtbot.waitSignal(scout.take_asked) as asked:
        scout.take()
    assert [item.identifier for item in asked.args[0]] == ["item-003"]
    scout.let_wait(["item-003"])
    qtbot.waitUntil(lambda: not scout.take_bar.download.isEnabled())
    assert scout.take_bar.cost.text() == "4 documents ticked: 1 here, 3 on the way."
    scout.end_downloading()
    assert scout.take_bar.download.text() == "Download 3"


def test_many_states_at_once_are_added_up_once(
    qtbot: QtBot, scout: Scout, monkeypatch: pytest.MonkeyPatch
) -> None:
    scout.set_busy(True)
    find(scout, items(200))
    scout.take_bar.gigabytes.setValue(1000)
    summary = Mock(wraps=scout_module.summary)
    monkeypatch.setattr(scout_module, "summary", summary)
    for name in [f"item-{n:03}" for n in range(200)]:
        scout.set_state(DocumentChanged(name, "done", 5, 5))
    assert summary.call_count == 0
    qtbot.waitUntil(lambda: summary.call_count > 0)
    assert summary.call_count == 1
    assert "all here" in scout.take_bar.cost.text()

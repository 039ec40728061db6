"""What the archive has: searched, narrowed and looked at in the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from deepzine_gui.archive import DocumentChanged, Item, ItemsFound
from deepzine_gui.archive.scout.ideas import IDEAS
from deepzine_gui.archive.scout.looking import Seen
from deepzine_gui.ui.collect import items_model, items_table
from deepzine_gui.ui.collect.columns import Column
from deepzine_gui.ui.collect.filtering import ALL
from deepzine_gui.ui.collect.scout import Scout
from deepzine_gui.ui.theme import COLOURS
from tests.ui.collect.finding import LENT, Looks, find, items, shown, ticked


def test_ideas_come_first(qtbot: QtBot, scout: Scout) -> None:
    assert len(scout.ideas.buttons) == len(IDEAS) >= 15
    assert scout.ideas.isVisible()
    told = " ".join(label.text() for label in scout.ideas.findChildren(QLabel))
    assert "Drop PDFs" in told
    assert "Open sample project" in told
    assert not scout.take_bar.isVisible()
    assert scout.search_bar.button.property("primary")
    with qtbot.assertNotEmitted(scout.search_asked):
        qtbot.mouseClick(scout.search_bar.button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(scout.search_asked) as asked:
        qtbot.mouseClick(scout.ideas.buttons[2], Qt.MouseButton.LeftButton)
    assert asked.args == ["boletinoficialdelarepublicaargentina"]
    menu = scout.search_bar.ideas.menu()
    with qtbot.waitSignal(scout.search_asked) as asked:
        menu.actions()[1].trigger()
    assert asked.args == ["aozorabunko"]


def test_the_total_is_said_at_once_and_results_stream_in(scout: Scout) -> None:
    scout.begin_search("zines")
    assert "Searching zines" in scout.summary.text()
    assert scout.nothing.isVisible()
    assert not scout.search_bar.button.property("primary")
    scout.take_found(ItemsFound(items(10), 30))
    assert scout.summary.text().startswith("30 items · 10 listed so far")
    assert scout.table.isVisible()
    scout.take_found(ItemsFound(items(20, 10), 30))
    assert scout.model.rowCount() == 30
    scout.end_search(completed=True, was_stopped=False)
    assert scout.summary.text().startswith("30 items · 300 pages")
    assert "6 cannot be taken" in scout.summary.text()


def test_every_column_has_a_name(scout: Scout) -> None:
    names = [
        scout.model.headerData(column, Qt.Orientation.Horizontal)
        for column in range(scout.model.columnCount())
    ]
    assert names == [
        "Take", "Title", "Creator", "Year", "Language", "Pages", "Size", "Downloads", "Rights",
        "State",
    ]  # fmt: skip


def test_closed_items_are_greyed_and_cannot_be_ticked(qtbot: QtBot, scout: Scout) -> None:
    find(scout, items(10))
    tick, title = (scout.model.index(4, column) for column in (Column.TICK, Column.TITLE))
    check = Qt.ItemDataRole.CheckStateRole
    assert tick.data(check) is None
    assert title.data(Qt.ItemDataRole.ForegroundRole) == QColor(COLOURS["light"]["faint"])
    assert scout.model.index(4, Column.STATE).data() == "Only lent"
    assert scout.model.index(4, Column.STATE).data(Qt.ItemDataRole.ToolTipRole) == LENT
    assert not scout.model.setData(tick, Qt.CheckState.Checked.value, check)
    scout.take_bar.untick.click()
    scout.table.selectAll()
    qtbot.keyClick(scout.table, Qt.Key.Key_Space)
    assert len(ticked(scout)) == 8
    assert "item-004" not in ticked(scout)
    qtbot.keyClick(scout.table, Qt.Key.Key_Space)
    assert ticked(scout) == []


def test_a_filter_narrows_and_makes_no_request(qtbot: QtBot, scout: Scout, looks: Looks) -> None:
    find(scout, items(40))
    qtbot.keyClicks(scout.filters.words, "title 01")
    assert shown(scout) == ["Title 001", *(f"Title 01{n}" for n in range(10))]
    assert "11 shown" in scout.summary.text()
    scout.filters.first_year.setText("1915")
    scout.filters.language.setCurrentIndex(scout.filters.language.findData("eng"))
    assert shown(scout) == ["Title 015", "Title 017", "Title 019"]
    scout.filters.only_open.setChecked(True)
    assert shown(scout) == ["Title 015", "Title 017"]
    qtbot.keyClicks(scout.filters.words, " nowhere")
    assert scout.nothing.isVisible()
    qtbot.mouseClick(scout.nothing.button, Qt.MouseButton.LeftButton)
    assert len(shown(scout)) == 40
    assert not scout.filters.reset.isEnabled()


def test_sorting_keeps_the_selection(scout: Scout) -> None:
    find(scout, items(30))
    scout.table.turn_to_place(3)
    flag = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    scout.table.selectionModel().select(scout.model.index(7, 0), flag)
    scout.table.sortByColumn(Column.TITLE, Qt.SortOrder.DescendingOrder)
    assert shown(scout)[0] == "Title 029"
    rows = sorted(index.row() for index in scout.table.selectionModel().selectedRows())
    assert rows == [22, 26]
    assert scout.table.currentIndex().row() == 26
    scout.table.sortByColumn(Column.SIZE, Qt.SortOrder.AscendingOrder)
    assert shown(scout)[:2] == ["Title 000", "Title 001"]


def test_very_many_are_sorted_by_title_a_little_later(
    qtbot: QtBot, scout: Scout, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(Item(f"item-{n}", f"Title {(n * 7919) % 10_007:05}") for n in range(10_000))
    find(scout, many[:6000], many[6000:])
    with qtbot.waitSignal(scout.model.rearranged):
        scout.table.sortByColumn(Column.TITLE, Qt.SortOrder.AscendingOrder)
    assert shown(scout) == sorted(item.title for item in many)


def test_results_that_come_late_are_put_into_order(scout: Scout) -> None:
    scout.table.sortByColumn(Column.DOWNLOADS, Qt.SortOrder.AscendingOrder)
    scout.begin_search("zines")
    scout.take_found(ItemsFound(items(5), 10))
    scout.take_found(ItemsFound(items(5, 5), 10))
    scout.end_search(completed=True, was_stopped=False)
    downloads = scout.model.listing.column("downloads")[scout.model.shown]
    assert downloads.tolist() == sorted(downloads.tolist())


def test_the_preview_shows_an_item_and_opens_its_page(
    qtbot: QtBot, scout: Scout, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    find(scout, items(8))
    preview = scout.preview
    scout.table.turn_to_place(4)
    assert preview.title.text() == "Title 004"
    assert preview.why.text() == LENT
    assert not preview.browser.isEnabled()
    qtbot.waitUntil(lambda: preview.cover.picture is not None)
    assert "About it." in preview.description.text()
    assert "algae" in preview.description.text()
    assert preview.facts["Date"].text() == "1903-05-01"
    qtbot.mouseClick(preview.browser, Qt.MouseButton.LeftButton)
    assert opened == [QUrl("https://archive.org/details/item-004")]
    looked = [look.identifier for look in looks.asked if not look.weigh_only]
    scout.table.turn_to_place(0)
    scout.table.turn_to_place(4)
    assert preview.cover.picture is not None
    assert looked == ["item-004"]


def test_trouble_with_an_item_is_said_in_the_preview(
    qtbot: QtBot, scout: Scout, looks: Looks
) -> None:
    looks.troubles["item-000"] = Seen(
        "item-000",
        trouble="The Internet Archive cannot be reached.",
        is_offline=True,
        is_whole=True,
    )
    scout.set_busy(True)
    find(scout, items(3))
    scout.table.turn_to_place(0)
    qtbot.waitUntil(lambda: "cannot be reached" in scout.preview.description.text())
    scout.set_busy(False)
    qtbot.wait(50)
    assert looks.weighed == []


def test_another_search_empties_the_preview(qtbot: QtBot, scout: Scout) -> None:
    find(scout, items(3))
    scout.table.turn_to_place(1)
    assert scout.preview.identifier == "item-001"
    scout.begin_search("other")
    assert scout.preview.identifier == ""


def test_a_search_that_finds_nothing_or_fails_says_so(qtbot: QtBot, scout: Scout) -> None:
    find(scout, ())
    assert scout.nothing.isVisible()
    assert "Nothing is found" in scout.nothing.sentence
    qtbot.mouseClick(scout.nothing.button, Qt.MouseButton.LeftButton)
    assert scout.ideas.isVisible()
    scout.search_bar.field.setText("zines")
    scout.begin_search("zines")
    scout.end_search(completed=False, was_stopped=False)
    with qtbot.waitSignal(scout.search_asked) as asked:
        qtbot.mouseClick(scout.nothing.button, Qt.MouseButton.LeftButton)
    assert asked.args == ["zines"]


def test_a_search_stopped_at_once_says_so(qtbot: QtBot, scout: Scout) -> None:
    scout.begin_search("zines")
    scout.end_search(completed=False, was_stopped=True)
    assert "was stopped" in scout.nothing.sentence
    assert scout.nothing.button.text() == "Try again"


def test_where_the_filter_lets_nothing_through_one_button_leads_on(scout: Scout) -> None:
    find(scout, items(3))
    scout.take_bar.count.setValue(0)
    scout.set_ready(True)
    assert scout.take_bar.next.isVisible()
    scout.filters.words.setText("nowhere")
    assert not scout.take_bar.next.isVisible()
    assert not scout.take_bar.download.isEnabled()
    scout.nothing.button.click()
    assert scout.take_bar.next.isVisible()


def test_a_new_project_begins_with_the_ideas(scout: Scout, tmp_path: Path) -> None:
    find(scout, items(3))
    scout.filters.words.setText("nowhere")
    assert scout.nothing.isVisible()
    scout.open_project(tmp_path, "", [])
    assert scout.ideas.isVisible()
    assert scout.filters.value == ALL


def test_columns_give_way_where_there_is_no_room(qtbot: QtBot, scout: Scout) -> None:
    find(scout, items(3))
    wide = [not scout.table.isColumnHidden(column) for column in Column]
    # a window of 1440 px leaves the bench so much
    assert all(wide)
    scout.resize(1068, 560)
    QApplication.processEvents()
    narrow = [not scout.table.isColumnHidden(column) for column in Column]
    assert sum(narrow) < sum(wide)
    assert all(narrow[column] for column in (Column.TICK, Column.TITLE, Column.SIZE, Column.STATE))


def test_large_selections_are_let_go(scout: Scout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items_table, "_MOST_SELECTED", 5)
    find(scout, items(8))
    scout.table.selectAll()
    scout.filters.words.setText("title")
    assert not scout.table.selectionModel().hasSelection()


def test_a_download_is_seen_in_its_row(scout: Scout) -> None:
    find(scout, items(3))
    state = scout.model.index(1, Column.STATE)
    scout.set_state(DocumentChanged("item-001", "downloading", 30, 120))
    assert state.data(items_model.PROGRESS_ROLE) == 0.25
    scout.set_state(DocumentChanged("item-001", "failed", reason="It broke."))
    assert state.data() == "Failed"
    assert state.data(Qt.ItemDataRole.ToolTipRole) == "It broke."
    assert state.data(Qt.ItemDataRole.ForegroundRole) == QColor(COLOURS["light"]["spot"])
    scout.set_state(DocumentChanged("item-002", "downloading", 30, 120))
    scout.end_downloading()
    assert scout.model.index(2, Column.STATE).data() == "Not finished"
    scout.set_state(DocumentChanged("stranger", "done"))
    assert scout.documents_here == 1


def test_all_that_is_asked_before_a_download_fits_a_narrow_window(scout: Scout) -> None:
    find(scout, items(5))
    scout.take_bar.way.setCurrentIndex(scout.take_bar.way.findData("random"))
    assert scout.take_bar.seed.isVisible()
    # of a window of 960 the bench keeps 16 on each side
    scout.resize(928, 760)
    QApplication.processEvents()
    assert scout.minimumSizeHint().width() <= 928
    scout.resize(928, scout.minimumSizeHint().height())
    for control in (*scout.take_bar.children(), *scout.filters.children()):
        if isinstance(control, QWidget) and control.isVisible():
            assert scout.rect().contains(QRect(control.mapTo(scout, QPoint()), control.size()))

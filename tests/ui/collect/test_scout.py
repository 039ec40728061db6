"""What the archive has: searched, narrowed, looked at, chosen and priced in the window."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QItemSelectionModel, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deepzine_gui.archive import DocumentChanged, Item, ItemsFound, costs
from deepzine_gui.archive.ideas import IDEAS
from deepzine_gui.archive.looking import Look, Seen
from deepzine_gui.ui.collect import closer_look, desk, items_model, items_table, preview_pane
from deepzine_gui.ui.collect import scout as scout_module
from deepzine_gui.ui.collect.columns import Column
from deepzine_gui.ui.collect.filtering import ALL
from deepzine_gui.ui.collect.scout import Scout
from deepzine_gui.ui.theme import COLOURS

LENT = "This item can only be borrowed."
GB = 10**9


class Looks:
    """Answers looks in place of the child process: every document weighs a tenth of its item."""

    def __init__(self) -> None:
        self.asked: list[Look] = []
        self.troubles: dict[str, Seen] = {}
        self.closed: set[str] = set()

    def answer(self) -> Iterator[Seen | None]:
        seen: Seen | None = None
        while True:
            look = yield seen
            self.asked.append(look)
            seen = self.troubles.get(look.identifier) or self._seen(look)

    def _seen(self, look: Look) -> Seen:
        item = Item(
            look.identifier,
            look.identifier,
            size_bytes=100_000_000,
            restricted=LENT if look.identifier in self.closed else "",
            is_weighed=True,
        )
        url = f"https://archive.org/details/{look.identifier}"
        return Seen(
            look.identifier, item, "About it.", "1903-05-01", "algae", url, cover(),
            is_whole=not look.weigh_only,
        )  # fmt: skip

    @property
    def weighed(self) -> list[str]:
        return [look.identifier for look in self.asked if look.weigh_only]


def cover() -> bytes:
    image = QImage(12, 18, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    looks = Looks()
    monkeypatch.setattr(desk, "_start", looks.answer)
    monkeypatch.setattr(closer_look, "_SETTLED_MS", 0)
    monkeypatch.setattr(preview_pane, "_SETTLED_MS", 0)
    return looks


@pytest.fixture
def scout(qtbot: QtBot, looks: Looks) -> Iterator[Scout]:
    scout = Scout()
    scout.resize(1408, 760)
    scout.show()
    yield scout
    scout.shut_down()
    scout.deleteLater()


def items(count: int, start: int = 0) -> tuple[Item, ...]:
    return tuple(
        Item(
            f"item-{n:03}",
            f"Title {n:03}",
            creator="Nobody",
            year=1900 + n % 100,
            language="eng" if n % 2 else "spa",
            pages=10,
            size_bytes=GB,
            downloads=1000 - n,
            restricted=LENT if n % 5 == 4 else "",
        )
        for n in range(start, start + count)
    )


def find(scout: Scout, *pages: tuple[Item, ...], total: int | None = None) -> None:
    """What a search of these pages does to the scout."""
    scout.begin_search("zines")
    for page in pages:
        scout.take_found(ItemsFound(page, total or sum(map(len, pages))))
    scout.end_search(completed=True, was_stopped=False)


def ticked(scout: Scout) -> list[str]:
    listing = scout.model.listing
    return [n for n, on in zip(listing.identifiers, listing.column("is_ticked"), strict=True) if on]


def shown(scout: Scout) -> list[str]:
    model = scout.model
    return [model.index(row, Column.TITLE).data() for row in range(model.rowCount())]


def test_ideas_come_first(qtbot: QtBot, scout: Scout) -> None:
    assert len(scout.ideas.buttons) == len(IDEAS) >= 15
    assert scout.ideas.isVisible()
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
    taken, limit = asked.args
    assert [item.identifier for item in taken] == [
        "item-002", "item-000", "item-001", "item-003", "item-005",
    ]  # fmt: skip
    assert limit is None


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


def test_what_waits_or_comes_is_neither_priced_nor_taken_again(qtbot: QtBot, scout: Scout) -> None:
    scout.set_busy(True)
    scout.take_bar.gigabytes.setValue(100)
    find(scout, items(4))
    assert scout.take_bar.download.text() == "Download 4"
    scout.set_state(DocumentChanged("item-000", "waiting"))
    scout.set_state(DocumentChanged("item-001", "downloading", 1, 2))
    scout.set_state(DocumentChanged("item-002", "done", 5, 5))
    qtbot.waitUntil(lambda: scout.take_bar.download.text() == "Download 1")
    assert "1 more already here · 2 more on the way" in scout.take_bar.cost.text()
    with qtbot.waitSignal(scout.take_asked) as asked:
        scout.take()
    assert [item.identifier for item in asked.args[0]] == ["item-003"]
    scout.set_state(DocumentChanged("item-003", "waiting"))
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
        scout.set_state(DocumentChanged(name, "waiting"))
    assert summary.call_count == 0
    qtbot.waitUntil(lambda: summary.call_count > 0)
    assert summary.call_count == 1
    assert "all on the way" in scout.take_bar.cost.text()


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

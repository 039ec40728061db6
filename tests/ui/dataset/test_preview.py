"""One page before and after, live, in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from deepzine_gui.dataset.judging.rules import NO_RULES, Rules
from deepzine_gui.dataset.values import KEPT, REASONS, SET_ASIDE, Columns
from deepzine_gui.pages import PageSettings, find_documents
from deepzine_gui.ui.dataset.settings.documents_found import Found
from deepzine_gui.ui.dataset.settings.originals import Originals
from deepzine_gui.ui.dataset.settings.preview_panel import PreviewPanel
from tests.processes import our_children

PAGES = 5
PLAIN = PageSettings(resolution=16, fit="stretch", split=0, trim=0, straighten=0)


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[PreviewPanel]:
    panel = PreviewPanel()
    qtbot.addWidget(panel)
    panel.show_settings(PLAIN)
    panel.show_rules(NO_RULES)
    panel.show()
    yield panel
    panel.close_engine()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of pages, page n of grey 40 n throughout."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(1, PAGES + 1):
        grey = np.full((30, 20), 40 * number, np.uint8)
        Image.fromarray(grey).save(folder / f"{number}.png")
    return folder


def show(panel: PreviewPanel, *sources: Path) -> None:
    panel.show_documents(Found(tuple(find_documents(sources))))


def grey_of(panel: PreviewPanel) -> int | None:
    after = panel.view.after
    return QColor(after[0].image.pixel(8, 8)).red() if after else None


def wait_for_grey(qtbot: QtBot, panel: PreviewPanel, grey: int) -> None:
    qtbot.waitUntil(lambda: grey_of(panel) == grey)


def test_without_documents_it_says_what_to_do(panel: PreviewPanel) -> None:
    assert panel.view.sentence.startswith("There are no documents yet")
    assert not panel.another.isEnabled()
    panel.show_documents(Found((), "The folder x cannot be read."))
    assert panel.view.sentence == "The folder x cannot be read."


def test_the_middle_page_comes_first_and_any_other_can_be_chosen(
    qtbot: QtBot, panel: PreviewPanel, pictures: Path
) -> None:
    show(panel, pictures)
    wait_for_grey(qtbot, panel, 120)
    assert (panel.page.value(), panel.page.maximum()) == (3, PAGES)
    assert panel.view.before is not None
    assert panel.view.before.height() > panel.view.before.width()
    panel.page.setValue(5)
    wait_for_grey(qtbot, panel, 200)


def test_settings_are_seen_at_once(qtbot: QtBot, panel: PreviewPanel, pictures: Path) -> None:
    show(panel, pictures)
    wait_for_grey(qtbot, panel, 120)
    panel.show_settings(PLAIN.model_copy(update={"resolution": 32}))
    qtbot.waitUntil(lambda: panel.view.after[0].image.width() == 32)
    assert grey_of(panel) == 120


def test_a_rule_that_would_set_it_aside_is_named(
    qtbot: QtBot, panel: PreviewPanel, pictures: Path
) -> None:
    show(panel, pictures)
    wait_for_grey(qtbot, panel, 120)
    assert [page.fate for page in panel.view.after] == ["kept"]
    panel.show_rules(Rules(blanks=0.01))
    assert [page.fate for page in panel.view.after] == ["would be set aside: blank"]
    panel.show_rules(NO_RULES.model_copy(update={"skip_last": 3}))
    assert [page.fate for page in panel.view.after] == ["would be set aside: last pages"]
    panel.show_rules(NO_RULES.model_copy(update={"skip_last": 2}))
    assert [page.fate for page in panel.view.after] == ["kept"]


def test_a_document_that_cannot_be_opened_says_so_in_place(
    qtbot: QtBot, panel: PreviewPanel, pictures: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 and then nothing")
    show(panel, broken, pictures)
    qtbot.waitUntil(lambda: "broken.pdf" in panel.view.sentence)
    assert panel.view.before is None
    assert not panel.page.isEnabled()
    panel.documents.setCurrentIndex(1)
    panel.documents.activated.emit(1)
    wait_for_grey(qtbot, panel, 120)


def test_a_narrow_panel_leaves_room_for_the_documents_name(
    qtbot: QtBot, panel: PreviewPanel, pictures: Path
) -> None:
    show(panel, pictures)
    wait_for_grey(qtbot, panel, 120)
    # as in the smallest window
    panel.resize(330, 200)
    qtbot.waitUntil(lambda: panel.page.text() == "3 of 5")
    qtbot.waitUntil(lambda: panel.documents.width() > panel.page.width())
    assert panel.another.text() == ""
    # as there after a build, beside how many pages each rule sets aside
    panel.resize(260, 200)
    qtbot.waitUntil(lambda: panel.documents.width() == panel.width())
    assert panel.page.mapTo(panel, QPoint()).y() > panel.documents.geometry().bottom()
    panel.resize(600, 200)
    qtbot.waitUntil(lambda: panel.page.text() == "page 3 of 5")
    assert panel.another.text() == "Another page"


def test_another_page_is_one_of_any_document(
    qtbot: QtBot, panel: PreviewPanel, pictures: Path, tmp_path: Path
) -> None:
    single = tmp_path / "single.png"
    Image.fromarray(np.full((30, 20), 250, np.uint8)).save(single)
    show(panel, pictures, single)
    wait_for_grey(qtbot, panel, 120)
    greys: set[int | None] = set()
    clicks = 0
    while not (250 in greys and len(greys) >= 3):
        assert clicks < 200
        clicks += 1
        with qtbot.waitSignal(panel._looking.seen):
            qtbot.mouseClick(panel.another, Qt.MouseButton.LeftButton)
        greys.add(grey_of(panel))
    assert greys <= {40, 80, 120, 160, 200, 250}


def test_a_process_that_dies_is_said_and_started_again(
    qtbot: QtBot, panel: PreviewPanel, pictures: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = set(our_children())
    show(panel, pictures)
    wait_for_grey(qtbot, panel, 120)
    (child,) = set(our_children()) - before
    child.kill()
    panel.page.setValue(4)
    qtbot.waitUntil(lambda: "ended unexpectedly" in panel.view.sentence)
    assert "ended unexpectedly" in caplog.text
    panel.page.setValue(5)
    wait_for_grey(qtbot, panel, 200)


def test_hidden_it_asks_for_nothing(qtbot: QtBot, panel: PreviewPanel, pictures: Path) -> None:
    panel.hide()
    before = set(our_children())
    show(panel, pictures)
    assert set(our_children()) == before
    panel.show()
    panel.look()
    wait_for_grey(qtbot, panel, 120)


def test_the_same_page_stays_when_documents_are_added(
    qtbot: QtBot, panel: PreviewPanel, pictures: Path, tmp_path: Path
) -> None:
    show(panel, pictures)
    wait_for_grey(qtbot, panel, 120)
    panel.page.setValue(2)
    wait_for_grey(qtbot, panel, 80)
    single = tmp_path / "single.png"
    Image.fromarray(np.full((30, 20), 250, np.uint8)).save(single)
    show(panel, single, pictures)
    assert panel.documents.currentText() == "pictures"
    assert panel.page.value() == 2
    assert grey_of(panel) == 80


def columns_with(prints: list[int], state: list[int], reason: list[int]) -> Columns:
    """Pages 1, 2 … of the first document of two, then one page of the second."""
    count = len(prints)
    few = {name: np.zeros(count, np.float32) for name in ("aspect", "ink", "brightness")}
    few |= {name: np.zeros(count, np.float32) for name in ("picture", "black")}
    return Columns(
        document=np.array([0] * (count - 1) + [1], np.int32),
        page=np.array([*range(1, count), 1], np.int32),
        part=np.zeros(count, np.uint8),
        original_px=np.zeros(count, np.int32),
        fingerprint=np.array(prints, np.uint64),
        label=np.full(count, "", object),
        label_by_hand=np.zeros(count, np.uint8),
        state=np.array(state, np.uint8),
        reason=np.array(reason, np.uint8),
        document_pages=np.array([count - 1, 1], np.int32),
        **few,
    )


@pytest.mark.parametrize(
    ("page", "fingerprint", "bits", "expected"),
    [
        (2, 0b1, 1, True), (2, 0b111, 1, False), (1, 0b1, 1, False), (3, 0b1111_0000, 0, False),
        (4, 0b1, 6, False), (9, 0b0, 0, True),
    ],
)  # fmt: skip
def test_a_double_is_like_a_kept_page_before_it(
    page: int, fingerprint: int, bits: int, expected: bool
) -> None:
    blank, by_hand = REASONS.index("blank"), REASONS.index("by hand")
    state, reason = [KEPT, SET_ASIDE, KEPT, KEPT, KEPT], [0, blank, 0, by_hand, 0]
    known = Originals(columns_with([0, 0b1111_0000, 7, 0, 0], state, reason), ("a", "b"))
    assert known.have("a", page, 0, fingerprint, bits) is expected
    assert known.have("b", 1, 0, 0, 0)
    assert not known.have("new", page, 0, fingerprint, bits)


def test_a_double_is_named_once_there_is_a_dataset(
    qtbot: QtBot, panel: PreviewPanel, pictures: Path
) -> None:
    show(panel, pictures)
    panel.show_rules(NO_RULES.model_copy(update={"doubles": 1}))
    wait_for_grey(qtbot, panel, 120)
    assert panel.view.after[0].fate == "kept"
    assert panel._glance is not None
    own = panel._glance.measures[0].fingerprint
    prints, kept = [own, 0, own, 1], [KEPT] * 4
    panel.show_originals(Originals(columns_with(prints, kept, [0] * 4), ("pictures", "other")))
    assert panel.view.after[0].fate == "would be set aside: double"
    panel.show_rules(NO_RULES)
    assert panel.view.after[0].fate == "kept"


@pytest.mark.parametrize(
    ("state", "fate", "stays"),
    [(KEPT, "kept by hand", True), (SET_ASIDE, "set aside by hand", False)],
)
def test_what_a_person_decided_is_said_and_not_what_the_rules_would_do(
    qtbot: QtBot, panel: PreviewPanel, pictures: Path, state: int, fate: str, stays: bool
) -> None:
    show(panel, pictures)
    panel.show_rules(NO_RULES.model_copy(update={"skip_last": 3}) if stays else NO_RULES)
    wait_for_grey(qtbot, panel, 120)
    reason = [0, 0, REASONS.index("by hand"), 0]
    columns = columns_with([0] * 4, [KEPT, KEPT, state, KEPT], reason)
    panel.show_originals(Originals(columns, ("pictures", "other")))
    assert [(page.fate, page.kept) for page in panel.view.after] == [(fate, stays)]
    panel.page.setValue(2)
    wait_for_grey(qtbot, panel, 80)
    assert "hand" not in panel.view.after[0].fate

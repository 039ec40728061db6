"""The settings and rules of the Dataset bench, and what they come to."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from deepzine_gui.dataset.judging.rules import NO_RULES, Rules
from deepzine_gui.dataset.values import KEPT, REASONS, SET_ASIDE, Columns
from deepzine_gui.pages import PageSettings
from deepzine_gui.ui.dataset.settings.panel import SettingsPanel
from deepzine_gui.ui.dataset.settings.plan_words import size_to_come
from deepzine_gui.ui.dataset.settings.tally import Tally, count

INK = (0.0, 0.0002, 0.001, 0.1, 0.1, 0.1)
BLACK = (0.0, 0.0, 0.0, 0.0, 0.7, 0.9)
FAR_APART = (0x0, 0xFFFF, 0xFFFF0000, 0xFFFF00000000, 0xFFFF000000000000, 0xFFFFFFFFFFFFFFFF)


def test_small_pages_are_weighed_with_what_is_known_of_them() -> None:
    assert size_to_come(1000, PageSettings(resolution=4)) == "dataset about 239 kB"
    assert size_to_come(1000, PageSettings(resolution=512, colour="rgb")) == "dataset about 260 MB"


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[SettingsPanel]:
    panel = SettingsPanel()
    qtbot.addWidget(panel)
    panel.show()
    yield panel
    panel.shut_down()


def six_pages() -> Columns:
    """Of one document; two are blank and two are black."""
    return Columns(
        document=np.zeros(6, np.int32),
        page=np.arange(1, 7, dtype=np.int32),
        part=np.zeros(6, np.uint8),
        aspect=np.ones(6, np.float32),
        original_px=np.zeros(6, np.int32),
        ink=np.array(INK, np.float32),
        brightness=np.ones(6, np.float32),
        picture=np.zeros(6, np.float32),
        black=np.array(BLACK, np.float32),
        fingerprint=np.array(FAR_APART, np.uint64),
        label=np.full(6, "", object),
        label_by_hand=np.zeros(6, np.uint8),
        state=np.full(6, KEPT, np.uint8),
        reason=np.zeros(6, np.uint8),
        document_pages=np.array([6], np.int32),
    )


def note(panel: SettingsPanel, rule: str) -> str:
    return panel.shown.rules.form.strength(rule).note.text()


def test_settings_come_back_whole_and_are_not_announced(qtbot: QtBot, panel: SettingsPanel) -> None:
    wanted = PageSettings(
        resolution=64, colour="rgb", fit="crop", split=0.0, trim=0.31, straighten=1.5, ink=0.2
    )
    with qtbot.assertNotEmitted(panel.settings_changed):
        panel.set_value(wanted)
    assert panel.value() == wanted


def test_rules_come_back_whole_and_are_not_announced(qtbot: QtBot, panel: SettingsPanel) -> None:
    wanted = Rules(skip_first=3, blanks=0.0071, doubles=0, pictures=0.9, small=650)
    with qtbot.assertNotEmitted(panel.rules_changed):
        panel.set_rules(wanted)
    assert panel.rules() == wanted


def test_changing_a_step_is_no_change_of_rules(qtbot: QtBot, panel: SettingsPanel) -> None:
    with qtbot.waitSignal(panel.settings_changed), qtbot.assertNotEmitted(panel.rules_changed):
        panel.shown.cleaning.strength("trim").check.click()
    assert panel.value() == PageSettings(trim=0.0)
    with qtbot.waitSignal(panel.rules_changed), qtbot.assertNotEmitted(panel.settings_changed):
        panel.shown.rules.form.strength("skip_last").check.click()
    assert panel.rules() == Rules(skip_last=2)


def test_a_tally_counts_each_reason_once_and_leaves_what_is_by_hand() -> None:
    columns = six_pages()
    assert count((columns, Rules(blanks=0.0003, black=0.6))) == Tally(
        6, 2, {"blank": 2, "black": 2}
    )
    columns.state[3], columns.reason[3] = SET_ASIDE, REASONS.index("by hand")
    columns.reason[0] = REASONS.index("by hand")
    assert count((columns, Rules(blanks=0.0003, black=0.6))) == Tally(
        6, 2, {"by hand": 1, "blank": 1, "black": 2}
    )
    assert count((columns, NO_RULES)) == Tally(6, 5, {"by hand": 1})


def test_each_rule_tells_how_many_pages_it_takes_as_it_is_changed(
    qtbot: QtBot, panel: SettingsPanel
) -> None:
    panel.set_rules(Rules(blanks=0.0003, doubles=0, black=0.6))
    panel.set_dataset(six_pages())
    qtbot.waitUntil(lambda: "2 kept, 4 set aside" in panel.shown.outcome.text())
    assert panel.shown.outcome.text().startswith("6 pages → ")
    assert (note(panel, "blanks"), note(panel, "black"), note(panel, "small")) == ("2", "2", "–")
    blanks = panel.shown.rules.form.strength("blanks").slider
    for strength in range(3, 13):
        blanks.setValue(strength)
    qtbot.waitUntil(lambda: note(panel, "blanks") == "3")
    panel.shown.rules.form.strength("black").check.click()
    qtbot.waitUntil(lambda: "3 kept, 3 set aside" in panel.shown.outcome.text())
    panel.set_dataset(None)
    assert "set aside" not in panel.shown.outcome.text()
    assert panel.shown.rules.form.strength("blanks").note.isHidden()


def test_a_tally_that_comes_after_its_dataset_has_gone_is_not_shown(
    qtbot: QtBot, panel: SettingsPanel
) -> None:
    panel.set_dataset(six_pages())
    panel.set_dataset(None)
    panel.shut_down()
    assert panel.shown.outcome.text() == ""


def test_before_the_build_the_documents_pages_are_counted(
    qtbot: QtBot, panel: SettingsPanel, tmp_path: Path
) -> None:
    for number in range(3):
        Image.fromarray(np.full((20, 16), 90, np.uint8)).save(tmp_path / f"{number}.png")
    (tmp_path / "torn.pdf").write_bytes(b"%PDF-1.4 and then nothing")
    panel.set_value(PageSettings(resolution=1024))
    panel.set_documents([tmp_path, tmp_path / "gone.pdf"])
    qtbot.waitUntil(lambda: panel.shown.outcome.text().startswith("3 pages · dataset about"))
    smaller = panel.shown.outcome.text()
    panel.set_value(PageSettings(resolution=1024, colour="rgb"))
    assert panel.shown.outcome.text() != smaller


def show(panel: SettingsPanel, *, usable: bool = True, **state: bool) -> None:
    panel.show_state(can_build=True, whole=True, usable=usable, **state)


def test_what_to_do_next_is_the_primary_button(panel: SettingsPanel) -> None:
    show(panel, busy=False, built=False, current=False)
    assert panel.build.property("primary")
    assert panel.next.isHidden()
    show(panel, busy=False, built=True, current=True)
    assert panel.next.property("primary")
    assert panel.build.text() == "Build again"
    # nothing is left to learn from
    show(panel, busy=False, built=True, current=True, usable=False)
    assert panel.next.isVisibleTo(panel)
    assert not panel.next.property("primary")
    assert not panel.build.property("primary")
    show(panel, busy=False, built=True, current=False)
    assert panel.build.property("primary")
    assert panel.shown.steps_when.text() == "not built yet: press Build"
    assert panel.shown.rules_when.text() == "at once; nothing is deleted"


def test_nothing_can_be_changed_while_it_is_built(panel: SettingsPanel) -> None:
    show(panel, busy=True, built=True, current=True)
    assert not any(box.isEnabled() for box in panel.shown.rules.findChildren(QCheckBox))
    assert not panel.shown.shape.isEnabled()
    assert not panel.build.isEnabled()


def test_the_fold_is_open_until_there_is_a_dataset_or_as_the_person_wants(
    panel: SettingsPanel,
) -> None:
    show(panel, busy=False, built=False, current=False)
    assert panel.shown.details.isVisible()
    assert not panel.shown.summary.isVisible()
    show(panel, busy=False, built=True, current=True)
    assert not panel.shown.details.isVisible()
    assert "trim margins" in panel.shown.plan.text()
    assert "Set aside: blank pages, doubles, black pages" in panel.shown.plan.text()
    panel.shown.fold.click()
    show(panel, busy=False, built=True, current=True)
    assert panel.shown.details.isVisible()

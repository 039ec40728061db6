"""Marks go into the file, come back by undo, and are taken back where they cannot be written."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from deepzine_gui.dataset import NO_RULES, Rules, apply_rules, open_dataset
from deepzine_gui.errors import StorageError
from deepzine_gui.ui.dataset.marks import marking as module
from deepzine_gui.ui.dataset.marks.marking import Marking
from tests.ui.dataset.tables import dataset_file, table_of

COUNT = 12
PAGES = np.array([2, 5, 7])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return dataset_file(tmp_path / "dataset.h5", COUNT, NO_RULES)


@pytest.fixture
def marking(qtbot: QtBot, file: Path) -> Iterator[Marking]:
    owner = QObject()
    marking = Marking(owner)
    marking.open(file, table_of(file), NO_RULES)
    qtbot.waitUntil(lambda: marking._kept_by_rules is not None)
    yield marking
    marking.close()
    owner.deleteLater()


def marks_in(file: Path) -> list[tuple[int, int, str]]:
    """State, reason and label of each page, as the file has them."""
    columns = table_of(file).columns()
    return list(zip(columns.state.tolist(), columns.reason.tolist(), columns.label, strict=True))


def in_step(marking: Marking, file: Path) -> bool:
    columns = marking._table.columns()
    shown = zip(columns.state.tolist(), columns.reason.tolist(), columns.label, strict=True)
    return marking.is_saved and list(shown) == marks_in(file)


def test_set_aside_and_brought_back_is_what_it_was(
    qtbot: QtBot, marking: Marking, file: Path
) -> None:
    before = marks_in(file)
    marking.toggle(PAGES)
    qtbot.waitUntil(lambda: in_step(marking, file))
    assert [page for page, (state, _, _) in enumerate(marks_in(file)) if state] == PAGES.tolist()
    marking.toggle(PAGES)
    qtbot.waitUntil(lambda: in_step(marking, file) and marks_in(file) == before)


def test_undo_and_redo_go_through_every_step(qtbot: QtBot, marking: Marking, file: Path) -> None:
    steps = [marks_in(file)]
    for change in (
        lambda: marking.set_aside(PAGES),
        lambda: marking.label(np.arange(3), "cover"),
        lambda: marking.label_by("folder"),
        lambda: marking.apply_rules(Rules(skip_first=1, blanks=0, doubles=0, black=0)),
        lambda: marking.toggle(np.arange(COUNT)),
    ):
        count = marking.stack.count()
        change()
        qtbot.waitUntil(lambda count=count: marking.stack.count() == count + 1)  # type: ignore[misc]
        qtbot.waitUntil(lambda: in_step(marking, file))
        steps.append(marks_in(file))
    assert len({str(step) for step in steps}) == len(steps)
    for expected in reversed(steps[:-1]):
        marking.undo()
        qtbot.waitUntil(lambda: in_step(marking, file))
        assert marks_in(file) == expected
    for expected in steps[1:]:
        marking.redo()
        qtbot.waitUntil(lambda: in_step(marking, file))
        assert marks_in(file) == expected


def test_rules_leave_what_was_marked_by_hand(qtbot: QtBot, marking: Marking, file: Path) -> None:
    marking.set_aside(np.array([0]))
    rules = Rules(skip_last=2, blanks=0, doubles=0, black=0)
    marking.apply_rules(rules)
    qtbot.waitUntil(lambda: marking.stack.count() == 2)
    marking.bring_back(np.array([5]))
    qtbot.waitUntil(lambda: in_step(marking, file))
    expected = marks_in(file)
    with open_dataset(file) as dataset:
        assert dataset.rules == rules
    apply_rules(file, rules)
    assert marks_in(file) == expected
    assert [page for page, (state, _, _) in enumerate(expected) if state] == [0, 4, 10, 11]


def test_undone_rules_are_told_and_in_the_file(qtbot: QtBot, marking: Marking, file: Path) -> None:
    marking.apply_rules(Rules(skip_last=2))
    qtbot.waitUntil(lambda: marking.stack.count() == 1)
    with qtbot.waitSignal(marking.rules_changed) as told:
        marking.undo()
    assert told.args == [NO_RULES]
    qtbot.waitUntil(lambda: in_step(marking, file))
    with open_dataset(file) as dataset:
        assert dataset.rules == NO_RULES


def test_what_cannot_be_written_is_taken_back(
    qtbot: QtBot, marking: Marking, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marking.set_aside(PAGES)
    qtbot.waitUntil(lambda: in_step(marking, file))
    written = marks_in(file)

    def full(path: Path, **columns: object) -> None:
        raise StorageError(f"{path} could not be written: the disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(module.dataset, "write_marks", full)
        with qtbot.waitSignal(marking.failed):
            marking.label(PAGES, "lost")
            marking.toggle(np.arange(COUNT))
    assert in_step(marking, file)
    assert marks_in(file) == written
    assert marking.stack.index() == 1
    marking.undo()
    qtbot.waitUntil(lambda: in_step(marking, file))
    assert not any(state for state, _, _ in marks_in(file))


def test_closing_waits_for_what_is_to_be_written(marking: Marking, file: Path) -> None:
    for _ in range(5):
        marking.toggle(PAGES)
    marking.close()
    assert [page for page, (state, _, _) in enumerate(marks_in(file)) if state] == PAGES.tolist()
    marking.undo()
    marking.set_aside(np.arange(COUNT))
    assert not marking.is_open


def test_labels_come_from_the_documents(qtbot: QtBot, marking: Marking, file: Path) -> None:
    marking.label_by("year")
    qtbot.waitUntil(lambda: in_step(marking, file))
    assert [label for _, _, label in marks_in(file)] == ["1903"] * 6 + [""] * 6
    marking.label_by("none")
    qtbot.waitUntil(lambda: in_step(marking, file))
    assert {label for _, _, label in marks_in(file)} == {""}
    # they stay off, unless that is undone
    assert table_of(file).marks.label_by_hand.tolist() == [1] * 6 + [0] * 6
    marking.undo()
    marking.undo()
    qtbot.waitUntil(lambda: in_step(marking, file))
    assert not table_of(file).marks.label_by_hand.any()

"""How many processes render is a choice of the Run menu."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from deepzine_gui import dataset
from deepzine_gui.ui import memory
from deepzine_gui.ui.bench import Bench
from deepzine_gui.ui.dataset import DatasetBench, making
from deepzine_gui.ui.dataset.making import Making
from deepzine_gui.ui.dataset.workers import WorkersMenu


@pytest.fixture
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "usual_workers", lambda: 4)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    parent = QWidget()
    qtbot.addWidget(parent)
    return parent


def numbers(menu: WorkersMenu) -> list[int]:
    return [action.data() for action in menu.actions()]


@pytest.mark.usefixtures("four_cores")
def test_all_cores_are_taken_until_fewer_are_chosen(parent: QWidget) -> None:
    menu = WorkersMenu(parent)
    assert numbers(menu) == [4, 3, 1]
    assert menu.number() == 4
    menu.actions()[1].trigger()
    assert menu.number() == 3
    again = WorkersMenu(parent)
    assert [action.isChecked() for action in again.actions()] == [False, True, False]
    again.actions()[0].trigger()
    assert memory.workers() == 0


@pytest.mark.parametrize(("cores", "choices"), [(1, [1]), (2, [2, 1])])
def test_no_choice_is_offered_twice(
    parent: QWidget, monkeypatch: pytest.MonkeyPatch, cores: int, choices: list[int]
) -> None:
    monkeypatch.setattr(dataset, "usual_workers", lambda: cores)
    assert numbers(WorkersMenu(parent)) == choices


@pytest.mark.usefixtures("four_cores")
def test_what_was_chosen_on_a_larger_machine_is_no_more_than_there_is(parent: QWidget) -> None:
    memory.choose_workers(12)
    assert WorkersMenu(parent).number() == 4


@pytest.mark.usefixtures("four_cores")
def test_a_build_takes_as_many_as_were_chosen(
    bench: DatasetBench, monkeypatch: pytest.MonkeyPatch, pictures: Path
) -> None:
    taken: list[int] = []
    monkeypatch.setattr(making, "in_child", lambda *_, workers, **__: taken.append(workers))
    monkeypatch.setattr(Bench, "start_job", lambda *_, **__: None)
    monkeypatch.setattr(Making, "_start", lambda *_, **__: None)
    assert bench.making.workers.menuAction() in bench.commands()
    bench.making.workers.actions()[-1].trigger()
    bench.build()
    assert taken == [1]

"""Processes that do not go together say so, each of them, before anything is trained."""

import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from deepzine_gui import dataset as pages
from deepzine_gui.training import TrainingConfig
from deepzine_gui.training.processes.agreement import (
    DisagreementError,
    Terms,
    look_at_terms,
    terms,
)
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.processes.ranks import Ranks


@pytest.fixture
def here(dataset: Path, quick: TrainingConfig) -> Terms:
    """What the leading process brings."""
    return {**terms(dataset, Place("cpu"), quick), "machine": "first"}


@pytest.fixture
def other(tmp_path: Path, dataset: Path) -> Path:
    """A copy of the dataset on the other machine."""
    return shutil.copyfile(dataset, tmp_path / "copy.h5")


def test_copies_of_a_dataset_and_unknown_settings_go_together(here: Terms, other: Path) -> None:
    look_at_terms(here, {**terms(other, Place("cpu", 1, 2), None), "machine": "other"})
    look_at_terms({}, {})


def set_page_aside(path: Path) -> None:
    pages.set_aside(path, [3])


def set_label(path: Path) -> None:
    pages.set_label(path, [3], "maps")


@pytest.mark.parametrize("change", [set_page_aside, set_label])
def test_another_dataset_is_told(here: Terms, other: Path, change: Callable[[Path], None]) -> None:
    change(other)
    theirs = {**terms(other, Place("cpu", 1, 2), None), "machine": "other"}
    with pytest.raises(DisagreementError, match="dataset on first is another one than on other"):
        look_at_terms(here, theirs)


def test_another_setting_is_told(here: Terms, other: Path, quick: TrainingConfig) -> None:
    config = quick.model_copy(update={"learning_rate": 0.5})
    with pytest.raises(DisagreementError, match=r"learning_rate is 0\.001 on first and 0\.5 on o"):
        look_at_terms(here, {**terms(other, Place("cpu", 1, 2), config), "machine": "other"})


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DeepZine", "0.0", r"DeepZine is .* on first and 0\.0 on other: install the same"),
        ("PyTorch", "1.0", r"PyTorch is .* on first and 1\.0 on other: install the same"),
        ("device", "graphics cards", "first computes on the processor, and other on graphics"),
    ],
)
def test_what_else_differs_is_told(here: Terms, name: str, value: str, told: str) -> None:
    assert here[name] != value
    with pytest.raises(DisagreementError, match=told):
        look_at_terms(here, {**here, "machine": "other", name: value})


def test_only_graphics_cards_are_told_as_such(dataset: Path) -> None:
    assert terms(dataset, Place("cuda:1"), None)["device"] == "graphics cards"


def end_of(job: Generator[Any, None, None]) -> Generator[None, None, str]:
    """What a job that fails says, step by step."""
    try:
        for _ in job:
            yield
    except DisagreementError as error:
        return str(error)
    raise AssertionError("it did not fail")


def test_both_say_so_and_do_not_wait(tmp_path: Path, dataset: Path) -> None:
    places = [Place("cpu", rank, 2, 2, tmp_path / "meeting") for rank in range(2)]
    files = dataset, tmp_path / "none.h5"
    ranks = [
        Ranks(place, terms(file, place, None)) for place, file in zip(places, files, strict=True)
    ]
    jobs, said = [end_of(each.gather()) for each in ranks], []
    while jobs:
        for job in tuple(jobs):
            try:
                next(job)
            except StopIteration as end:
                jobs.remove(job)
                said.append(end.value)
    assert len(set(said)) == 1
    assert "none.h5" in said[0]
    assert not any(each.joined for each in ranks)

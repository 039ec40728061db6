"""Processes that do not go together say so, each of them, before anything is trained."""

import dataclasses
import shutil
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deepzine_gui import dataset as pages
from deepzine_gui import lifeline, training
from deepzine_gui.training import TrainingConfig, beginning
from deepzine_gui.training.processes.agreement import (
    DisagreementError,
    Terms,
    look_at_terms,
    terms,
    whereabouts,
)
from deepzine_gui.training.processes.places import Place
from deepzine_gui.training.processes.ranks import Ranks
from deepzine_gui.training.story import write_launch


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


def test_a_run_that_only_one_who_follows_sees_is_told(tmp_path: Path) -> None:
    def at(machine: str, rank: int, launch: str) -> Terms:
        place = Place("cpu", rank, 2, launch=launch)
        return {**whereabouts(tmp_path / machine, place), "machine": machine}

    for machine in ("old", "older"):
        (tmp_path / machine).mkdir()
        write_launch(tmp_path / machine, "7")
    new, old = at("new", 0, "7"), at("old", 1, "7")
    for one, other in ((new, old), (old, new)):
        with pytest.raises(DisagreementError, match=r"begun on old, and is to be led from new, wh"):
            look_at_terms(one, other)
    # one that comes sees nothing yet; a run of another job, or of none, is not this one
    look_at_terms(at("old", 0, "7"), at("new", 1, "7"))
    look_at_terms(at("old", 0, "7"), at("older", 1, "7"))
    look_at_terms(at("new", 0, "7"), at("other", 1, "7"))
    for launch in ("8", ""):
        look_at_terms(at("new", 0, launch), at("old", 1, launch))


def test_each_process_of_torchrun_brings_them_all(
    tmp_path: Path, dataset: Path, quick: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought: list[Terms] = []

    def meet(place: Place, theirs: Terms) -> Ranks:
        brought.append(theirs)
        # alone, it need not meet the others
        return Ranks(dataclasses.replace(place, size=1))

    place = {"RANK": 0, "WORLD_SIZE": 2, "LOCAL_RANK": 0, "LOCAL_WORLD_SIZE": 1}
    restarts = {"TORCHELASTIC_RESTART_COUNT": 0, "TORCHELASTIC_RUN_ID": 7}
    for name, value in (place | restarts).items():
        monkeypatch.setenv(name, str(value))
    # this process is not to end with its parent
    monkeypatch.setattr(lifeline, "hear_of_parents_death", lambda by: None)
    monkeypatch.setattr(beginning, "Ranks", meet)
    with closing(training.train(dataset, tmp_path / "run", config=quick)) as job:
        next(job)
    (theirs,) = brought
    assert theirs.keys() >= {"dataset", "settings", "device", "run"}


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

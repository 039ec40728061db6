"""Runs whose files hold what this version does not know: said in a sentence, or gone on without."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deepzine_gui import training
from deepzine_gui.errors import TrainingError
from deepzine_gui.progress import Finished, Notice
from tests.training.runs import assert_same_end, checkpoint_names

NEWEST = "000000.048"


def change(run: Path, how: Callable[[dict[str, Any]], object], *names: str) -> None:
    """Change what checkpoints tell, as if they had been written so."""
    for name in names or (NEWEST,):
        path = run / "checkpoints" / name / "state.json"
        facts = json.loads(path.read_text())
        del facts["sha256"]
        how(facts)
        seal = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        path.write_text(json.dumps(facts | {"sha256": seal}))


def resumed(run: Path, dataset: Path) -> list[str]:
    """Let a run come to its end; what it had to say."""
    events = list(training.train(dataset, run, resume=True, threads=1))
    assert isinstance(events[-1], Finished)
    return [event.text for event in events if isinstance(event, Notice)]


@pytest.mark.parametrize("missing", ["guard", "threads", "labels", "diversity", "pages_at_once"])
def test_what_earlier_versions_did_not_tell_is_done_without(
    tmp_path: Path, run: Path, dataset: Path, missing: str
) -> None:
    change(run, lambda facts: facts.pop(missing), *checkpoint_names(run))
    assert resumed(run, dataset) == []
    config = training.read_config(run)
    list(training.train(dataset, tmp_path / "whole", config=config, threads=1))
    assert_same_end(tmp_path / "whole", run)


def test_what_later_versions_tell_is_left_alone(run: Path, dataset: Path) -> None:
    change(run, lambda facts: facts.update(colour="red"))
    assert resumed(run, dataset) == []


STRANGE: dict[str, Any] = {
    "images": -1,
    "steps": "many",
    "skipped": None,
    "stage": {"index": 0},
    "stage_end": None,
    "pages_rng": {"bit_generator": "PCG64"},
    "config": 3,
    "threads": "two",
    "pages_at_once": 0,
    "diversity": "high",
    "labels": 7,
    "guard": "on",
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_checkpoint_with_a_strange_value_falls_back_to_the_one_before(
    run: Path, dataset: Path, name: str
) -> None:
    change(run, lambda facts: facts.update({name: STRANGE[name]}))
    (said,) = resumed(run, dataset)
    assert said == (
        "The checkpoint 000000.048 is damaged and was set aside as 000000.048.damaged: the run "
        "goes on from the one before, 000000.032."
    )


@pytest.mark.parametrize("name", ["images", "steps", "stage", "stage_end", "pages_rng", "config"])
def test_checkpoints_without_what_all_versions_tell_cannot_be_gone_on_from(
    run: Path, dataset: Path, name: str
) -> None:
    change(run, lambda facts: facts.pop(name), *checkpoint_names(run))
    with pytest.raises(TrainingError, match=r"All checkpoints in .* are damaged"):
        resumed(run, dataset)


@pytest.mark.parametrize(
    "memory",
    [
        {},
        {"vitals": [3], "best_swd": None, "clean_kimg": [], "looked_kimg": 0.0},
        {"vitals": [{"kimg": 1.0}], "best_swd": None, "clean_kimg": [], "looked_kimg": 0.0},
        {"vitals": [], "best_swd": None, "clean_kimg": ["soon"], "looked_kimg": 0.0},
    ],
)
def test_a_guard_that_cannot_remember_watches_as_from_the_start(
    run: Path, dataset: Path, memory: dict[str, Any]
) -> None:
    change(run, lambda facts: facts.update(guard={"life": 0, "memory": memory}))
    assert resumed(run, dataset) == [
        "What the guard remembered of the run cannot be read: it watches as from the start."
    ]


def test_lines_and_files_of_others_are_left_alone(run: Path, dataset: Path) -> None:
    with (run / "metrics.jsonl").open("a") as story:
        story.write('3\n["a"]\n{"kind": "note", "kimg": null}\n')
    foreign = [run / "samples" / name for name in ("1 copy.png", "2.png", "a.png")]
    for path in foreign:
        path.touch()
    assert resumed(run, dataset) == []
    assert all(path.exists() for path in foreign)
    assert not set(training.sample_files(run)) & set(foreign)
    assert {"kind": "note", "kimg": None} in training.read_metrics(run)


@pytest.mark.parametrize("text", ["", "3\n", "- a\n"])
def test_a_file_that_holds_no_settings_is_said_to(run: Path, text: str) -> None:
    (run / "config.yaml").write_text(text)
    with pytest.raises(TrainingError, match=r"config\.yaml holds no settings: mend it or delete"):
        training.read_config(run)


def test_a_setting_that_cannot_be_used_is_named(run: Path) -> None:
    path = run / "config.yaml"
    path.write_text(path.read_text().replace("drift: 0.001", "drift: 2") + "colour: red\n")
    with pytest.raises(TrainingError) as error:
        training.read_config(run)
    assert str(error.value) == (
        f"{path} cannot be used: The setting drift cannot be 2: input should be less than or equal "
        "to 1. There is no setting colour. Mend it."
    )

"""A run's own discriminator is asked where a model lies in its run, and only there."""

import json
import math
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch import Tensor

from deepzine_gui import training
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import Provenance
from deepzine_gui.networks.discriminator import Discriminator, Judgement
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Event, Notice
from deepzine_gui.training.evaluating.verdict import verdict
from deepzine_gui.training.measures.values import Measure
from deepzine_gui.training.stepping.apart import HELD_OUT

Found = tuple[tuple[Measure, ...], list[str]]


def asked(model: Path, dataset: Path) -> Found:
    """The measures, and what was told."""
    job: Generator[Event, None, tuple[Measure, ...]] = verdict(model, dataset)
    told = []
    while True:
        try:
            event = next(job)
        except StopIteration as end:
            return end.value, told
        assert isinstance(event, Notice)
        told.append(event.text)


def newest(run: Path) -> Path:
    return sorted((run / "checkpoints").iterdir())[-1] / "model.safetensors"


def look(kimg: float, norm: float) -> str:
    """A line of a run's story."""
    line = {"kind": "vitals", "kimg": kimg, "generator_norm": norm, "discriminator_norm": 2 * norm}
    return json.dumps(line) + "\n"


def test_scores_and_the_last_norms_are_told(run: Path, dataset: Path) -> None:
    with (run / "metrics.jsonl").open("a") as story:
        # the last one is of a checkpoint to come
        story.writelines([look(0.03, 0.25), look(0.04, 0.5), look(0.06, 9.0)])
    (score, preference), (told,) = asked(newest(run), dataset)
    assert told == (
        "The run at 0.0 kimg: gradient norms 0.5 (generator) and 1 (discriminator), good while "
        "they keep their usual size."
    )
    assert math.isfinite(score.value)
    assert score.value != score.real
    assert 0 <= preference.value <= 1
    assert asked(newest(run), dataset)[0] == (score, preference)


def test_the_scores_are_of_real_and_made_up_pages(
    run: Path, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Discriminator.judge

    def by_contrast(network: Discriminator, pages: Tensor, **more: Any) -> Judgement:
        contrast = pages.amax((1, 2, 3)) - pages.amin((1, 2, 3))
        return Judgement(contrast, None, judge(network, pages, **more).features)

    monkeypatch.setattr(Discriminator, "judge", by_contrast)
    (score, preference), _ = asked(newest(run), dataset)
    # only what is made up, here after twelve steps, leaves the range of real pages
    assert score.real < 2 < score.value
    assert preference.value < 0.1


def test_pages_held_out_are_told_beside(
    tmp_path: Path, dataset: Path, quick: training.TrainingConfig
) -> None:
    config = quick.model_copy(update={"held_out": 0.2, "augment": "fixed", "augment_p": 0.25})
    list(training.train(dataset, tmp_path / "run", config=config, threads=1))
    (score, _), (told,) = asked(newest(tmp_path / "run"), dataset)
    assert "pages held out have" in score.good
    assert "pages augmented with chance 0.25, good while low" in told
    # as of a run of an earlier version
    (tmp_path / "run" / HELD_OUT).unlink()
    (score, _), (*_, warning, told) = asked(newest(tmp_path / "run"), dataset)
    assert "It is not written down which pages this run held out" in warning
    assert "pages held out have" in score.good


def test_weights_of_no_run_are_not_asked_about(run: Path, dataset: Path, tmp_path: Path) -> None:
    alone = shutil.copyfile(newest(run), tmp_path / "alone.safetensors")
    assert asked(alone, dataset) == ((), [])


def test_other_pages_than_the_run_s_are_said(run: Path, tmp_path: Path) -> None:
    small = tmp_path / "small.h5"
    with Writer(small, PageSettings(resolution=4)) as writer:
        writer.add(np.zeros((1, 4, 4), np.uint8), Provenance(document="a", page=1))
        writer.finish()
    found, (told,) = asked(newest(run), small)
    assert found == ()
    assert told.startswith("The run's own discriminator is not asked: ")
    assert "small.h5" in told

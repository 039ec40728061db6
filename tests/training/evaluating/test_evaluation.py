"""An evaluation from model and dataset to numbers and pictures."""

import dataclasses
import json
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import torch
from PIL import Image

from deepzine_gui import training
from deepzine_gui.dataset import open_dataset
from deepzine_gui.dataset.storage.store import Writer
from deepzine_gui.dataset.values import SET_ASIDE, Provenance
from deepzine_gui.errors import DatasetError, ModelError, SettingsError, StorageError
from deepzine_gui.latent import random_points
from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.networks import NetworkConfig, read_info
from deepzine_gui.networks.generator import Generator as PageGenerator
from deepzine_gui.networks.labels import Labels
from deepzine_gui.networks.weights import save_generator
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Event, Notice, Progress
from deepzine_gui.training.evaluating import evaluation
from deepzine_gui.training.evaluating.evaluation import draw
from deepzine_gui.training.evaluating.findings import MEASURES, NEAREST, SAMPLES
from deepzine_gui.training.evaluating.measuring import measured
from deepzine_gui.training.evaluating.real_pages import RealPages, read
from deepzine_gui.training.measures import photographs
from tests.training.measures.pages import printed

Value = TypeVar("Value")

COUNT = 40
KEPT = 100


@pytest.fixture(autouse=True)
def without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """KID takes a second for each hundred pages."""
    monkeypatch.setattr(photographs, "are_there", lambda: False)


def write_pages(path: Path, *, count: int = KEPT, documents: int = 4, resolution: int = 16) -> Path:
    """`count` kept pages after one that is set aside."""
    pages = printed(count + 1, 0, resolution).numpy()
    with Writer(path, PageSettings(resolution=resolution)) as writer:
        writer.add(pages[0], Provenance(document="0", page=1, state=SET_ASIDE))
        for number, page in enumerate(pages[1:]):
            name = str(number * documents // count)
            writer.add(page, Provenance(document=name, page=number + 2))
        writer.finish()
    return path


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pages(tmp_path_factory.mktemp("pages") / "pages.h5")


def write_model(path: Path, resolution: int = 16, channels: int = 1) -> Path:
    torch.manual_seed(0)
    config = NetworkConfig(
        resolution=resolution, channels=channels, latent_size=8, fmap_base=64, fmap_max=8
    )
    save_generator(path, PageGenerator(config), kimg=3.5)
    return path


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "small.safetensors")


def finish(job: Generator[Event, None, Value]) -> Value:
    """Carry a job out and return what it returns."""
    while True:
        try:
            next(job)
        except StopIteration as end:
            value: Value = end.value
            return value


def evaluated(model: Path, pages: Path, out: Path | None = None, seed: int = 0) -> list[Event]:
    return list(training.evaluate(model, pages, count=COUNT, seed=seed, out=out))


def notices(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Notice)]


def test_every_measure_comes_with_that_of_real_pages(model: Path, pages: Path) -> None:
    events = evaluated(model, pages)
    last = events[-1]
    assert isinstance(last, training.Evaluated)
    assert (last.count, last.resolution, last.kimg, last.seed) == (COUNT, 16, 3.5, 0)
    names = [measure.name for measure in last.measures]
    assert names == [
        "SWD × 10³ at 16 px", "MS-SSIM", "grey levels χ²", "diversity", "near-duplicate pairs",
        "distance to training pages",
    ]  # fmt: skip
    values = {measure.name: measure for measure in last.measures}
    swd = values["SWD × 10³ at 16 px"]
    assert swd.value > 3 * swd.real > 0
    assert values["diversity"].real == pytest.approx(1, abs=0.15)
    assert values["grey levels χ²"].real < 0.05 < values["grey levels χ²"].value
    assert all(measure.good.endswith(".") for measure in last.measures)


def test_the_same_seed_gives_the_same_numbers(model: Path, pages: Path) -> None:
    first, again, other = (evaluated(model, pages, seed=seed)[-1] for seed in (1, 1, 2))
    assert first == again
    assert isinstance(first, training.Evaluated)
    assert isinstance(other, training.Evaluated)
    assert first.measures != other.measures


def test_progress_never_goes_back(model: Path, pages: Path) -> None:
    steps = [event for event in evaluated(model, pages) if isinstance(event, Progress)]
    measures = [step.done for step in steps if step.unit == "measures"]
    assert measures == sorted(measures)
    assert measures[-1] == steps[-1].total == 6


def test_the_pages_are_those_of_sample(model: Path) -> None:
    sampler = Sampler(model, threads=1)
    expected = sampler.images(random_points(50, 8, seed=3)).astype(int)
    made_up = finish(draw(sampler._generator, sampler.info, 50, seed=3))
    assert np.abs(made_up.numpy().transpose(0, 2, 3, 1).astype(int) - expected).max() <= 1


def test_pages_of_a_conditional_model_have_labels_as_frequent_as_in_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # several parts: labels have to be cut as latents are
    monkeypatch.setattr(evaluation, "_PIXELS_AT_ONCE", 7 * 16**2)
    torch.manual_seed(0)
    config = NetworkConfig(resolution=16, latent_size=8, fmap_base=64, fmap_max=8, labels=2)
    path = tmp_path / "two.safetensors"
    save_generator(path, PageGenerator(config), labels=Labels(("maps", "text"), (1, 2)))
    sampler = Sampler(path, threads=1)
    points, labels = random_points(50, 8, seed=3), sampler.labels(50, seed=3)
    expected = sampler.images(points, labels=labels).astype(int)
    made_up = finish(draw(sampler._generator, sampler.info, 50, seed=3)).numpy()
    assert np.abs(made_up.transpose(0, 2, 3, 1).astype(int) - expected).max() <= 1
    commonest = sampler.images(points).astype(int)
    assert np.abs(commonest - expected).max() > 1


def test_the_folder_holds_numbers_samples_and_nearest_pages(
    model: Path, pages: Path, tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "out"
    last = evaluated(model, pages, out)[-1]
    assert isinstance(last, training.Evaluated)
    assert sorted(file.name for file in out.iterdir()) == sorted([MEASURES, SAMPLES, NEAREST])
    told = json.loads((out / MEASURES).read_text("utf-8"))
    assert told["measures"] == [dataclasses.asdict(measure) for measure in last.measures]
    assert told["model"] == "small"
    assert told["dataset"] == str(pages)
    pairs = told["nearest"]
    distances = [pair["distance"] for pair in pairs]
    assert distances == sorted(distances)
    assert len(pairs) == 24
    sheet = np.asarray(Image.open(out / NEAREST))
    side, step = 128, 128 + 4
    assert sheet.shape == (6 * (side + 8), 4 * (2 * step + 8))
    # the first pair: the page that the table names, on the right, eight times as large
    real = printed(KEPT + 1, 0, 16)[pairs[0]["place"] - 1, 0].numpy()
    shown = sheet[4 : 4 + side, 4 + step : 4 + step + side]
    assert np.array_equal(shown[::8, ::8], real)
    assert (pairs[0]["document"], pairs[0]["page"]) == (
        str((pairs[0]["place"] - 2) * 4 // KEPT),
        pairs[0]["place"],
    )
    assert np.asarray(Image.open(out / SAMPLES)).shape[1] == 8 * 16


def test_a_page_set_aside_is_never_read(model: Path, pages: Path) -> None:
    with open_dataset(pages) as dataset:
        settings = training.EvaluationSettings(count=KEPT // 2)
        real = finish(read(dataset, read_info(model), settings))
    assert real.places.tolist() == list(range(1, KEPT + 1))
    every = torch.cat([real.reference, real.other]).flatten(1)
    assert len(every.unique(dim=0)) == KEPT
    aside = printed(KEPT + 1, 0, 16)[:1].flatten(1)
    assert not (every == aside).all(dim=1).any()


def test_a_job_that_is_closed_leaves_no_file(model: Path, pages: Path, tmp_path: Path) -> None:
    with closing(training.evaluate(model, pages, count=COUNT, out=tmp_path / "out")) as job:
        for event in job:
            if isinstance(event, Progress) and event.unit == "measures":
                break
    assert list((tmp_path / "out").iterdir()) == []


def test_fewer_pages_than_wanted_are_said(model: Path, pages: Path) -> None:
    events = list(training.evaluate(model, pages))
    assert any("keeps 100 pages: 50 are compared" in text for text in notices(events))
    assert isinstance(events[-1], training.Evaluated)
    assert events[-1].count == 50


def test_small_pages_are_measured_by_what_suits_them(pages: Path, tmp_path: Path) -> None:
    events = evaluated(write_model(tmp_path / "tiny.safetensors", 4), pages)
    assert any("4 px are too few" in text for text in notices(events))
    assert isinstance(events[-1], training.Evaluated)
    names = [measure.name for measure in events[-1].measures]
    assert names[0] == "grey levels χ²"
    assert len(names) == 4


def test_a_dataset_of_one_document_is_said(model: Path, tmp_path: Path) -> None:
    one = write_pages(tmp_path / "one.h5", documents=1)
    events = evaluated(model, one)
    assert any("All pages are of one document" in text for text in notices(events))
    assert isinstance(events[-1], training.Evaluated)
    assert np.isfinite(events[-1].measures[-1].value)


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ({"resolution": 32}, "build the dataset at 32 px"),
        ({"channels": 3}, "are grey, those of the model other in colour"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(
    shape: dict[str, int], told: str, pages: Path, tmp_path: Path
) -> None:
    other = write_model(tmp_path / "other.safetensors", **shape)
    with pytest.raises(DatasetError, match=told):
        evaluated(other, pages)


def test_too_few_pages_are_refused(model: Path, tmp_path: Path) -> None:
    few = write_pages(tmp_path / "few.h5", count=63)
    with pytest.raises(DatasetError, match="keeps 63 pages, and measuring takes 64 at least"):
        evaluated(model, few)


def test_what_is_not_there_is_named(model: Path, pages: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model nothing"):
        list(training.evaluate("nothing", pages))
    with pytest.raises(DatasetError, match=r"none\.h5"):
        evaluated(model, tmp_path / "none.h5")
    with pytest.raises(SettingsError, match="count"):
        list(training.evaluate(model, pages, count=3))
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="choose another place"):
        evaluated(model, pages, tmp_path / "file")


def test_a_model_that_makes_no_numbers_is_refused(pages: Path, tmp_path: Path) -> None:
    path = write_model(tmp_path / "nan.safetensors")
    broken = PageGenerator(read_info(path).config)
    torch.nn.init.constant_(broken.input.bias, torch.nan)
    save_generator(path, broken)
    with pytest.raises(ModelError, match="makes no numbers"):
        evaluated(path, pages)


def alarms(made_up: torch.Tensor) -> list[str]:
    """What is alarming about pages of 16 px, measured against real ones of four documents."""
    real = printed(200, 0, 16)
    chosen = np.arange(0, 200, 2)
    sets = RealPages(
        real[chosen], real[1::2], real, np.arange(200), np.arange(200, dtype=np.int32) // 50, chosen
    )
    events = list(measured(made_up, sets, seed=0))
    return [e.text for e in events if isinstance(e, Notice) and e.severity == "warning"]


def test_alarms_ring_for_what_they_are_for() -> None:
    assert alarms(printed(100, 1, 16)) == []
    assert alarms(printed(200, 0, 16)[1::2]) == [
        "Made-up pages are copies of training pages, or nearly so."
    ]
    few = printed(5, 2, 16).repeat(20, 1, 1, 1)
    assert alarms(few) == ["The model makes the same pages over and over."]
    assert alarms(few[:1].repeat(100, 1, 1, 1)) == [
        "The made-up pages are nearly all alike.",
        "The model makes the same pages over and over.",
    ]


@pytest.mark.skipif(not photographs.are_there(), reason="the extra kid is missing")
def test_kid_is_measured_where_its_network_is(
    model: Path, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    last = list(training.evaluate(model, pages, count=32))[-1]
    assert isinstance(last, training.Evaluated)
    kid = last.measures[-1]
    assert kid.name == "KID × 10³"
    assert kid.value > 5 * abs(kid.real)

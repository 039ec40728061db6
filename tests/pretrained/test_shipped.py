"""The models that come with DeepZine: whole, described, and able to make pages."""

import hashlib
import json
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image

from deepzine_gui.latent import random_points
from deepzine_gui.latent.sampler import Sampler
from deepzine_gui.networks import find_model, read_info, shipped_models
from deepzine_gui.places import pretrained_models
from deepzine_gui.training import SAMPLE_COLUMNS

CATALOGUE: dict[str, dict[str, Any]] = json.loads(
    (pretrained_models() / "catalogue.json").read_text("utf-8")
)


def test_the_catalogue_lists_what_is_there() -> None:
    assert CATALOGUE
    assert sorted(CATALOGUE) == sorted(path.stem for path in shipped_models())


@pytest.mark.parametrize("name", CATALOGUE)
def test_weights_are_those_of_the_catalogue(name: str) -> None:
    entry = CATALOGUE[name]
    weights = find_model(name)
    assert weights.name == entry["file"]
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == entry["sha256"]
    info = read_info(weights)
    assert info.resolution == entry["resolution"]
    assert info.title == entry["title"]
    assert info.metadata["licence"] == entry["licence"]


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_card_tells_data_time_settings_kimg_and_metrics_and_shows_pages(name: str) -> None:
    card = (pretrained_models() / CATALOGUE[name]["card"]).read_text("utf-8")
    for part in ("Trained on", "For how long", "Licence", "## Metrics", "## Settings", "kimg"):
        assert part in card
    # by today's measures, each beside that of real pages
    for measure in ("grey levels χ²", "diversity", "near-duplicate pairs", "distance to training"):
        assert re.search(rf"\| {measure}[^|]*\| [-.\de]+ \| [-.\de]+ \|", card), measure
    if CATALOGUE[name]["resolution"] >= 16:
        assert "| SWD" in card
        assert "| KID" in card
    with Image.open(pretrained_models() / f"{name}.png") as grid:
        assert grid.width >= SAMPLE_COLUMNS * CATALOGUE[name]["resolution"]
    assert f"]({name}.png)" in card


@pytest.mark.parametrize("name", CATALOGUE)
def test_its_pages_are_light_paper_with_ink_and_differ(name: str) -> None:
    sampler = Sampler(find_model(name), threads=1)
    pages = sampler.images(random_points(64, sampler.info.latent_size, seed=0)).astype(float)
    paper = np.percentile(pages, 90, axis=(1, 2, 3))
    ink = np.percentile(pages, 1, axis=(1, 2, 3))
    assert np.median(paper) > 160
    # the smaller a page, the more ink and paper mix in a pixel
    assert np.median(paper - ink) > (60 if sampler.info.resolution >= 64 else 20)
    assert pages.std(axis=0).mean() > 15

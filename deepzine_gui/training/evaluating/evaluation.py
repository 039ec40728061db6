"""Measure a model against real pages."""

from collections.abc import Generator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from deepzine_gui.dataset import open_dataset
from deepzine_gui.dataset.storage.reader import Dataset
from deepzine_gui.errors import ModelError
from deepzine_gui.files import storage_errors
from deepzine_gui.networks import ModelInfo, find_model, load_generator
from deepzine_gui.networks.generator import Generator as PageGenerator
from deepzine_gui.networks.layers import pixel_norm
from deepzine_gui.progress import Event, Progress
from deepzine_gui.training.evaluating import findings
from deepzine_gui.training.evaluating.measuring import measured
from deepzine_gui.training.evaluating.real_pages import RealPages, read
from deepzine_gui.training.evaluating.verdict import verdict
from deepzine_gui.training.measures.copying import Copying
from deepzine_gui.training.measures.pages import as_levels
from deepzine_gui.training.measures.values import Evaluated, EvaluationSettings, NearestPage
from deepzine_gui.training.processes.device import best_device

_PIXELS_AT_ONCE = 2**18


def evaluate(
    model: str | Path, path: Path, settings: EvaluationSettings, out: Path | None
) -> Generator[Event, None, None]:
    """Do what the façade's `evaluate` promises."""
    yield Progress(0, None, "pages", "Loading the model")
    weights = find_model(model)
    generator, info = load_generator(weights)
    if out is not None:
        with storage_errors(out):
            out.mkdir(parents=True, exist_ok=True)
    with open_dataset(path) as dataset:
        real = yield from read(dataset, info, settings)
        made_up = yield from draw(generator, info, len(real.reference), seed=settings.seed)
        measures, copies = yield from measured(made_up, real, seed=settings.seed)
        measures += yield from verdict(weights, path)
        pairs = _nearest(dataset, real, copies)
        summary = f"{info.name} is measured against {path.name}"
        evaluated = Evaluated(
            summary + (f": pictures and numbers are in {out}." if out else "."),
            out,
            model=info.name,
            dataset=str(path),
            kimg=info.kimg,
            resolution=info.resolution,
            count=len(made_up),
            seed=settings.seed,
            measures=measures,
            nearest=pairs,
        )
        if out is not None:
            pages = dataset.thumbnails([pair.place - 1 for pair in pairs], info.resolution)
            findings.write(out, evaluated, made_up.numpy(), pages)
    yield evaluated


def draw(
    generator: PageGenerator, info: ModelInfo, count: int, *, seed: int
) -> Generator[Event, None, Tensor]:
    """Draw random pages, uint8 (count, C, R, R): those that ``deepzine sample`` draws of the seed.

    Those of a conditional model have labels as frequent as in training.

    Yields `Progress` (unit "pages").

    Raises:
        ModelError: the weights give no numbers.
    """
    device = best_device()
    generator = generator.to(device)
    # the points of latent.random_points, a room that this one does not know
    gaussian = np.random.default_rng(seed).standard_normal((count, info.latent_size))
    latents = pixel_norm(torch.from_numpy(gaussian)).float()
    drawn = None
    if info.labels is not None:
        drawn = torch.from_numpy(info.labels.draw(count, seed=seed)).to(device)
    found: list[Tensor] = []
    at_once = max(1, _PIXELS_AT_ONCE // info.resolution**2)
    for start in range(0, count, at_once):
        yield Progress(start, count, "pages", "Drawing made-up pages")
        part = slice(start, start + at_once)
        labels = None if drawn is None else drawn[part]
        pages = _made(generator, latents[part].to(device), labels)
        if not torch.isfinite(pages).all():
            raise ModelError(f"{info.path} is damaged: it makes no numbers for some pages.")
        found.append(as_levels(pages).cpu())
    return torch.cat(found)


@torch.inference_mode()
def _made(generator: PageGenerator, latents: Tensor, labels: Tensor | None) -> Tensor:
    pages: Tensor = generator(latents, labels=labels)
    return pages


def _nearest(dataset: Dataset, real: RealPages, copies: Copying) -> tuple[NearestPage, ...]:
    """The pairs to show, closest first."""
    columns, names = dataset.columns(), dataset.documents()
    pairs = []
    for sample in copies.distances.argsort()[: findings.PAIRS].tolist():
        place = int(real.places[int(copies.places[sample])])
        document = names[int(columns.document[place])].name
        distance = float(copies.distances[sample])
        page = int(columns.page[place])
        pairs.append(NearestPage(sample, document, page, place + 1, distance))
    return tuple(pairs)

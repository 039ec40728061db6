"""Put a trained model among the shipped ones: weights, card with measured metrics, catalogue.

Usage: ``python packaging/ship_model.py RUN DATASET NAME --title … --data … --licence …``
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch

from deepzine_gui import training
from deepzine_gui.dataset import open_dataset
from deepzine_gui.files import write_json, write_text
from deepzine_gui.latent import random_points
from deepzine_gui.networks import find_model, load_generator, widths
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.weights import save_generator
from deepzine_gui.places import pretrained_models
from deepzine_gui.training import metrics

_COUNT = 1024
CATALOGUE = "catalogue.json"


def main() -> None:
    """Measure the newest model of a run and write the three files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("name")
    parser.add_argument("--title", required=True)
    parser.add_argument("--data", required=True, help="what it was trained on, and whose it is")
    parser.add_argument("--licence", required=True)
    given = parser.parse_args()
    generator, info = load_generator(find_model(given.run))
    weights = pretrained_models() / f"{given.name}.safetensors"
    notes = {"data": given.data, "licence": given.licence}
    save_generator(
        weights,
        generator,
        kimg=info.kimg,
        title=given.title,
        labels=info.labels,
        notes=notes,
    )
    measured = _measure(generator, given.dataset)
    config = training.read_config(given.run)
    write_text(weights.with_suffix(".md"), _card(given, generator, info.kimg, config, measured))
    _enter(weights, given.title, given.licence, generator)


def _measure(generator: Generator, dataset: Path) -> dict[str, float]:
    resolution = generator.config.resolution
    with open_dataset(dataset) as opened:
        pixels = opened.thumbnails(0, opened.count, resolution)
    chosen = np.random.default_rng(0).permutation(len(pixels))[: 2 * min(_COUNT, len(pixels) // 2)]
    pages = torch.from_numpy(pixels[chosen]).float() / 127.5 - 1
    real, held = pages[: len(pages) // 2], pages[len(pages) // 2 :]
    latents = torch.from_numpy(random_points(len(real), generator.config.latent_size, seed=0))
    with torch.inference_mode():
        fake = torch.cat([generator(part) for part in latents.split(64)]).clamp(-1, 1)
    found = {"pages compared": float(len(real))}
    for name, other in (("real against real", held), ("made-up against real", fake)):
        for size, distance in metrics.sliced_wasserstein(other, real).items():
            found[f"SWD at {size} px, {name}"] = distance
        found[f"grey levels χ², {name}"] = metrics.histogram_distance(other, real)
    found["diversity (1: as varied as the pages)"] = metrics.diversity(fake, real)
    return found


def _card(
    given: argparse.Namespace,
    generator: Generator,
    kimg: float,
    config: training.TrainingConfig,
    measured: dict[str, float],
) -> str:
    shape = generator.config
    colour = "grey" if shape.channels == 1 else "colour"
    rows = "".join(f"| {name} | {value:.3g} |\n" for name, value in measured.items())
    settings = "".join(f"- {name}: {value}\n" for name, value in config.model_dump().items())
    return (
        f"# {given.title}\n\n"
        f"`{given.name}`: {shape.resolution} px, {colour}, latents of {shape.latent_size} numbers, "
        f"feature maps {', '.join(map(str, widths(shape).values()))}, {kimg:.1f} kimg.\n\n"
        f"**Trained on.** {given.data}\n\n**Licence.** {given.licence}\n\n"
        "**What it is for.** Dreamlike pages for play and zines. The marks on them are no letters "
        "and say nothing; it was never meant to reproduce or forge a real page.\n\n"
        "## Metrics\n\n"
        "SWD is the sliced Wasserstein distance × 10³ (arXiv 1710.10196, section 5): the closer to "
        "the distance between two halves of the real pages, the better.\n\n"
        f"| | |\n|-|-|\n{rows}\n## Settings\n\n{settings}"
    )


def _enter(weights: Path, title: str, licence: str, generator: Generator) -> None:
    path = weights.with_name(CATALOGUE)
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    known[weights.stem] = {
        "title": title,
        "file": weights.name,
        "card": weights.with_suffix(".md").name,
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "resolution": generator.config.resolution,
        "licence": licence,
    }
    write_json(path, dict(sorted(known.items())))


if __name__ == "__main__":
    main()

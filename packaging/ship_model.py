"""Put a run among the shipped models: weights, cards with measured metrics, grids, catalogue.

Usage: ``python packaging/ship_model.py RUN DATASET NAME --title … --data … --licence … --hours …``
Each resolution of the run becomes a model of its own, as it was when its stage ended.
"""

import argparse
import hashlib
import json
from pathlib import Path

from deepzine_gui import training
from deepzine_gui.files import write_json, write_text
from deepzine_gui.networks import ModelInfo, find_model, load_generator, read_info, widths
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.models import checkpoints
from deepzine_gui.networks.weights import save_generator
from deepzine_gui.places import pretrained_models
from deepzine_gui.training.samples import FixedSamples, write_grid

CATALOGUE = "catalogue.json"


def main() -> None:
    """Measure the models of a run and write the files of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("name")
    parser.add_argument("--title", required=True, help="of all, without their size")
    parser.add_argument("--data", required=True, help="what it was trained on, and whose it is")
    parser.add_argument("--licence", required=True)
    parser.add_argument("--hours", required=True, help="how long the whole run took, and on what")
    parser.add_argument("--least", type=int, default=4, help="smallest resolution to ship")
    given = parser.parse_args()
    for info in _faded_in(given.run):
        if info.resolution >= given.least:
            _ship(info, given)


def _faded_in(run: Path) -> list[ModelInfo]:
    """The last model of each resolution, of those that have faded in whole."""
    found = [read_info(find_model(folder)) for folder in checkpoints(run)]
    return list({info.resolution: info for info in found if info.alpha == 1}.values())


def _ship(info: ModelInfo, given: argparse.Namespace) -> None:
    generator, _ = load_generator(info.path)
    name, title = f"{given.name}-{info.resolution}", f"{given.title}, {info.resolution} px"
    weights = pretrained_models() / f"{name}.safetensors"
    save_generator(
        weights,
        generator,
        kimg=info.kimg,
        title=title,
        labels=info.labels,
        notes={"data": given.data, "licence": given.licence},
    )
    grid = FixedSamples(generator.config.latent_size, seed=0, labels=info.labels)
    write_grid(weights.with_suffix(".png"), grid.draw(generator, info.resolution))
    config = training.read_config(given.run)
    card = _card(given, read_info(weights), config, _measured(weights, given.dataset))
    write_text(weights.with_suffix(".md"), card)
    _enter(weights, title, given.licence, generator)


def _measured(model: Path, dataset: Path) -> training.Evaluated:
    *_, last = training.evaluate(model, dataset)
    assert isinstance(last, training.Evaluated)
    return last


def _card(
    given: argparse.Namespace,
    info: ModelInfo,
    config: training.TrainingConfig,
    measured: training.Evaluated,
) -> str:
    shape = info.config
    colour = "grey" if shape.channels == 1 else "colour"
    rows = "".join(
        f"| {found.name} | {found.value:.3g} | {found.real:.3g} | {found.good} |\n"
        for found in measured.measures
    )
    settings = "".join(f"- {name}: {value}\n" for name, value in config.model_dump().items())
    return (
        f"# {info.title}\n\n"
        f"`{info.name}`: {shape.resolution} px, {colour}, latents of {shape.latent_size} numbers, "
        f"feature maps {', '.join(map(str, widths(shape).values()))}, {info.kimg:.1f} kimg.\n\n"
        f"![Made-up pages of this model]({info.name}.png)\n\n"
        f"**Trained on.** {given.data}\n\n**For how long.** {given.hours}\n\n"
        f"**Licence.** {given.licence}\n\n"
        "**What it is for.** Dreamlike pages for play and zines. The marks on them are no letters "
        "and say nothing; it was never meant to reproduce or forge a real page.\n\n"
        "## Metrics\n\n"
        f"By `deepzine evaluate`, {measured.count:,} made-up pages against as many real ones, and "
        "other real ones against the same; the user guide says what each number is.\n\n"
        f"| | made up | real | good is |\n|-|-|-|-|\n{rows}\n## Settings of the run\n\n"
        f"It was planned for {training.total_kimg(config):,.0f} kimg, of which this model has seen "
        f"{info.kimg:,.1f}.\n\n{settings}"
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

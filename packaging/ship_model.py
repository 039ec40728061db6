"""Put a trained model among the shipped ones: weights, card with measured metrics, catalogue.

Usage: ``python packaging/ship_model.py RUN DATASET NAME --title … --data … --licence …``
"""

import argparse
import hashlib
import json
from pathlib import Path

from deepzine_gui import training
from deepzine_gui.files import write_json, write_text
from deepzine_gui.networks import find_model, load_generator, widths
from deepzine_gui.networks.generator import Generator
from deepzine_gui.networks.weights import save_generator
from deepzine_gui.places import pretrained_models

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
    measured = _measured(weights, given.dataset)
    config = training.read_config(given.run)
    write_text(weights.with_suffix(".md"), _card(given, generator, info.kimg, config, measured))
    _enter(weights, given.title, given.licence, generator)


def _measured(model: Path, dataset: Path) -> training.Evaluated:
    *_, last = training.evaluate(model, dataset)
    assert isinstance(last, training.Evaluated)
    return last


def _card(
    given: argparse.Namespace,
    generator: Generator,
    kimg: float,
    config: training.TrainingConfig,
    measured: training.Evaluated,
) -> str:
    shape = generator.config
    colour = "grey" if shape.channels == 1 else "colour"
    rows = "".join(
        f"| {found.name} | {found.value:.3g} | {found.real:.3g} | {found.good} |\n"
        for found in measured.measures
    )
    settings = "".join(f"- {name}: {value}\n" for name, value in config.model_dump().items())
    return (
        f"# {given.title}\n\n"
        f"`{given.name}`: {shape.resolution} px, {colour}, latents of {shape.latent_size} numbers, "
        f"feature maps {', '.join(map(str, widths(shape).values()))}, {kimg:.1f} kimg.\n\n"
        f"**Trained on.** {given.data}\n\n**Licence.** {given.licence}\n\n"
        "**What it is for.** Dreamlike pages for play and zines. The marks on them are no letters "
        "and say nothing; it was never meant to reproduce or forge a real page.\n\n"
        "## Metrics\n\n"
        f"By `deepzine evaluate`, {measured.count:,} made-up pages against as many real ones, and "
        "other real ones against the same; the user guide says what each number is.\n\n"
        f"| | made up | real | good is |\n|-|-|-|-|\n{rows}\n## Settings\n\n{settings}"
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

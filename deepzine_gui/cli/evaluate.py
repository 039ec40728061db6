"""Measure a model against real pages: strokes, greys, variety, repetitions, copies."""

import argparse
from collections.abc import Generator
from pathlib import Path

from deepzine_gui import training
from deepzine_gui.cli import options
from deepzine_gui.progress import Event
from deepzine_gui.training import EvaluationSettings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands."""
    options.add_model(parser)
    parser.add_argument("file", metavar="FILE.h5", type=Path, help="a dataset of real pages")
    for name in ("count", "seed"):
        options.add_field(parser, EvaluationSettings, name)
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help="a folder for measures.json, samples.png and nearest.png, which shows the made-up "
        "pages closest to a training page, each beside it",
    )


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    return training.evaluate(
        arguments.model,
        arguments.file,
        count=arguments.count,
        seed=arguments.seed,
        out=arguments.out,
    )

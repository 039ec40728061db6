"""Draw random pages from a model, as numbered PNG pictures in a folder."""

import argparse
from collections.abc import Generator
from pathlib import Path

from deepzine_gui import export
from deepzine_gui.cli import options
from deepzine_gui.export import PictureSettings
from deepzine_gui.progress import Event


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands."""
    options.add_model(parser)
    parser.add_argument("--out", metavar="DIR", required=True, type=Path, help="the folder to fill")
    for name in ("count", "seed", "resolution", "radius", "label"):
        options.add_field(parser, PictureSettings, name)


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    return export.pictures(
        arguments.model,
        arguments.out,
        count=arguments.count,
        seed=arguments.seed,
        resolution=arguments.resolution,
        radius=arguments.radius,
        label=arguments.label,
    )

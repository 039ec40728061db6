"""Turn documents into a dataset: one HDF5 file of square pages."""

import argparse
from collections.abc import Generator
from pathlib import Path

from deepzine_gui import dataset
from deepzine_gui.cli import options
from deepzine_gui.pages import PageSettings
from deepzine_gui.progress import Event


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands."""
    parser.add_argument(
        "sources", metavar="SOURCE", nargs="+", type=Path, help="PDFs, pictures, folders of them"
    )
    parser.add_argument(
        "--out", metavar="FILE.h5", required=True, type=Path, help="the dataset to write"
    )
    for name in ("resolution", "colour", "fit"):
        options.add_field(parser, PageSettings, name)
    parser.add_argument(
        "--workers",
        metavar="N",
        type=options.count,
        help="documents rendered at the same time (default: as many as suit this machine)",
    )


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    settings = options.make(
        PageSettings,
        resolution=arguments.resolution,
        colour=arguments.colour,
        fit=arguments.fit,
    )
    return dataset.build(
        arguments.sources, arguments.out, settings=settings, workers=arguments.workers
    )

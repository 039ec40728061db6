"""Carry out a config.yaml of the first DeepZine: load_data, train, inference, interpolation.

Run again after a stop, it goes on where it was. Paths in the file begin in the present folder.
"""

import argparse
from collections.abc import Generator
from pathlib import Path

from deepzine_gui import first_deepzine
from deepzine_gui.cli.usage import UsageError
from deepzine_gui.progress import Event, Finished


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "keys of the file, with what they are where left out:\n" + first_deepzine.keys()
    parser.add_argument("file", metavar="FILE.yaml", nargs="?", type=Path, help="a config.yaml")
    parser.add_argument(
        "--example", action="store_true", help="only print a file with all keys, to begin from"
    )


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    if arguments.example:
        return _example()
    if arguments.file is None:
        raise UsageError("name a file, FILE.yaml; --example prints one to begin from.")
    return first_deepzine.run_config_file(arguments.file)


def _example() -> Generator[Event]:
    yield Finished(first_deepzine.example().rstrip())

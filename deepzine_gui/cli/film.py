"""Export a walk through a model's latents as an MP4 film."""

import argparse
from collections.abc import Generator
from pathlib import Path

from deepzine_gui import export
from deepzine_gui.cli import options
from deepzine_gui.export import FilmSettings
from deepzine_gui.progress import Event


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands."""
    options.add_model(parser)
    parser.add_argument(
        "--out", metavar="FILE.mp4", required=True, type=Path, help="the film to write"
    )
    for name in ("keyframes", "frames", "fps", "mode", "size", "seed", "label"):
        options.add_field(parser, FilmSettings, name)
    parser.add_argument(
        "--loop", action="store_true", help=FilmSettings.model_fields["loop"].description
    )


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    return export.film(
        arguments.model,
        arguments.out,
        keyframes=arguments.keyframes,
        frames=arguments.frames,
        fps=arguments.fps,
        mode=arguments.mode,
        loop=arguments.loop,
        size=arguments.size,
        seed=arguments.seed,
        label=arguments.label,
    )

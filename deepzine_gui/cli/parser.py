"""From words on the command line to what was asked for."""

import argparse
import difflib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import deepzine_gui
from deepzine_gui.progress import Event

COMMANDS = {
    "demo": "the main job without a window, on the sample documents",
    "collect": "download the documents of an Internet Archive collection",
    "account": "sign in at the Internet Archive or out, and tell it how to reach you",
    "build": "turn documents into a dataset, or import one",
    "dataset": "look into a dataset, judge and label its pages, export it",
    "train": "train a model on a dataset",
    "evaluate": "measure a model against real pages",
    "sample": "draw pages from a model, as PNG pictures",
    "film": "export a walk through a model's latents as MP4",
    "run": "carry out a config.yaml of the first DeepZine",
}
"""Names and purposes of the commands, in the order of the work."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A parsed command line.

    Attributes:
        parser: of the command.
        arguments: as they were given.
        start: makes the command's job; None to open the window.
        stopped: tells in a sentence how to go on with a job that was stopped; "" for nothing.
    """

    parser: argparse.ArgumentParser
    arguments: argparse.Namespace
    start: Callable[[argparse.Namespace], Generator[Event]] | None
    stopped: Callable[[argparse.Namespace], str] | None = None


def parse(argv: Sequence[str]) -> Asked:
    """Parse the words after ``deepzine``; wrong usage, --help and --version exit as argparse does.

    A first word that is no command is a project to open; a project named like a command is
    reached as ``./train``.
    """
    if not argv or argv[0] not in COMMANDS:
        parser = _window_parser()
        arguments, rest = parser.parse_known_args(argv)
        if rest:
            parser.error(_not_understood(arguments.project, rest))
        return Asked(parser, arguments, None)
    from deepzine_gui.cli import options

    name = argv[0]
    command = _command(name)
    parser = argparse.ArgumentParser(prog=f"deepzine {name}", description=command.__doc__)
    command.add_arguments(parser)
    options.add_json(parser)
    parser.set_defaults(json=False)
    stopped = getattr(command, "stopped", None)
    return Asked(parser, parser.parse_args(argv[1:]), command.start, stopped)


def nearest_command(word: str) -> str | None:
    """The command that `word` may be a slip of the keys for, or None."""
    near = difflib.get_close_matches(word, COMMANDS, n=1)
    return near[0] if near else None


def _not_understood(first: str | None, rest: Sequence[str]) -> str:
    """What is wrong with words after the first, which was meant as a command if it is no place."""
    if first is None or Path(first).exists():
        return f"unrecognized arguments: {' '.join(rest)}"
    near = nearest_command(first)
    hint = f"did you mean deepzine {near}?" if near else "deepzine --help lists them."
    return f"There is no command {first}: {hint}"


def _window_parser() -> argparse.ArgumentParser:
    rows = "\n".join(f"  deepzine {name:8} {purpose}" for name, purpose in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="deepzine",
        usage="deepzine [PROJECT]\n       deepzine COMMAND …",
        description=deepzine_gui.__doc__,
        epilog=f"commands (each explains itself with --help):\n{rows}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "project", metavar="PROJECT", nargs="?", help="project folder to open in the window"
    )
    parser.add_argument(
        "--version", action="version", version=f"deepzine {deepzine_gui.__version__}"
    )
    return parser


def _command(name: str) -> ModuleType:
    # Named one by one, so that import-linter and frozen applications see them; and only here, so
    # that the window does not wait for them.
    from deepzine_gui.cli import (
        account,
        build,
        collect,
        config_file,
        dataset,
        demo,
        evaluate,
        film,
        sample,
        train,
    )

    modules = {
        "demo": demo,
        "collect": collect,
        "account": account,
        "build": build,
        "dataset": dataset,
        "train": train,
        "evaluate": evaluate,
        "sample": sample,
        "film": film,
        "run": config_file,
    }
    return modules[name]

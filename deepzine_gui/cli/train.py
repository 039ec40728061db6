"""Train a model on a dataset; the run folder tells the whole story, and can be resumed."""

import argparse
import shlex
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

from deepzine_gui import training
from deepzine_gui.cli import options
from deepzine_gui.cli.plan import show_plan
from deepzine_gui.cli.usage import UsageError
from deepzine_gui.progress import Event
from deepzine_gui.training import PRESETS, TrainingConfig, preset, read_config, scaled, total_kimg


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = (
        f"settings for --set, with the values of preset {PRESETS[0]}:\n"
        + options.describe_fields(preset(PRESETS[0]))
    )
    parser.add_argument("dataset", metavar="FILE.h5", nargs="?", type=Path, help="a dataset")
    parser.add_argument(
        # not --run, which torchrun takes for a beginning of its own --run-path
        "--run-dir",
        metavar="DIR",
        dest="run",
        type=Path,
        help="the run folder to make or resume",
    )
    parser.add_argument(
        "--preset", choices=PRESETS, help=f"the settings to start from (default: {PRESETS[0]})"
    )
    parser.add_argument(
        "--plan",
        action="store_true",
        help="only draw the stages of the run as they would be; needs no FILE.h5 and no --run-dir",
    )
    for name in ("resolution", "seed", "devices"):
        options.add_field(parser, TrainingConfig, name, preset=True)
    parser.add_argument(
        "--kimg",
        metavar="N",
        type=options.positive,
        help="thousand pages to show in all: every stage is shortened or lengthened alike, "
        "or with --resume the last one alone",
    )
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="change one setting of the preset (repeatable; the settings are listed below)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on from the newest checkpoint of the run"
    )


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    if not arguments.plan and arguments.dataset is None:
        raise UsageError("name a dataset, FILE.h5.")
    if arguments.run is None and (arguments.resume or not arguments.plan):
        raise UsageError("name the run folder, --run-dir DIR.")
    if arguments.plan:
        return show_plan(_config(arguments))
    return training.train(
        arguments.dataset,
        arguments.run,
        # the run may lie on another machine, and with it the settings it began with
        config=None if training.follows() and arguments.resume else _config(arguments),
        resume=arguments.resume,
    )


def stopped(arguments: argparse.Namespace) -> str:
    """How far a run that was stopped is kept, and the command that goes on with it."""
    if arguments.run is None or training.follows():
        return ""
    kimg = training.saved_kimg(arguments.run)
    if kimg is None:
        return "Nothing of the run is saved yet: begin it again."
    again = ["deepzine", "train", str(arguments.dataset), "--run-dir", str(arguments.run)]
    join = subprocess.list2cmdline if sys.platform == "win32" else shlex.join
    return f"The run is saved at {kimg:.1f} kimg; to go on: {join([*again, '--resume'])}"


def _config(arguments: argparse.Namespace) -> TrainingConfig:
    changes: dict[str, Any] = options.parse_pairs(arguments.set, TrainingConfig)
    changes |= {
        name: value
        for name in ("preset", "resolution", "seed", "devices")
        if (value := getattr(arguments, name)) is not None
    }
    if arguments.resume:
        return _resumed(read_config(arguments.run), changes, arguments.kimg)
    config = preset(changes.pop("preset", PRESETS[0]), **changes)
    return config if arguments.kimg is None else scaled(config, arguments.kimg / total_kimg(config))


def _resumed(saved: TrainingConfig, changes: dict[str, Any], kimg: float | None) -> TrainingConfig:
    """The run's own settings with `changes`; what is behind it stays, so only its end may move."""
    for name in ("preset", "seed"):
        if name in changes:
            raise UsageError(f"--resume goes on with the run's own settings: leave out --{name}.")
    if kimg is not None:
        final = saved.final_kimg + kimg - total_kimg(saved)
        if final <= 0:
            raise UsageError(f"--kimg {kimg:g} would end before the run's last stage.")
        changes = changes | {"final_kimg": final}
    return options.make(TrainingConfig, **(saved.model_dump() | changes))

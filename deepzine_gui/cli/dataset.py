"""Look into a dataset, set pages aside and bring them back, label them, export them."""

import argparse
from collections.abc import Callable, Generator
from pathlib import Path
from typing import get_args

from deepzine_gui import dataset
from deepzine_gui.cli import options
from deepzine_gui.cli.intermixed import IntermixedParser
from deepzine_gui.cli.selection import add_selection, is_selected, selected
from deepzine_gui.cli.usage import UsageError
from deepzine_gui.dataset import LabelSource, Rules, formats
from deepzine_gui.dataset.formats import Target
from deepzine_gui.dataset.values import LONGEST_LABEL_BYTES
from deepzine_gui.progress import Event, Finished
from deepzine_gui.words import count_text, plain_text

_Job = Callable[[argparse.Namespace], Generator[Event]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands: an action, and what belongs to it."""
    actions = parser.add_subparsers(
        title="actions", metavar="ACTION", required=True, parser_class=IntermixedParser
    )

    def add(name: str, job: _Job, purpose: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=purpose, description=f"{purpose.capitalize()}.")
        action.add_argument("file", metavar="FILE.h5", type=Path, help="a dataset")
        action.set_defaults(job=job)
        options.add_json(action)
        return action

    add("info", _info, "say what a dataset holds and how it was made")
    add("check", _check, "read every page and table; exit code 1 if anything is damaged")
    _add_export(add("export", _export, "write the kept pages in another format"))
    add_selection(add("exclude", _exclude, "set pages aside; they stay in the file"))
    add_selection(add("include", _include, "bring pages back, whatever the rules say"))
    options.add_fields(
        add("rules", _rules, "judge all pages anew, except those marked by hand"),
        Rules,
        title="rules",
        told="as the file says",
    )
    purpose = "give pages a label, or label all by what is known of their documents"
    _add_label(add("label", _label, purpose))


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    job: _Job = arguments.job
    return job(arguments)


def _add_export(action: argparse.ArgumentParser) -> None:
    action.add_argument(
        "--to",
        choices=get_args(Target),
        required=True,
        help="folder: PNG pictures, a subfolder a label; stylegan: ZIP with dataset.json; "
        "deepzine: HDF5 of the first DeepZine, all sizes",
    )
    action.add_argument(
        "--out", metavar="PATH", type=Path, required=True, help="the folder or file to write"
    )
    action.add_argument("--all", action="store_true", help="also pages that are set aside")


def _add_label(action: argparse.ArgumentParser) -> None:
    action.add_argument(
        "word", metavar="LABEL", nargs="?", type=_word, help='the label to give; "" takes it off'
    )
    add_selection(action)
    action.add_argument(
        "--by",
        choices=get_args(LabelSource),
        help="label all pages by their document's folder, year, language or collection; "
        "none takes all labels off",
    )


def _word(text: str) -> str:
    if len(text.encode("utf-8", "replace")) > LONGEST_LABEL_BYTES:
        raise argparse.ArgumentTypeError(f"longer than {LONGEST_LABEL_BYTES} bytes")
    if plain_text(text) != text:
        raise argparse.ArgumentTypeError("no text of one line")
    return text


def _info(arguments: argparse.Namespace) -> Generator[Event]:
    from deepzine_gui.cli.described import described
    from deepzine_gui.dataset.describing import describe

    yield described(arguments.file, describe(arguments.file))


def _check(arguments: argparse.Namespace) -> Generator[Event]:
    from deepzine_gui.dataset.checking import check

    return check(arguments.file)


def _export(arguments: argparse.Namespace) -> Generator[Event]:
    return formats.export_pages(
        arguments.file, arguments.to, arguments.out, everything=arguments.all
    )


def _exclude(arguments: argparse.Namespace) -> Generator[Event]:
    pages = selected(arguments.file, arguments)
    dataset.set_aside(arguments.file, pages)
    yield _kept_now(arguments.file, f"Set aside {count_text(len(pages), 'pages')}")


def _include(arguments: argparse.Namespace) -> Generator[Event]:
    pages = selected(arguments.file, arguments)
    dataset.bring_back(arguments.file, pages)
    yield _kept_now(arguments.file, f"Brought back {count_text(len(pages), 'pages')}")


def _rules(arguments: argparse.Namespace) -> Generator[Event]:
    with dataset.open_dataset(arguments.file) as opened:
        present = opened.rules.model_dump()
    rules = options.make(Rules, **(present | options.given(arguments, Rules)))
    dataset.apply_rules(arguments.file, rules)
    yield _kept_now(arguments.file, "Judged all pages")


def _label(arguments: argparse.Namespace) -> Generator[Event]:
    path = arguments.file
    if arguments.by is not None:
        if arguments.word is not None or is_selected(arguments):
            raise UsageError("--by labels all pages: leave out LABEL and which pages.")
        count = count_text(dataset.label_by(path, arguments.by), "pages")
        yield Finished(f"Labelled {count} of {path} by {arguments.by}.", path)
        return
    if arguments.word is None:
        raise UsageError("say the LABEL to give, or --by what.")
    pages = selected(path, arguments)
    dataset.set_label(path, pages, arguments.word)
    yield Finished(f"Labelled {count_text(len(pages), 'pages')} of {path}.", path)


def _kept_now(path: Path, done: str) -> Finished:
    with dataset.open_dataset(path) as opened:
        kept = int((opened.columns().state == dataset.KEPT).sum())
        return Finished(f"{done}; {kept:,} of {count_text(opened.count, 'pages')} are kept.", path)

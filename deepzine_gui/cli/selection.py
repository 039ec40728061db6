"""Which pages of a dataset a command means: by number, document or label."""

import argparse
import difflib
import re
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepzine_gui import dataset
from deepzine_gui.cli.usage import UsageError
from deepzine_gui.errors import DatasetError

_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add PAGES, --document and --label."""
    parser.add_argument(
        "pages",
        metavar="PAGES",
        nargs="*",
        type=ranges,
        help="pages by their number in the file, from 1: 3,10-20",
    )
    parser.add_argument("--document", metavar="NAME", help="only pages of this document")
    parser.add_argument("--label", metavar="LABEL", help="only pages that have this label now")


def ranges(text: str) -> list[tuple[int, int]]:
    """Parse ``3,10-20`` as first and last numbers, both included."""
    found = []
    for piece in text.split(","):
        match = _RANGE.fullmatch(piece.strip())
        if match is None:
            raise argparse.ArgumentTypeError(f"{piece!r} is no page number or range like 10-20")
        first = int(match[1])
        last = int(match[2] or first)
        if not 1 <= first <= last:
            raise argparse.ArgumentTypeError(f"{piece!r} is no range: pages count from 1 upwards")
        found.append((first, last))
    return found


def is_selected(arguments: argparse.Namespace) -> bool:
    """Whether anything was said about the pages."""
    return bool(arguments.pages or arguments.document is not None or arguments.label is not None)


def selected(path: Path, arguments: argparse.Namespace) -> NDArray[np.intp]:
    """Return the places (from 0) of the pages that fit all that was said.

    Raises:
        UsageError: nothing was said.
        DatasetError: there are no such pages.
    """
    if not is_selected(arguments):
        raise UsageError("say which pages: PAGES, --document or --label.")
    with dataset.open_dataset(path) as opened:
        columns = opened.columns()
        names = [document.name for document in opened.documents()]
    chosen = np.ones(columns.count, bool)
    if arguments.pages:
        chosen &= _numbered(path, chain.from_iterable(arguments.pages), columns.count)
    if arguments.document is not None:
        chosen &= columns.document == _place(path, names, arguments.document)
    if arguments.label is not None:
        chosen &= columns.label == arguments.label
    if not chosen.any():
        raise DatasetError(f"No page of {path} is meant by that: see deepzine dataset info.")
    return np.flatnonzero(chosen)


def _numbered(path: Path, wanted: Iterable[tuple[int, int]], count: int) -> NDArray[np.bool_]:
    chosen = np.zeros(count, bool)
    for first, last in wanted:
        if last > count:
            raise DatasetError(f"There is no page {last} in {path}: it has {count:,}.")
        chosen[first - 1 : last] = True
    return chosen


def _place(path: Path, names: list[str], name: str) -> int:
    if name in names:
        return names.index(name)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else "see deepzine dataset info."
    raise DatasetError(f"There is no document {name} in {path}: {hint}")

"""Download the documents of an Internet Archive collection, or one item, into a project."""

import argparse
import contextlib
import re
from collections.abc import Generator
from pathlib import Path

from deepzine_gui import archive
from deepzine_gui.archive.choosing.picking import PICKS, Budget
from deepzine_gui.archive.choosing.wishes import Wish
from deepzine_gui.cli import options
from deepzine_gui.errors import ArchiveError
from deepzine_gui.progress import Event
from deepzine_gui.project import Project

_GB = 1_000_000_000
_YEARS = re.compile(r"(\d{1,4})?-(\d{1,4})?|(\d{1,4})")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands."""
    parser.add_argument(
        "identifier",
        metavar="IDENTIFIER",
        help="a collection, a single item, an address of archive.org, or words in quotation marks",
    )
    parser.add_argument(
        "--project",
        metavar="DIR",
        required=True,
        type=Path,
        help="the project folder, made if need be; what lies in it already is not fetched again",
    )
    _add_choice(parser)
    parser.add_argument(
        "--parallel",
        metavar="N",
        type=int,
        choices=range(1, archive.MOST_PARALLEL + 1),
        default=2,
        help=f"documents fetched at once, 1 to {archive.MOST_PARALLEL} (default: 2)",
    )
    parser.add_argument(
        "--plan", action="store_true", help="tell what it would cost, and take nothing"
    )


def _add_choice(parser: argparse.ArgumentParser) -> None:
    """Which documents are taken, and how many."""
    parser.add_argument(
        "--limit",
        metavar="N",
        type=options.count,
        help="documents at most (default: all; a collection can hold hundreds of GB)",
    )
    parser.add_argument(
        "--max-gb",
        metavar="G",
        type=options.positive,
        help="gigabytes at most, those already here included; the next that fits is taken instead "
        "of one that does not",
    )
    parser.add_argument(
        "--pick",
        choices=PICKS,
        default="first",
        help="first in the order of their identifiers (the window's first are those in its table, "
        "most downloaded on top), most downloaded, at random, or evenly over the years "
        "(default: first)",
    )
    parser.add_argument(
        "--seed",
        metavar="N",
        type=options.from_zero,
        default=0,
        help="of --pick random and years: the same seed takes the same documents (default: 0)",
    )
    parser.add_argument(
        "--years",
        metavar="A-B",
        type=years,
        help="only documents of these years, such as 1880-1930",
    )
    parser.add_argument(
        "--language",
        metavar="L",
        default="",
        help="only documents whose language, as the archive writes it, has L in it: spa takes spa "
        "and Spanish, Spanish only Spanish, eng takes Bengali too; none where it is not told",
    )


def years(text: str) -> tuple[int, int]:
    """Parse ``1880-1930``, ``1880-``, ``-1930`` or ``1903`` as first and last year."""
    match = _YEARS.fullmatch(text.strip())
    if match is None or text.strip() == "-":
        raise argparse.ArgumentTypeError(f"{text!r} is no range of years like 1880-1930")
    if match[3]:
        return int(match[3]), int(match[3])
    first, last = int(match[1] or 0), int(match[2] or 9999)
    if first > last:
        raise argparse.ArgumentTypeError(f"{text!r} is no range: the first year comes first")
    return first, last


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    size_bytes = None if arguments.max_gb is None else round(arguments.max_gb * _GB)
    wish = Wish(
        pick=arguments.pick,
        seed=arguments.seed,
        budget=Budget(documents=arguments.limit, size_bytes=size_bytes),
        years=arguments.years,
        language=arguments.language,
        plan_only=arguments.plan,
    )
    documents = Project.at(arguments.project).documents
    job = archive.collect(arguments.identifier, documents, wish=wish, parallel=arguments.parallel)
    with contextlib.closing(job) as events:
        if arguments.plan:
            # a plan leaves no project behind
            yield from events
        else:
            yield from _judged(_kept(events, arguments))


def _kept(events: Generator[Event], arguments: argparse.Namespace) -> Generator[Event]:
    """Pass `events` on; once documents come, note in the project where from.

    Before that nothing is written, so that a name mistyped leaves nothing behind. The download
    holds the project's lock by then. The project is opened anew, as a window may have changed it
    meanwhile, and saved this once.
    """
    is_noted = False
    for event in events:
        if isinstance(event, archive.DocumentsWaiting) and not is_noted:
            project = Project.at(arguments.project)
            project.choices.collection = arguments.identifier
            project.save()
            is_noted = True
        yield event


def _judged(events: Generator[Event]) -> Generator[Event]:
    """Pass `events` on.

    Raises:
        ArchiveError: after the last, if documents could not be had and none is here.
    """
    states: dict[str, str] = {}
    for event in events:
        if isinstance(event, archive.DocumentChanged):
            states[event.identifier] = event.state
        yield event
    ends = set(states.values())
    if "done" not in ends and ends & {"failed", "restricted"}:
        raise ArchiveError("None of the documents could be had, for the reasons above.")

"""Download the documents of an Internet Archive collection, or one item, into a project."""

import argparse
import contextlib
from collections.abc import Generator
from pathlib import Path

from deepzine_gui import archive
from deepzine_gui.cli import options
from deepzine_gui.progress import Event
from deepzine_gui.project import Project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands."""
    parser.add_argument("identifier", metavar="IDENTIFIER", help="a collection or a single item")
    parser.add_argument(
        "--project",
        metavar="DIR",
        required=True,
        type=Path,
        help="the project folder, made if need be; what lies in it already is not fetched again",
    )
    parser.add_argument(
        "--limit",
        metavar="N",
        type=options.count,
        help="documents at most (default: all; a collection can hold hundreds of GB)",
    )


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    project = Project.create(arguments.project)
    job = archive.collect(arguments.identifier, project.documents, limit=arguments.limit)
    with contextlib.closing(job) as events:
        for event in events:
            if isinstance(event, archive.ItemsFound):
                project.choices.collection = arguments.identifier
                project.save()
            yield event

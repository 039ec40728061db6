"""Turn documents, or a dataset of another program, into one HDF5 file of square pages."""

import argparse
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from deepzine_gui import dataset
from deepzine_gui.cli import options
from deepzine_gui.cli.usage import UsageError
from deepzine_gui.dataset import Labelling, LabelSource, PageSettings, Rules, formats
from deepzine_gui.dataset.building.cluster import dask_executor
from deepzine_gui.dataset.building.held import look_into
from deepzine_gui.pages.own import archives_in
from deepzine_gui.progress import Event, Notice
from deepzine_gui.words import count_text

_IMPORTS = """
A SOURCE may also be a dataset of another program, recognised by what it holds: the HDF5 of the
first DeepZine, StyleGAN's ZIP or folder with dataset.json, or MNIST-style IDX images (labels are
found beside). It is imported alone, and of the page settings only --resolution and --colour apply;
its pages keep their own size and colour if these are not given, and the labels they have.
"""

_BUILDING_AGAIN = """
If FILE.h5 is there, only documents that are new or have changed are rendered, and settings and
rules that are not named stay as they are in it.
"""

_OF_DOCUMENTS = ("labels", "append", "dask", "workers")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command understands."""
    parser.epilog = _BUILDING_AGAIN + _IMPORTS
    parser.add_argument(
        "sources",
        metavar="SOURCE",
        nargs="+",
        type=Path,
        help="PDFs, pictures, folders of them, or one dataset to import",
    )
    parser.add_argument(
        "--out", metavar="FILE.h5", required=True, type=Path, help="the dataset to write"
    )
    parser.add_argument(
        "--append",
        action="store_true",
        help="keep what FILE.h5 holds of other documents too",
    )
    parser.add_argument(
        "--labels",
        choices=get_args(LabelSource),
        help="label pages by the folder their document lies in, or what the archive says of it; "
        "with --append only those without a label; none takes labels off (default: as they are)",
    )
    parser.add_argument(
        "--workers",
        metavar="N",
        type=options.count,
        help="documents rendered at the same time (default: as many as suit this machine)",
    )
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="let the Dask cluster at this address render, for example tcp://host:8786",
    )
    options.add_fields(parser, PageSettings, title="how pages are made")
    options.add_fields(parser, Rules, title="which pages are set aside (none is deleted)")


def start(arguments: argparse.Namespace) -> Generator[Event]:
    """The job that was asked for."""
    foreign = [source for source in arguments.sources if formats.recognise(source)]
    return _import(arguments, foreign[0]) if foreign else _build(arguments)


def _import(arguments: argparse.Namespace, source: Path) -> Generator[Event]:
    if len(arguments.sources) > 1:
        raise UsageError(f"{source} is a dataset of another program: import it alone.")
    pages = options.given(arguments, PageSettings)
    size = {name: pages.pop(name) for name in ("resolution", "colour") if name in pages}
    unfit = [name for name in _OF_DOCUMENTS if getattr(arguments, name)] + list(pages)
    if unfit:
        told = ", ".join(options.flag(name) for name in unfit)
        raise UsageError(f"{source} is imported as it is: leave out {told}.")
    judged = options.given(arguments, Rules)
    rules = options.make(Rules, **(dataset.NO_RULES.model_dump() | judged)) if judged else None
    return formats.import_pages(source, arguments.out, rules=rules, **size)


def _build(arguments: argparse.Namespace) -> Generator[Event]:
    before = look_into(arguments.out)
    pages, rules = options.given(arguments, PageSettings), options.given(arguments, Rules)
    if before is None:
        settings, judged = options.make(PageSettings, **pages), options.make(Rules, **rules)
        return _carried_out(arguments, settings, judged)
    settings = options.make(PageSettings, **(before.settings.model_dump() | pages))
    judged = options.make(Rules, **((before.rules or Rules()).model_dump() | rules))
    told = _unusual(settings, pages) + _unusual(judged, rules)
    return _carried_out(arguments, settings, judged, told)


def _unusual(used: BaseModel, given: dict[str, Any]) -> list[str]:
    """Name what is neither given nor as usual: it is as in the file that is built again."""
    fields = type(used).model_fields.items()
    return [
        f"{options.flag(name)} {getattr(used, name)}"
        for name, field in fields
        if name not in given and getattr(used, name) != field.default
    ]


def _carried_out(
    arguments: argparse.Namespace,
    settings: PageSettings,
    rules: Rules,
    as_before: Sequence[str] = (),
) -> Generator[Event]:
    labelling = None
    if arguments.labels is not None:
        labelling = Labelling(arguments.labels, only_unlabelled=arguments.append)
    yield from _archives_told(arguments.sources)
    if as_before:
        yield Notice(f"As {arguments.out.name} was made before: {', '.join(as_before)}.")
    with ExitStack() as stack:
        executor = stack.enter_context(dask_executor(arguments.dask)) if arguments.dask else None
        job = dataset.build(
            arguments.sources,
            arguments.out,
            settings=settings,
            rules=rules,
            workers=arguments.workers,
            append=arguments.append,
            executor=executor,
            labelling=labelling,
        )
        yield from stack.enter_context(closing(job))


def _archives_told(sources: Sequence[Path]) -> Iterator[Notice]:
    """Say of folders that hold archives that these are passed over."""
    for source in sources:
        count = sum(1 for _ in archives_in(source)) if source.is_dir() else 0
        if count:
            told = f"{count_text(count, 'archives')} in {source}"
            one = f"{told} is passed over: its pages come once it is unpacked there."
            more = f"{told} are passed over: their pages come once they are unpacked there."
            yield Notice(one if count == 1 else more)

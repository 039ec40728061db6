"""Build a dataset: documents shared out to workers, in shards that are merged into one file."""

import contextlib
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TypeVar

from deepzine_gui.dataset.building.cores import usual_workers
from deepzine_gui.dataset.building.crew import Crew
from deepzine_gui.dataset.building.executors import Hired
from deepzine_gui.dataset.building.held import Held, fault_of, look_into, without_damaged
from deepzine_gui.dataset.building.keys import read_contents
from deepzine_gui.dataset.building.limits import Limits
from deepzine_gui.dataset.building.planning import make_plan, refuse_to_overwrite, settings_of
from deepzine_gui.dataset.building.recovery import clear, held_parts, note_additions, settle
from deepzine_gui.dataset.building.work import READING, UNIT, Work
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.dataset.storage.mending import mend
from deepzine_gui.errors import DatasetError, DiskFullError, DocumentError, StorageError
from deepzine_gui.files import name_for_damaged, storage_errors
from deepzine_gui.pages import PageSettings, find_documents
from deepzine_gui.progress import Event, Finished, Notice, Progress
from deepzine_gui.words import count_text

_REPORT_S = 0.2
_T = TypeVar("_T")


def build(
    sources: Sequence[Path],
    out: Path,
    *,
    settings: PageSettings | None = None,
    rules: Rules | None = None,
    workers: int | None = None,
    append: bool = False,
    executor: Executor | None = None,
    limits: Limits | None = None,
) -> Generator[Event, None, None]:
    """Render all documents of `sources` into the dataset file `out`; see the façade."""
    documents = find_documents(sources)
    if not documents:
        raise DocumentError(
            f"There is no PDF and no picture in {', '.join(str(source) for source in sources)}."
        )
    refuse_to_overwrite(out, documents)
    with _plainly_full(out), held_parts(out) as parts:
        held, whole = yield from _older(out, parts)
        settings = settings_of(out, held, settings, append=append)
        beside = yield from _kept_beside(out, held)
        if rules is None:
            rules = Rules() if held is None else held.rules or Rules()
        contents = yield from _told(read_contents(documents), READING)
        plan = make_plan(documents, contents, parts, whole, settings, rules, append=append)
        note_additions(parts, plan.additions)
        work = Work(plan, held, out)
        try:
            with _crew(executor, workers, limits or Limits(), parts) as crew:
                yield from work.count(crew)
                yield from work.render(crew)
            _lay(out, beside)
            yield from work.merge()
        except (GeneratorExit, KeyboardInterrupt):
            settle(out, parts, is_sound=whole == held)
            raise
        clear(parts)
    yield Finished(work.summary(), out)


def _told(reading: Generator[None, None, _T], what: str) -> Generator[Event, None, _T]:
    """Read to the end, telling now and then that it goes on; return what came of it."""
    told = time.monotonic()
    try:
        while True:
            next(reading)
            if time.monotonic() - told >= _REPORT_S:
                yield Progress(0, None, UNIT, what)
                told = time.monotonic()
    except StopIteration as end:
        result: _T = end.value
        return result


def _older(out: Path, parts: Path) -> Generator[Event, None, tuple[Held | None, Held | None]]:
    """Return what the older file holds, with what a killed build left, and what of it is sound."""
    yield from _mended(out)
    held = look_into(out)
    yield from _warnings_of_damage(held)
    whole = yield from _whole(held)
    if settle(out, parts, is_sound=whole == held):
        held = whole = look_into(out)
    return held, whole


def _warnings_of_damage(held: Held | None) -> Iterator[Notice]:
    """Tell what the older file does not tell of all its pages as it was written."""
    if held is None:
        return
    for what in held.damaged_told:
        if what == "rules" and held.rules is None:
            told = f"The rules in {held.path} are damaged: those of this build are taken."
        elif what in ("page settings", "rules"):
            told = f"What {held.path} said of the {what} was damaged, and is mended."
        else:
            told = (
                f"What {held.path} said of the {what} was damaged: it is found anew where their "
                "documents are among the sources."
            )
        yield Notice(told, "warning")


def _mended(out: Path) -> Iterator[Notice]:
    """Mend those rows of the older file that can be mended, and tell of it."""
    count = 0
    # what cannot be opened or written is replaced
    with contextlib.suppress(DatasetError, StorageError):
        count = mend(out) if out.exists() else 0
    if count:
        pages = count_text(count, "pages")
        yield Notice(f"What {out} said of {pages} was damaged, and is mended.", "warning")


def _kept_beside(out: Path, held: Held | None) -> Generator[Event, None, Path | None]:
    """Return where the older file goes if it is damaged so that nothing of it can be taken over."""
    if held is not None or fault_of(out) is None:
        return None
    beside = name_for_damaged(out)
    yield Notice(
        f"{out} is damaged and cannot be read: it is made anew, without what was marked by hand, "
        f"and the damaged file is kept as {beside.name}.",
        "warning",
    )
    return beside


def _lay(out: Path, beside: Path | None) -> None:
    if beside is not None:
        with storage_errors(out):
            out.rename(beside)


def _whole(held: Held | None) -> Generator[Event, None, Held | None]:
    """Leave out damaged pages of the older file, which are then rendered again."""
    if held is None:
        return None
    whole = yield from _told(without_damaged(held), f"Reading {held.path.name}")
    if whole != held:
        yield Notice(
            f"Some pages of {held.path} are damaged and are left out: they are made anew where "
            "their documents are among the sources.",
            "warning",
        )
    return whole


@contextlib.contextmanager
def _plainly_full(out: Path) -> Iterator[None]:
    """Say of a full disk what it means to the dataset, not to the part at hand."""
    try:
        yield
    except DiskFullError as error:
        raise DiskFullError(
            f"The disk is full: {out} could not be built. Free some space and build again: what "
            "is finished is kept."
        ) from error


def _crew(
    executor: Executor | None, workers: int | None, limits: Limits, parts: Path
) -> Crew | Hired:
    if executor is not None:
        return Hired(executor)
    return Crew(workers or usual_workers(), limits, parts)

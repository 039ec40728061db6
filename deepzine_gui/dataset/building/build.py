"""Build a dataset: documents shared out to workers, in shards that are merged into one file."""

import os
from collections.abc import Generator, Sequence
from concurrent.futures import Executor
from pathlib import Path

from deepzine_gui.dataset.building.crew import Crew
from deepzine_gui.dataset.building.executors import Hired
from deepzine_gui.dataset.building.held import look_into
from deepzine_gui.dataset.building.limits import Limits
from deepzine_gui.dataset.building.planning import make_plan, refuse_to_overwrite, settings_of
from deepzine_gui.dataset.building.recovery import clear, held_parts, settle
from deepzine_gui.dataset.building.work import Work
from deepzine_gui.dataset.judging.rules import Rules
from deepzine_gui.errors import DocumentError
from deepzine_gui.pages import PageSettings, find_documents
from deepzine_gui.progress import Event, Finished

_MOST_WORKERS = 16


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
    with held_parts(out) as parts:
        settle(out, parts)
        held = look_into(out)
        settings = settings_of(out, held, settings, append=append)
        if rules is None:
            rules = held.rules if held is not None and append else Rules()
        work = Work(make_plan(documents, parts, held, settings, rules, append=append), held, out)
        try:
            with _crew(executor, workers, limits or Limits()) as crew:
                yield from work.count(crew)
                yield from work.render(crew)
            yield from work.merge()
        except (GeneratorExit, KeyboardInterrupt):
            settle(out, parts)
            raise
        clear(parts)
    yield Finished(work.summary(), out)


def _crew(executor: Executor | None, workers: int | None, limits: Limits) -> Crew | Hired:
    return Crew(workers or _usable_cores(), limits) if executor is None else Hired(executor)


def _usable_cores() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(_MOST_WORKERS, usable or 1))

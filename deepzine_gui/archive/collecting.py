"""Search, choose and download in one go."""

import contextlib
import dataclasses
from collections.abc import Generator
from pathlib import Path

from deepzine_gui.archive.connection import Archive, UnreachableError
from deepzine_gui.archive.costs import SAMPLE, Cost, Share, cost_of
from deepzine_gui.archive.crew import Crew
from deepzine_gui.archive.downloading import take
from deepzine_gui.archive.events import ItemsFound, Planned
from deepzine_gui.archive.finding import Order, find
from deepzine_gui.archive.items import Item
from deepzine_gui.archive.looking import weigh
from deepzine_gui.archive.picking import NO_LIMITS
from deepzine_gui.archive.rates import timed
from deepzine_gui.archive.records import is_finished, read_records
from deepzine_gui.archive.wishes import Wish
from deepzine_gui.errors import ArchiveError, StorageError
from deepzine_gui.progress import Event, Finished, Notice, Progress
from deepzine_gui.words import count_text

MOST_SPARES = 50
"""So many lists of files more are read, at one a second, to fill what a limit has left."""

UNCAPPED_BYTES = 10_000_000_000
"""More than this is only taken where somebody has set a limit."""


def search_and_take(
    text: str, folder: Path, wish: Wish, *, parallel: int
) -> Generator[Event, None, None]:
    """See `deepzine_gui.archive.collect`."""
    suited = yield from _search(text, wish)
    chosen, spares, cost = yield from _plan(suited, folder, wish)
    yield Planned(cost, len(chosen))
    told = f"To fetch: {cost}."
    if here := len(chosen) - cost.documents:
        told += f" Already here: {count_text(here, 'documents')}."
    if spares:
        told += " What that leaves of the limit is filled with those that follow."
    if wish.plan_only:
        yield Finished(f"{told} {cost.refusal}".strip())
        return
    if cost.refusal:
        raise StorageError(cost.refusal)
    if wish.budget == NO_LIMITS and cost.size_bytes > UNCAPPED_BYTES:
        raise ArchiveError(
            f"{text} holds {count_text(cost.documents, 'documents')}, {cost.size_text}: say how "
            "much of it to take, in documents or gigabytes."
        )
    yield Notice(told)
    yield from timed(
        take(
            chosen,
            folder,
            max_bytes=wish.budget.size_bytes,
            max_documents=wish.budget.documents,
            parallel=parallel,
            spares=spares,
        )
    )


def _search(text: str, wish: Wish) -> Generator[Event, None, list[Item]]:
    """List what is found until enough of it is; return what suits and may be taken."""
    order: Order = "identifier" if wish.pick == "first" else "downloads"
    suited: list[Item] = []
    closed: list[Item] = []
    count = 0
    with contextlib.closing(find(text, order=order)) as search:
        for event in search:
            if isinstance(event, ItemsFound):
                count += len(event.items)
                for item in event.items:
                    if wish.suits(item):
                        (closed if item.restricted else suited).append(item)
            if not isinstance(event, Finished):
                yield event
            if _is_enough(len(suited), wish):
                break
    if len(closed) == 1:
        yield Notice(f"{closed[0].identifier} is left out: {closed[0].restricted}", "warning")
    elif closed:
        yield Notice(f"{len(closed):,} items are left out: they may not be downloaded.", "warning")
    if count and not suited:
        raise ArchiveError(_why_none(text, count, len(closed), wish))
    return suited


def _why_none(text: str, count: int, closed: int, wish: Wish) -> str:
    """Why nothing of what was found is taken."""
    found = count_text(count, "items")
    if closed:
        return f"Of the {found} found for {text}, those that are wanted may not be downloaded."
    asked = [f"of the language “{wish.language}”"] if wish.language else []
    if wish.years is not None:
        asked.append("of the years {}-{}".format(*wish.years))
    return (
        f"Of the {found} found for {text} none is {' and '.join(asked)}: leave that out, or write "
        "it as the archive does."
    )


def _is_enough(count: int, wish: Wish) -> bool:
    """Whether the rest of a list would change nothing: it comes in the order of taking."""
    budget = wish.budget
    in_order = wish.pick in ("first", "popular")
    no_passing_over = budget.pages is None and budget.size_bytes is None
    return (
        in_order
        and no_passing_over
        and budget.documents is not None
        and (count >= budget.documents)
    )


def _plan(
    items: list[Item], folder: Path, wish: Wish
) -> Generator[Event, None, tuple[list[Item], list[Item], Cost]]:
    """Choose, and weigh some where their size matters; what is here already costs nothing.

    Returns what to take, what to take with what that leaves of the limit, and the cost.
    """
    here, skipped = _sizes_told(folder)
    told = {**skipped, **here}
    items = [_with_size(item, told.get(item.identifier)) for item in items]

    def planned(items: list[Item], share: Share) -> tuple[list[Item], list[Item], Cost]:
        chosen = wish.choose(items, share)
        missing = [item for item in chosen if item.identifier not in here]
        cost = cost_of(missing, folder, share=share)
        return chosen, wish.spares(items, chosen, share)[:MOST_SPARES], cost

    chosen, spares, cost = planned(items, Share())
    matters = wish.plan_only or wish.budget.size_bytes is not None
    is_known = cost.fits and not cost.without_sizes
    if not matters and is_known and cost.size_bytes <= UNCAPPED_BYTES:
        return chosen, spares, cost
    whatever_size = dataclasses.replace(wish.budget, size_bytes=None)
    wanted = dataclasses.replace(wish, budget=whatever_size).choose(items, Share())
    unknown = [item for item in wanted if not item.is_weighed]
    weighed = yield from _weigh(Wish("random").choose(unknown, Share())[:SAMPLE])
    share = Share()
    for item in unknown:
        if item.identifier in weighed:
            share = share.with_item(item, weighed[item.identifier])
    known = [weighed.get(item.identifier, item) for item in items]
    return planned([item for item in known if not item.restricted], share)


def _sizes_told(folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Bytes of the items whose documents are all here, and of those passed over before."""
    sizes: dict[str, int] = {}
    skipped: set[str] = set()
    for record in read_records(folder):
        name = record.identifier
        sizes[name] = sizes.get(name, 0) + (record.size_bytes or 0)
        if record.state == "skipped":
            skipped.add(name)
    here = {name: size for name, size in sizes.items() if is_finished(folder / name)}
    return here, {name: sizes[name] for name in skipped if sizes[name]}


def _with_size(item: Item, size_bytes: int | None) -> Item:
    if size_bytes is None:
        return item
    return dataclasses.replace(item, size_bytes=size_bytes, is_weighed=True)


def _weigh(items: list[Item]) -> Generator[Event, None, dict[str, Item]]:
    weighed: dict[str, Item] = {}
    crew = Crew()
    with Archive(crew) as archive:

        def work() -> None:
            for item in items:
                try:
                    weighed[item.identifier] = weigh(archive, item)
                except UnreachableError:
                    raise
                except ArchiveError:
                    # the download will tell what is wrong with it
                    continue

        yield from crew.run(
            [work], lambda: Progress(len(weighed), len(items), "documents", "weighing some")
        )
    return weighed

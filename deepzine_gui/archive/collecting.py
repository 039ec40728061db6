"""Search, choose and download in one go."""

import contextlib
import dataclasses
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path

from deepzine_gui.archive.choosing.costs import SAMPLE, Cost, Planned, Share, cost_of
from deepzine_gui.archive.choosing.picking import NO_LIMITS
from deepzine_gui.archive.choosing.rates import timed
from deepzine_gui.archive.choosing.wishes import Wish
from deepzine_gui.archive.connection.conversation import Archive, UnreachableError
from deepzine_gui.archive.connection.crew import Crew
from deepzine_gui.archive.downloading.download import take
from deepzine_gui.archive.events import ItemsFound
from deepzine_gui.archive.items import Item
from deepzine_gui.archive.queue.records import is_finished, read_records
from deepzine_gui.archive.scout.finding import Order, find
from deepzine_gui.archive.scout.looking import weigh
from deepzine_gui.errors import ArchiveError, StorageError
from deepzine_gui.progress import Event, Finished, Notice, Progress
from deepzine_gui.words import count_text

MOST_SPARES = 50
"""So many lists of files more are read, at one a second, to fill what a limit has left."""

UNCAPPED_BYTES = 10_000_000_000
"""More than this is only taken where somebody has set a limit."""


MOST_WEIGHED = 60
"""So many lists of files are read, at one a second, before a download under a limit of bytes."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Plan:
    """What to take, what to take with what that leaves of the limit, and what is missing of it."""

    chosen: list[Item]
    spares: list[Item]
    cost: Cost
    documents_here: int


@dataclasses.dataclass(frozen=True, slots=True)
class _Told:
    """What records tell of an item's documents; nothing, if there are none."""

    size_bytes: int = 0
    documents: int = 0

    def of(self, item: Item) -> Item:
        """The item with what is told of it."""
        if not self.documents:
            return item
        return dataclasses.replace(
            item, size_bytes=self.size_bytes, documents=self.documents, is_weighed=True
        )


def search_and_take(
    text: str, folder: Path, wish: Wish, *, parallel: int
) -> Generator[Event, None, None]:
    """See `deepzine_gui.archive.collect`."""
    suited = yield from _search(text, wish)
    plan = yield from _plan(suited, folder, wish)
    cost = plan.cost
    yield Planned(cost, len(plan.chosen))
    told = f"To fetch: {'about ' if plan.spares else ''}{cost}."
    if plan.documents_here:
        told += f" Already here: {count_text(plan.documents_here, 'documents')}."
    too_much = ""
    if wish.budget == NO_LIMITS and cost.size_bytes > UNCAPPED_BYTES:
        too_much = (
            f"{text} holds {count_text(cost.documents, 'documents')}, {cost.size_text}: say how "
            "much of it to take, in documents or gigabytes."
        )
    if wish.plan_only:
        yield Finished(f"{told} {cost.refusal or too_much}".strip())
        return
    if cost.refusal:
        raise StorageError(cost.refusal)
    if too_much:
        raise ArchiveError(too_much)
    yield Notice(told)
    yield from timed(
        take(
            plan.chosen,
            folder,
            max_bytes=wish.budget.size_bytes,
            max_documents=wish.budget.documents,
            parallel=parallel,
            spares=plan.spares,
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
    yield from _told_closed(closed)
    if count and not suited:
        raise ArchiveError(_why_none(text, count, len(closed), wish))
    return suited


def _told_closed(closed: Sequence[Item]) -> Iterator[Notice]:
    if len(closed) == 1:
        yield Notice(f"{closed[0].identifier} is left out: {closed[0].restricted}", "warning")
    elif closed:
        yield Notice(f"{len(closed):,} items are left out: they may not be downloaded.", "warning")


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


def _plan(items: list[Item], folder: Path, wish: Wish) -> Generator[Event, None, _Plan]:
    """Choose, and weigh some where their size matters; what is here already costs nothing.

    Where it can be done in a minute, everything chosen under a limit of bytes is weighed, so that
    exactly what is told is taken.
    """
    here, skipped = _told(folder)
    told = {**skipped, **here}
    items = [told.get(item.identifier, _Told()).of(item) for item in items]
    plan = _planned(items, Share(), folder, wish, here)
    matters = wish.plan_only or wish.budget.size_bytes is not None
    is_known = plan.cost.fits and not plan.cost.without_sizes
    if not matters and is_known and plan.cost.size_bytes <= UNCAPPED_BYTES:
        return plan
    whatever_size = dataclasses.replace(wish.budget, size_bytes=None)
    wanted = dataclasses.replace(wish, budget=whatever_size).choose(items, Share())
    unknown = [item for item in wanted if not item.is_weighed]
    to_weigh = Wish("random").choose(unknown, Share())[:SAMPLE]
    weighed = yield from _weigh(to_weigh)
    share = Share()
    for item in to_weigh:
        if item.identifier in weighed:
            share = share.with_item(item, weighed[item.identifier])
    asked = {item.identifier for item in to_weigh}
    while True:
        known = [weighed.get(item.identifier, item) for item in items]
        open_items = [item for item in known if not item.restricted]
        plan = _planned(open_items, share, folder, wish, here)
        unsure = [i for i in plan.chosen if not i.is_weighed and i.identifier not in asked]
        is_too_many = len(asked) + len(unsure) > MOST_WEIGHED
        if wish.budget.size_bytes is None or not unsure or is_too_many:
            yield from _told_closed([item for item in known if item.restricted])
            return plan
        weighed |= yield from _weigh(unsure)
        asked |= {item.identifier for item in unsure}


def _planned(
    items: list[Item], share: Share, folder: Path, wish: Wish, here: Mapping[str, _Told]
) -> _Plan:
    chosen = wish.choose(items, share)
    missing = [item for item in chosen if item.identifier not in here]
    cost = cost_of(missing, folder, share=share)
    documents_here = sum(item.documents for item in chosen if item.identifier in here)
    if wish.budget.documents is not None:
        # of the last item only so many are taken
        most = max(0, wish.budget.documents - documents_here)
        cost = dataclasses.replace(cost, documents=min(cost.documents, most))
    is_exact = all(item.is_weighed for item in missing)
    spares = [] if is_exact else wish.spares(items, chosen, share)[:MOST_SPARES]
    return _Plan(chosen, spares, cost, documents_here)


def _told(folder: Path) -> tuple[dict[str, _Told], dict[str, _Told]]:
    """What records tell of items whose documents are all here, and of those passed over before."""
    told: dict[str, _Told] = {}
    states: dict[str, set[str]] = {}
    for record in read_records(folder):
        name = record.identifier
        before = told.get(name, _Told())
        told[name] = _Told(before.size_bytes + (record.size_bytes or 0), before.documents + 1)
        states.setdefault(name, set()).add(record.state)
    here = {name: one for name, one in told.items() if is_finished(folder / name)}
    # how many documents one passed over would have, its record does not tell
    return here, {
        name: _Told(told[name].size_bytes, 1)
        for name, found in states.items()
        if found == {"skipped"} and told[name].size_bytes
    }


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
